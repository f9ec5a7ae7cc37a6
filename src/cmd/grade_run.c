/* grade_run.c - run a lab's grader and take what it tells: a JSON object a line (gradekit/grader.c). */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/environment.h"
#include "cmd/grade.h"
#include "cmd/grade_stall.h"
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    REPORT_FD = 9,
    POLL_MS = 100,
    DEADLINE_MS = 15 * 60 * 1000, /* only a backstop: each claim has its own */
    TEXT_BYTES = 4096,
    ATTEMPTS = 10,
};

/* A grader that has said nothing for so long may be stuck; and while it tries sandboxes, 5 s each at most. */
#define SILENT_NS     INT64_C(4000000000)
#define SILENT_YET_NS INT64_C(20000000000)

/* What of its lines has come so far. */
struct lines {
    char *bytes;
    size_t n, room;
};

struct grader {
    struct grading *grading;
    struct lines lines;
    struct run *run;
    int read_fd, write_fd, text_fd;
    size_t n_done, n_selected;
    bool has_plan, has_end;
    void (*progress)(const struct grading *g, size_t n_done, size_t n);
};

/* ---- the lines ------------------------------------------------------------------ */

static char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return strdup(text ? text : "");
}

static void take_plan(struct grader *gr, const json_t *plan)
{
    struct grading *g = gr->grading;
    size_t n = json_array_size(plan);
    g->claims = calloc(n, sizeof *g->claims);
    if (!g->claims)
        return;
    for (size_t i = 0; i < n; i++) {
        const json_t *claim = json_array_get(plan, i);
        g->claims[i] = (struct claim_result){
            .name = text_of(claim, "name"),
            .function = text_of(claim, "function"),
            .says = text_of(claim, "says"),
            .hygiene_of = text_of(claim, "hygiene_of"),
            .probe = text_of(claim, "probe"),
            .points = (int)json_integer_value(json_object_get(claim, "points")),
            .is_selected = json_is_true(json_object_get(claim, "selected")),
        };
        gr->n_selected += g->claims[i].is_selected;
    }
    g->n_claims = n;
    gr->has_plan = true;
}

static void take_result(struct grader *gr, const json_t *result)
{
    struct grading *g = gr->grading;
    const char *name = json_string_value(json_object_get(result, "name"));
    const char *status = json_string_value(json_object_get(result, "status"));
    for (size_t i = 0; name && status && i < g->n_claims; i++) {
        struct claim_result *c = &g->claims[i];
        if (strcmp(c->name, name) != 0 || c->status != CLAIM_NOT_RUN)
            continue;
        c->status = strcmp(status, "passed") == 0   ? CLAIM_PASSED
                    : strcmp(status, "failed") == 0 ? CLAIM_FAILED
                                                    : CLAIM_ERROR;
        c->expected = text_of(result, "expected");
        c->observed = text_of(result, "observed");
        c->hint = text_of(result, "hint");
        gr->n_done++;
        if (gr->progress)
            gr->progress(g, gr->n_done, gr->n_selected);
    }
}

static void take_sandbox(struct grading *g, const json_t *sandbox)
{
    const char *name = json_string_value(json_object_get(sandbox, "name"));
    const char *why = json_string_value(json_object_get(sandbox, "why"));
    snprintf(g->sandbox, sizeof g->sandbox, "%s", name ? name : "");
    snprintf(g->sandbox_why, sizeof g->sandbox_why, "%s", why ? why : "");
}

static void take_line(struct grader *gr, const char *line, size_t len)
{
    json_t *object = json_loadb(line, len, 0, NULL);
    const json_t *part;
    if ((part = json_object_get(object, "plan")) && !gr->has_plan)
        take_plan(gr, part);
    else if ((part = json_object_get(object, "result")))
        take_result(gr, part);
    else if ((part = json_object_get(object, "sandbox")))
        take_sandbox(gr->grading, part);
    else if (json_object_get(object, "end"))
        gr->has_end = true;
    json_decref(object);
}

static void take_lines(struct grader *gr)
{
    struct lines *l = &gr->lines;
    char *start = l->bytes, *end;
    while ((end = memchr(start, '\n', (size_t)(l->bytes + l->n - start)))) {
        take_line(gr, start, (size_t)(end - start));
        start = end + 1;
    }
    l->n -= (size_t)(start - l->bytes);
    memmove(l->bytes, start, l->n);
}

