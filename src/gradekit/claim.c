#include "gradekit/claim.h"

#include "gradekit/watch.h"
#include "model/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The claim that this process checks: Criterion gives each test one of its own. */
static const struct claim *current;

/*
 * Print text with its further lines indented, so that no line of it can look like one of ours. A student's
 * program may have written it, or have chosen its name: what is no text is shown as \x1b and the like.
 */
static void print_indented(FILE *out, const char *label, const char *text)
{
    fprintf(out, "%s", label);
    for (;;) {
        size_t len = strcspn(text, "\n");
        size_t wanted = explain_printable(text, len, NULL, 0);
        char *printable = malloc(wanted + 1);
        if (printable) {
            explain_printable(text, len, printable, wanted + 1);
            fputs(printable, out);
            free(printable);
        }
        if (text[len] == '\0')
            break;
        fputs("\n  ", out);
        text += len + 1;
    }
    fputc('\n', out);
}

_Noreturn static void fail(const char *expected, const char *observed, const char *hint)
{
    char *message = NULL;
    size_t len;
    FILE *out = open_memstream(&message, &len);
    if (out) {
        print_indented(out, "expected: ", expected);
        print_indented(out, "observed: ", observed);
        print_indented(out, "hint: ", hint ? hint : "");
        fclose(out);
    }
    cr_assert_fail("%s", message ? message : "out of memory");
    abort(); /* not reached */
}

_Noreturn static void fail_ours(const char *why)
{
    cr_assert_fail(CLAIM_ERROR_PREFIX "%s", why);
    abort(); /* not reached */
}

void expect(bool ok, const char *hint, const char *expected, const char *observed, ...)
{
    if (ok)
        return;
    char *text;
    va_list args;
    va_start(args, observed);
    int n = vasprintf(&text, observed, args);
    va_end(args);
    fail(expected, n < 0 ? "out of memory" : text, hint ? hint : current->hint);
}

/* ---- how the call ended ---------------------------------------------------------- */

/* The signal that it tried to send to a process that is none of its children. False: none. */
static bool describe_kill(const struct record *r, char *buf, size_t len)
{
    const char *name = sigabbrev_np(r->kill_signal);
    if (r->refused_kill[0])
        snprintf(buf, len, "it called %s, which the sandbox refused", r->refused_kill);
    else if (r->foreign_kills > 0)
        snprintf(buf, len, "it called kill(%d, SIG%s)", r->kill_target, name ? name : "?");
    else
        return false;
    return true;
}

static const char *hint_of_end(const struct record *r)
{
    switch (r->end) {
    case END_EXITED:
        return "A function returns to its caller; only a forked child leaves, by _exit(2).";
    case END_LOOPED:
        return "Which loop does not end? Look at what each system call in it returns at EOF and on "
               "an error.";
    case END_BOMBED:
        return "A child that goes on in the loop that forks makes children of its own: it must "
               "exec or _exit.";
    case END_FLOODED:
        return "Look for a loop that prints; a function of this lab prints nothing.";
    case END_SPOILED:
        return "Close only fds that you opened; wait only for children that you started.";
    case END_SUPERVISOR:
        return "kill(2) only the PIDs that fork(2) gave you.";
    default:
        return current->hint;
    }
}

static void expect_came_back(const struct record *r)
{
    static const char kill_hint[] = "kill(2) only the PIDs that fork(2) gave you.";
    char kill_text[160];
    bool has_killed = describe_kill(r, kill_text, sizeof kill_text);
    char *how = record_describe_end(r);
    if (how)
        expect(false, has_killed ? kill_hint : hint_of_end(r), "the call returns", "%s%s%s",
               has_killed ? kill_text : "", has_killed ? "\n" : "", how);
    expect(r->extra_returns == 0,
           "A child that is done, or whose exec failed, must leave by _exit(2), or it goes on in "
           "the caller's code.",
           "one call returns once, in the caller",
           "two returns from one call: a child that the function forked returned into the caller's "
           "code, too");
    expect(!has_killed, kill_hint, "no process but the function's own children is signalled", "%s",
           has_killed ? kill_text : "");
}

