/*
 * lab.c - options, keys, facts and what is left of a demo.
 */
#include "labkit/lab.h"

#include "labkit/children.h"
#include "labkit/look.h"
#include "labkit/measure.h"
#include "run_demo.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N(table) (sizeof(table) / sizeof((table)[0]))

static void states_facts(struct lab *lab)
{
    fact_int(lab, "answer", 42, "bytes", FACT_EXACT, "counted");
    fact_real(lab, "speed", 2.5, "MB/s", FACT_ESTIMATE, "with \"quotes\" and \n a newline");
    fact_text(lab, "name", "w\u00f6rter", FACT_SAMPLED, "read");
    fact_unknown(lab, "hidden", "bytes", "EACCES");
    fact_region(lab, "buffer", 4711, (const void *)0x7f0000001000, 8192);
    lab_say(lab, "A sentence of %d words.", 5);
}

static void holds_once(struct lab *lab)
{
    fact_int(lab, "before_hold", 1, NULL, FACT_EXACT, "x");
    lab_hold(lab, "Look now.");
    fact_int(lab, "after_hold", 1, NULL, FACT_EXACT, "x");
}

static void says_where_facts_go(struct lab *lab)
{
    int fds = 0, close_on_exec = 0, lowest = -1;

    for (int fd = 3; fd < 1024; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags == -1)
            continue;
        fds++;
        close_on_exec += (flags & FD_CLOEXEC) != 0;
        lowest = lowest == -1 ? fd : lowest;
    }
    fact_int(lab, "env_is_set", getenv("PROCLAB_FACTS_FD") != NULL, NULL, FACT_EXACT, "getenv");
    fact_int(lab, "fds", fds, NULL, FACT_EXACT, "fcntl");
    fact_int(lab, "close_on_exec", close_on_exec, NULL, FACT_EXACT, "fcntl");
    fact_int(lab, "lowest", lowest, NULL, FACT_EXACT, "fcntl");
}

static const struct act acts[] = {
    {"States facts", "It states five facts.", "how many?", states_facts, NULL},
    {"Holds", "It holds once.", NULL, holds_once, NULL},
    {"Looks at fds", "It looks for descriptors.", "which?", says_where_facts_go, "memory"},
};

Test(lab, json_is_facts_and_nothing_else, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--json --act 1", NULL);
    char *save = NULL, *copy = strdup(run.out);
    size_t lines = 0;

    cr_expect_eq(run.wait_status, 0);
    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        cr_assert(json_is_object(object), "not JSON: %s", line);
        cr_expect(json_equal(object, json_array_get(run.facts, lines)), "%s", line);
        json_decref(object);
        lines++;
    }
    cr_expect_eq(lines, json_array_size(run.facts), "the same lines go to PROCLAB_FACTS_FD");
    cr_expect_eq(lines, 2 + 5 + 1, "run, five facts, done, end");
    cr_expect_eq(json_integer_value(demo_fact(&run, "answer")), 42);
    json_t *region = json_pack("{s:s, s:i, s:s, s:i}", "region", "buffer", "pid", 4711, "start",
                               "0x7f0000001000", "bytes", 8192);
    cr_expect(json_equal(json_array_get(run.facts, 5), region), "%s", run.out);
    json_decref(region);
    cr_expect_eq(json_real_value(demo_fact(&run, "speed")), 2.5);
    cr_expect_str_eq(json_string_value(demo_fact(&run, "name")), "w\u00f6rter");
    cr_expect(json_is_null(demo_fact(&run, "hidden")));
    free(copy);
    demo_run_fini(&run);
}

Test(lab, a_fact_says_unit_and_how, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--auto --act 1", NULL);
    json_t *fact = json_array_get(run.facts, 1);

    cr_assert_str_eq(json_string_value(json_object_get(fact, "fact")), "answer");
    cr_expect_str_eq(json_string_value(json_object_get(fact, "unit")), "bytes");
    cr_expect_str_eq(json_string_value(json_object_get(fact, "obtained")), "exact");
    cr_expect_str_eq(json_string_value(json_object_get(fact, "note")), "counted");
    cr_expect(strstr(run.out, "answer") && strstr(run.out, "42 bytes (exact: counted)"), "%s",
              run.out);
    cr_expect(strstr(run.out, "? bytes (unknown: EACCES)"), "%s", run.out);
    cr_expect(strstr(run.out, "A sentence of 5 words."));
    demo_run_fini(&run);
}