/* All that is there now. False: there was nothing. */
static bool read_report(struct grader *gr)
{
    struct lines *l = &gr->lines;
    for (bool has_come = false;; has_come = true) {
        if (l->room - l->n < 4096) {
            char *grown = realloc(l->bytes, l->room + 65536);
            if (!grown)
                return has_come;
            l->bytes = grown;
            l->room += 65536;
        }
        ssize_t n = read(gr->read_fd, l->bytes + l->n, l->room - l->n);
        if (n <= 0)
            return has_come;
        l->n += (size_t)n;
        take_lines(gr);
    }
}

/* ---- the grader's process --------------------------------------------------------- */

/* With our variables for it, and without those that somebody left. */
static char **make_env(const struct grading *g, const char *only, bool lists_only)
{
    static const char *const left_out[] = {"PROCLAB_GRADER_", "PROCLAB_PROBES=", NULL};
    char probes[sizeof "PROCLAB_PROBES=" + PATH_MAX], fd[40], *only_text = NULL;
    const char *added[5] = {probes, fd};
    size_t n = 2;
    snprintf(probes, sizeof probes, "PROCLAB_PROBES=%s", g->probes);
    snprintf(fd, sizeof fd, "PROCLAB_GRADER_FD=%d", REPORT_FD);
    if (lists_only)
        added[n++] = "PROCLAB_GRADER_LIST=1";
    if (only && asprintf(&only_text, "PROCLAB_GRADER_ONLY=%s", only) < 0)
        return NULL;
    added[n] = only_text;
    char **env = environment_make(left_out, added);
    free(only_text);
    return env;
}

static int start(struct grader *gr, const char *program, const char *only, bool lists_only)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    gr->read_fd = ends[0];
    gr->write_fd = ends[1];
    fcntl(gr->write_fd, F_SETFL, 0);
    gr->text_fd = memfd_create("grader", MFD_CLOEXEC);
    char **env = make_env(gr->grading, only, lists_only);
    if (gr->text_fd < 0 || !env) {
        environment_free(env);
        return -ENOMEM;
    }
    char *argv[] = {strdupa(program), NULL};
    const struct run_fd fds[] = {{gr->write_fd, REPORT_FD}};
    const struct run_spec spec = {
        .argv = argv,
        .env = env,
        .stdio = {-1, gr->text_fd, gr->text_fd},
        .fds = fds,
        .n_fds = 1,
        .deadline_ms = DEADLINE_MS,
    };
    int error = run_start(&spec, &gr->run);
    environment_free(env);
    close(gr->write_fd);
    gr->write_fd = -1;
    return error;
}

/* False: it is stuck. */
static bool wait_for_end(struct grader *gr, struct run_result *result)
{
    struct stall stall;
    bool is_stuck = false;
    struct pollfd fds[] = {{.fd = run_ended_fd(gr->run), .events = POLLIN},
                           {.fd = gr->read_fd, .events = POLLIN}};
    stall_init(&stall, run_pid(gr->run));
    do {
        poll(fds, 2, POLL_MS);
        if (read_report(gr))
            stall_hear(&stall);
        if (fds[1].revents & POLLHUP)
            fds[1].fd = -1;
        run_poll(gr->run, result);
    } while (
        !result->has_ended && !result->hit_deadline && !result->supervisor_killed &&
        !result->is_lost && !grade_signal() &&
        !(is_stuck = stall_is_stuck(&stall, gr->grading->sandbox[0] ? SILENT_NS : SILENT_YET_NS)));
    read_report(gr);
    stall_fini(&stall);
    return !is_stuck;
}

static char *read_text(int fd)
{
    char *text = calloc(1, TEXT_BYTES + 1);
    if (text && pread(fd, text, TEXT_BYTES, 0) > 0)
        return text;
    free(text);
    return NULL;
}