/* The grader found out which, and says so to the processes of its tests. */
static enum sandbox_mode chosen_sandbox(void)
{
    const char *name = getenv("PROCLAB_GRADER_SANDBOX");
    for (int mode = SANDBOX_BWRAP; name && mode <= SANDBOX_PLAIN; mode++)
        if (strcmp(name, sandbox_mode_name((enum sandbox_mode)mode)) == 0)
            return (enum sandbox_mode)mode;
    return SANDBOX_AUTO;
}

void claim_check(const struct claim *claim)
{
    const struct watch_options options = {
        .probes = getenv("PROCLAB_PROBES"),
        .sandbox = chosen_sandbox(),
    };
    char name[128];
    struct record *r;
    current = claim;
    if (!options.probes)
        fail_ours("PROCLAB_PROBES is not set: start a grader by `proclab grade`");
    snprintf(name, sizeof name, "%s_%s", claim->function, claim->name);
    int error = watch_probe(&options, claim->probe ? claim->probe : name, &r);
    if (error)
        fail_ours(strerror(-error));
    if (r->end == END_NOT_STARTED || r->end == END_GAVE_UP)
        fail_ours(record_describe_end(r));
    if (!claim->any_end)
        expect_came_back(r);
    claim->body(r);
    record_free(r);
}

/* ---- what it put --------------------------------------------------------------------- */

/* "EINTR"; what student code left in errno need not be one. */
static const char *errno_name(int64_t error)
{
    const char *name = error > 0 && error < 4096 ? strerrorname_np((int)error) : NULL;
    return name ? name : error ? "no errno" : "errno 0";
}

/* "-1 [EINTR Interrupted system call]", "5" */
static void describe_returned(const struct record *r, char *buf, size_t len)
{
    int64_t returned, error;
    if (!record_int(r, "returned", &returned))
        snprintf(buf, len, "nothing is known of its result");
    else if (returned == -1 && record_int(r, "errno", &error))
        snprintf(buf, len, "%s returned -1 [%s %s]", r->call, errno_name(error),
                 strerror((int)error));
    else
        snprintf(buf, len, "%s returned %lld", r->call, (long long)returned);
}

void expect_returned(const struct record *r, int64_t expected)
{
    char wanted[96], observed[160];
    int64_t returned = 0;
    bool is_known = record_int(r, "returned", &returned);
    snprintf(wanted, sizeof wanted, "%s returns %lld", r->call, (long long)expected);
    describe_returned(r, observed, sizeof observed);
    expect(is_known && returned == expected, NULL, wanted, "%s", observed);
}

void expect_failed(const struct record *r, int expected_errno)
{
    char wanted[160], observed[160];
    int64_t returned = 0, error = 0;
    bool is_known = record_int(r, "returned", &returned) && record_int(r, "errno", &error);
    snprintf(wanted, sizeof wanted, "%s returns -1 [%s %s]", r->call,
             strerrorname_np(expected_errno), strerror(expected_errno));
    describe_returned(r, observed, sizeof observed);
    expect(is_known && returned == -1 && error == expected_errno, NULL, wanted, "%s", observed);
}

bool made_all_the_same(const struct record *r)
{
    int64_t failed = -1, returned = -1;
    return record_int(r, "failed", &failed) && failed == 0 &&
           record_int(r, "returned", &returned) && returned == 0;
}

void expect_int(const struct record *r, const char *key, int64_t expected, const char *what)
{
    char wanted[160];
    int64_t value;
    snprintf(wanted, sizeof wanted, "%s: %lld", what, (long long)expected);
    if (!record_int(r, key, &value))
        expect(false, NULL, wanted, "%s: nothing was seen of it", what);
    else
        expect(value == expected, NULL, wanted, "%s: %lld", what, (long long)value);
}