Test(lab, without_a_terminal_all_acts_follow_each_other, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "", NULL);
    char order[16];

    cr_expect_eq(run.wait_status, 0);
    cr_expect_str_eq(demo_acts_run(&run, order, sizeof order), "123");
    cr_expect_null(strstr(run.err, "demo:"), "%s", run.err);
    size_t n = json_array_size(run.facts);
    cr_expect(json_is_true(json_object_get(json_array_get(run.facts, n - 1), "end")));
    demo_run_fini(&run);
}

Test(lab, one_act_only, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--auto --act 2", NULL);
    char order[16];

    cr_expect_str_eq(demo_acts_run(&run, order, sizeof order), "2");
    json_t *first = json_array_get(run.facts, 0);
    cr_expect_eq(json_integer_value(json_object_get(first, "act")), 2);
    cr_expect_eq(json_integer_value(json_object_get(first, "of")), 3);
    cr_expect_null(json_object_get(first, "shows"));
    cr_expect_str_eq(json_string_value(json_object_get(first, "title")), "Holds");
    demo_run_fini(&run);
}

Test(lab, wrong_options, .timeout = 60)
{
    static const struct {
        const char *args, *want;
    } rows[] = {
        {"--act 4", "acts 1 to 3"},  {"--act 0", "acts 1 to 3"}, {"--act 2x", "acts 1 to 3"},
        {"--act -1", "acts 1 to 3"}, {"--pace -1", "--pace"},    {"--pace soon", "--pace"},
        {"--pace nan", "--pace"},    {"--nonsense", "nonsense"}, {"three", "'three'"},
    };

    for (size_t i = 0; i < N(rows); i++) {
        struct demo_run run = demo_run(acts, N(acts), rows[i].args, NULL);
        cr_expect(WIFEXITED(run.wait_status) && WEXITSTATUS(run.wait_status) == 2, "%s",
                  rows[i].args);
        cr_expect(strstr(run.err, rows[i].want) != NULL, "%s: '%s'", rows[i].args, run.err);
        cr_expect_str_eq(run.out, "", "%s", rows[i].args);
        cr_expect_eq(json_array_size(run.facts), 0);
        demo_run_fini(&run);
    }
}

Test(lab, help_lists_the_acts, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--help", NULL);

    cr_expect_eq(run.wait_status, 0);
    cr_expect(strstr(run.out, "--json") && strstr(run.out, "2  Holds"), "%s", run.out);
    demo_run_fini(&run);
}

Test(lab, facts_fd_disturbs_no_lesson, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--auto --act 3", NULL);

    cr_expect_eq(json_integer_value(demo_fact(&run, "env_is_set")), 0);
    cr_expect_geq(json_integer_value(demo_fact(&run, "close_on_exec")), 1);
    demo_run_fini(&run);
}

/* ---- keys, on a terminal ---------------------------------------------------- */

Test(lab, keys_lead_through_the_acts, .timeout = 120)
{
    /* The questions: each act's, act 2's hold, and one after the last act. */
    static const struct {
        const char *keys, *want;
    } rows[] = {
        {".....", "123"}, /* act 1, act 2, its hold, act 3, the end */
        {"", ""},         /* Ctrl-D at once */
        {"q", ""},
        {".q", "1"},
        {"..q", "12"},         /* q in the hold */
        {".b.....", "1123"},   /* back to act 1 */
        {".r....", "1123"},    /* act 1 again, then act 2 ... */
        {"..b.....", "12123"}, /* back, in the hold, to act 1 */
        {"..r....", "1223"},   /* act 2 again, in its hold */
        {"....b..", "1233"},   /* back from the end */
        {"....r.", "1233"},    /* again, from the end */
        {"b.....", "123"},     /* nothing is before the first */
    };

    for (size_t i = 0; i < N(rows); i++) {
        struct demo_run run = demo_run(acts, N(acts), "", rows[i].keys);
        char order[32];

        cr_expect_eq(run.wait_status, 0, "keys '%s'", rows[i].keys);
        cr_expect_str_eq(demo_acts_run(&run, order, sizeof order), rows[i].want,
                         "keys '%s': acts %s", rows[i].keys, order);
        demo_run_fini(&run);
    }
}