static int complain_grader(struct grading *g, const struct run_result *result, const char *only)
{
    const char *text = g->grader_text ? g->grader_text : "";
    if (only && result->has_ended && WIFEXITED(result->wait_status) &&
        WEXITSTATUS(result->wait_status) == 0)
        return complain(EXIT_USAGE, 0, "proclab grade LAB --list names them",
                        "there is no claim '%s'", only);
    if (result->has_ended && WIFEXITED(result->wait_status) &&
        WEXITSTATUS(result->wait_status) == EXIT_UNABLE)
        return complain(EXIT_UNABLE, 0, "proclab doctor says what this machine can", "%.*s",
                        (int)strcspn(text, "\n"), text);
    return complain(EXIT_FAILED, 0, "this is not your fault: please report it",
                    "the grader of %s did not come to its end: %.*s", g->lab->name,
                    (int)strcspn(text, "\n"), text);
}

/*
 * Criterion's socket, in /tmp, and the memory that it shares with each test, in /dev/shm, are named by a
 * PID alone. Whoever was killed has left his, and another user's cannot be replaced.
 */
static bool is_name_taken(const struct grading *g)
{
    return g->grader_text && (strstr(g->grader_text, "Could not initialize the message server") ||
                              strstr(g->grader_text, "Could not spawn test instance: File exists"));
}

static void remove_socket(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/criterion_%d.sock", (int)pid);
    unlink(path);
}

/* An exit status; or -EAGAIN: another one, with another PID, may come to its end. */
static int run_grader(struct grader *gr, const char *program, const char *only, bool lists_only,
                      bool is_last)
{
    struct grading *g = gr->grading;
    struct run_result result = {0};
    int error = start(gr, program, only, lists_only);
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot start %s", program);
    bool is_stuck = !wait_for_end(gr, &result);
    pid_t pid = run_pid(gr->run);
    run_end(gr->run, NULL);
    free(g->grader_text);
    g->grader_text = read_text(gr->text_fd);
    if (lists_only ? gr->has_plan : gr->has_end)
        return EXIT_OK;
    if (!is_name_taken(g))
        remove_socket(pid);
    if ((is_stuck || is_name_taken(g)) && !is_last)
        return -EAGAIN;
    return grade_signal() ? EXIT_OK : complain_grader(g, &result, only);
}

static void grader_fini(struct grader *gr)
{
    if (gr->read_fd >= 0)
        close(gr->read_fd);
    if (gr->write_fd >= 0)
        close(gr->write_fd);
    if (gr->text_fd >= 0)
        close(gr->text_fd);
    free(gr->lines.bytes);
}

int grade_run(struct grading *g, const char *only, bool lists_only,
              void (*progress)(const struct grading *g, size_t n_done, size_t n))
{
    char program[PATH_MAX];
    if (lab_program(g->lab, "grade", program) < 0)
        return complain(EXIT_FAILED, 0, "make graders", "the grader of %s is not built",
                        g->lab->name);
    int status = -EAGAIN;
    for (int n_left = ATTEMPTS; status == -EAGAIN; n_left--) {
        grading_forget_claims(g);
        g->sandbox[0] = '\0';
        struct grader gr = {
            .grading = g, .read_fd = -1, .write_fd = -1, .text_fd = -1, .progress = progress};
        status = run_grader(&gr, program, only, lists_only, n_left <= 1 || grade_signal());
        grader_fini(&gr);
    }
    return status;
}

static const struct claim_result *find_claim(const struct grading *g, const char *name)
{
    for (size_t i = 0; i < g->n_claims; i++)
        if (strcmp(g->claims[i].name, name) == 0)
            return &g->claims[i];
    return NULL;
}

void grade_count(struct grading *g)
{
    g->score = g->score_max = 0;
    g->has_errors = false;
    for (size_t i = 0; i < g->n_claims; i++) {
        struct claim_result *c = &g->claims[i];
        if (!c->is_selected)
            continue;
        const struct claim_result *main_claim =
            c->hygiene_of[0] ? find_claim(g, c->hygiene_of) : NULL;
        c->does_not_count =
            c->status == CLAIM_PASSED && main_claim && main_claim->status != CLAIM_PASSED;
        g->score_max += c->points;
        if (c->status == CLAIM_PASSED && !c->does_not_count)
            g->score += c->points;
        if (!g->does_not_compile && (c->status == CLAIM_ERROR || c->status == CLAIM_NOT_RUN))
            g->has_errors = true;
    }
}