void expect_call_failed(const struct record *r, const char *key, int expected_errno,
                        const char *what)
{
    char wanted[160], errno_key[64];
    int64_t returned, error;
    snprintf(errno_key, sizeof errno_key, "%s_errno", key);
    snprintf(wanted, sizeof wanted, "%s: -1 [%s]", what, strerrorname_np(expected_errno));
    if (!record_int(r, key, &returned) || !record_int(r, errno_key, &error))
        expect(false, NULL, wanted, "%s: nothing was seen of it", what);
    else if (returned != -1)
        expect(false, NULL, wanted, "%s: %lld", what, (long long)returned);
    else
        expect(error == expected_errno, NULL, wanted, "%s: -1 [%s]", what, errno_name(error));
}

void expect_text(const struct record *r, const char *key, const char *text, const char *what)
{
    char wanted[256];
    const char *value = record_text(r, key);
    snprintf(wanted, sizeof wanted, "%s: %s", what, text[0] ? text : "none");
    if (!value)
        value = "";
    expect(strcmp(value, text) == 0, NULL, wanted, "%s: %s", what, value[0] ? value : "none");
}

/* The bytes, readable and cut to what fits a line. */
static void describe_bytes(const void *bytes, size_t kept, size_t total, char *buf, size_t len)
{
    enum { SHOWN = 40 };
    char text[4 * SHOWN + 1];
    size_t shown = kept < SHOWN ? kept : SHOWN;
    explain_printable(bytes, shown, text, sizeof text);
    snprintf(buf, len, "%zu byte%s \"%s\"%s", total, total == 1 ? "" : "s", text,
             shown < total ? " ..." : "");
}

void expect_bytes(const struct record *r, const char *key, const void *bytes, size_t len)
{
    char wanted[256], observed[256];
    size_t total = 0, kept = 0;
    const unsigned char *got = record_bytes(r, key, &total, &kept);
    snprintf(wanted, sizeof wanted, "%s: ", key);
    describe_bytes(bytes, len, len, wanted + strlen(wanted), sizeof wanted - strlen(wanted));
    if (!got) {
        expect(false, NULL, wanted, "%s: nothing", key);
        return; /* not reached */
    }
    describe_bytes(got, kept, total, observed, sizeof observed);
    expect(total == len && kept == len && memcmp(got, bytes, len) == 0, NULL, wanted, "%s: %s", key,
           observed);
}

void expect_unchanged(const struct record *r, const char *key, const char *expected)
{
    const char *what = record_text(r, key);
    expect(!what, NULL, expected, "%s", what ? what : "");
}

void expect_alone(const struct record *r)
{
    const struct snapshot *s = record_look(r, "end");
    char *others = s ? record_describe_others(s, r->caller_pid) : NULL;
    if (!others) {
        expect(false, NULL, "a look at the processes", "they could not be looked at");
        return; /* not reached */
    }
    expect(!others[0], NULL, "when it returns, no process of its is left, running or zombie",
           "left behind: %s", others);
    free(others);
}

void expect_quiet(const struct record *r)
{
    expect(r->output_bytes == 0, "Take out what prints to see what is going on.",
           "nothing is printed", "printed: %.200s", r->output);
}

void expect_same_caller(const struct record *r)
{
    expect_unchanged(r, "changed_dispositions", "the caller's signal dispositions as before");
    expect_unchanged(r, "changed_mask", "the caller's signal mask as before");
    expect_unchanged(r, "changed_environment", "the caller's environment as before");
    expect_unchanged(r, "changed_fds", "the caller's file descriptors as before");
    expect_quiet(r);
}

void expect_others_left(const struct record *r)
{
    expect_int(r, "ended", 42,
               "exit code of another child that had ended before (-1: it was waited for)");
    expect_int(r, "running", 43,
               "exit code of another child that was running (-1: it was waited for)");
}

void expect_written_once(const struct record *r)
{
    expect_bytes(r, "file", "once", 4);
    expect(r->exits_in_child == 0, NULL, "children leave by _exit(2)",
           "a child left by exit(3): it ran the caller's exit handlers");
}