Test(lab, a_prediction_is_repeated, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--act 1", "7");

    cr_expect(strstr(run.out, "Your prediction: how many?"), "%s", run.out);
    cr_expect(strstr(run.out, "You said \"7\"."), "%s", run.out);
    demo_run_fini(&run);
}

Test(lab, after_b_in_a_hold_the_rest_is_not_shown, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--act 2", ".bq");

    cr_expect(json_is_integer(demo_fact(&run, "before_hold")));
    cr_expect_null(demo_fact(&run, "after_hold"));
    demo_run_fini(&run);
}

Test(lab, auto_asks_nothing_on_a_terminal, .timeout = 20)
{
    struct demo_run run = demo_run(acts, N(acts), "--auto --pace 0", "");
    char order[16];

    cr_expect_str_eq(demo_acts_run(&run, order, sizeof order), "123");
    cr_expect_null(strstr(run.out, "Enter"));
    demo_run_fini(&run);
}

/* ---- children --------------------------------------------------------------- */

static _Noreturn void sleep_for_ever(void)
{
    for (;;)
        pause();
}

/* They are no child of this test's: gone means that kill() finds none. */
static bool is_gone_within(pid_t pid, int ms)
{
    struct look look;

    for (; ms > 0; ms--) {
        if (look_at(pid, &look) == -ENOENT || look.state == 'Z')
            return true;
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    return false;
}

static void leaves_a_child(struct lab *lab)
{
    pid_t pid = child_fork("sleeper");

    if (pid == 0)
        sleep_for_ever();
    fact_int(lab, "child", pid, NULL, FACT_EXACT, "fork");
}

static void looks_for_children(struct lab *lab)
{
    fact_int(lab, "children", waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD, NULL, FACT_EXACT,
             "waitpid");
}

Test(children, an_act_leaves_none_to_the_next, .timeout = 20)
{
    static const struct act two[] = {{"a", "b", NULL, leaves_a_child, NULL},
                                     {"c", "d", NULL, looks_for_children, NULL}};
    struct demo_run run = demo_run(two, 2, "--auto", NULL);

    cr_assert(json_integer_value(demo_fact(&run, "child")) > 0);
    cr_expect_eq(json_integer_value(demo_fact(&run, "children")), 0);
    demo_run_fini(&run);
}

/* Shared with the demo below. */
static _Atomic pid_t *the_child;

static void waits_for_a_signal(struct lab *lab)
{
    pid_t pid = child_fork("sleeper");

    if (pid == 0)
        sleep_for_ever();
    (void)lab;
    *the_child = pid;
    sleep_for_ever();
}

static void dies_with_its_child(int sig)
{
    static const struct act one[] = {{"a", "b", NULL, waits_for_a_signal, NULL}};
    char *argv[] = {strdup("demo"), strdup("--auto"), NULL};
    int status;

    the_child =
        mmap(NULL, sizeof *the_child, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fflush(NULL);
    pid_t demo = fork();
    if (demo == 0)
        signal(sig, SIG_DFL); /* whatever was inherited: in the background SIGINT is ignored */
    if (demo == 0 && dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO) != -1)
        _exit(labkit_main(2, argv, "00 test", one, 1));
    for (int ms = 0; *the_child == 0 && ms < 5000; ms++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    cr_assert_neq(*the_child, 0);
    kill(demo, sig);
    waitpid(demo, &status, 0);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == sig, "status %x", status);
    cr_expect(is_gone_within(*the_child, 5000), "a child outlived SIG%s", sigabbrev_np(sig));
    free(argv[0]);
    free(argv[1]);
    munmap((void *)(uintptr_t)the_child, sizeof *the_child);
}

Test(children, die_with_the_demo, .timeout = 60)
{
    dies_with_its_child(SIGINT);
    dies_with_its_child(SIGTERM);
    dies_with_its_child(SIGHUP);
    dies_with_its_child(SIGQUIT);
    dies_with_its_child(SIGKILL);
}

Test(children, have_names_and_statuses, .timeout = 20)
{
    children_guard();
    pid_t pid = child_fork("reader");
    if (pid == 0) {
        char name[16] = "";
        prctl(PR_GET_NAME, name);
        _exit(strcmp(name, "reader") == 0 ? 7 : 1);
    }
    int status = child_wait(pid);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    cr_expect_eq(child_end_all(), 0);
}

Test(children, waiting_for_one_leaves_the_other, .timeout = 20)
{
    children_guard();
    pid_t quick = child_fork("quick");
    if (quick == 0)
        _exit(1);
    pid_t slow = child_fork("slow");
    if (slow == 0)
        sleep_for_ever();
    cr_expect_eq(WEXITSTATUS(child_wait(quick)), 1);
    cr_expect_eq(kill(slow, 0), 0);
    cr_expect_eq(child_end_all(), 1);
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
}

Test(children, of_a_raw_fork_are_kept_and_released, .timeout = 20)
{
    children_guard();
    pid_t kept = fork();
    child_keep(kept, "kept");
    if (kept == 0) {
        pid_t below = fork(); /* a child's own child is its own to keep */
        child_keep(below, "below");
        if (below == 0)
            sleep_for_ever();
        char name[16] = "";
        prctl(PR_GET_NAME, name);
        _exit(strcmp(name, "kept") == 0 ? child_end_all() : 99);
    }
    cr_expect_eq(WEXITSTATUS(child_wait(kept)), 1);

    pid_t released = fork();
    child_keep(released, "released");
    if (released == 0)
        sleep_for_ever();
    child_release(released);
    cr_expect_eq(child_end_all(), 0);
    cr_expect_eq(kill(released, SIGKILL), 0);
    cr_expect_eq(waitpid(released, NULL, 0), released);
}

Test(children, a_gate_lets_one_pass, .timeout = 20)
{
    struct {
        sem_t gate;
        _Atomic int passed;
    } *shared = shared_new(sizeof *shared);

    children_guard();
    gate_init(&shared->gate);
    pid_t pid = child_fork("waiter");
    if (pid == 0) {
        gate_pass(&shared->gate);
        shared->passed = 1;
        _exit(0);
    }
    cr_expect_eq(shared->passed, 0);
    gate_open(&shared->gate);
    child_wait(pid);
    cr_expect_eq(shared->passed, 1);
    shared_free(shared, sizeof *shared);
}

/* ---- looking ---------------------------------------------------------------- */

Test(look, sees_a_reader_asleep, .timeout = 20)
{
    struct look look;
    char words[128];
    int ends[2];

    children_guard();
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = child_fork("reader");
    if (pid == 0) {
        char c;
        _exit(read(ends[0], &c, 1) == 1 ? 0 : 1);
    }
    cr_expect(look_until_asleep_in(pid, "read", 5000, &look));
    cr_expect_eq(look.state, 'S');
    if (look.call != NULL) {
        cr_expect_eq(look.fd, ends[0]);
        cr_expect_not(look_until_asleep_in(pid, "write", 20, NULL));
    }
    cr_expect_not_null(strstr(look_words(&look, words, sizeof words), "asleep"));
    cr_assert_eq(write(ends[1], "x", 1), 1);
    cr_expect_eq(child_wait(pid), 0);
    cr_expect_eq(look_at(pid, &look), -ENOENT);
}

Test(look, names_pipe_ends, .timeout = 20)
{
    char words[64], want[64];
    int ends[2], other[2];

    cr_assert(pipe(ends) == 0 && pipe(other) == 0);
    snprintf(want, sizeof want, "read end %d, write end %d", ends[0], ends[1]);
    cr_expect_eq(look_pipe_ends(getpid(), ends[0], words, sizeof words), 2);
    cr_expect_str_eq(words, want);
    close(ends[1]);
    cr_expect_eq(look_pipe_ends(getpid(), ends[0], words, sizeof words), 1);
    cr_expect_eq(look_pipe_ends(getppid(), other[0], words, sizeof words), 0);
    cr_expect_str_eq(words, "none");
    cr_expect_eq(look_pipe_ends(getpid(), 999, words, sizeof words), -EBADF);
}
