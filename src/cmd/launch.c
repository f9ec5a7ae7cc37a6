#include "cmd/launch.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/environment.h"
#include "cmd/scratch.h"
#include "proc/lifecycle.h"
#include "proc/live.h"
#include "run/terminal.h"
#include "ui/tty.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* High, so that it is not among the descriptors whose numbers a lab talks about. */
enum { FACTS_TARGET_FD = 60 };

#define FACTS_VARIABLE "PROCLAB_FACTS_FD="

static const char *print_facts(char *buf, size_t len)
{
    snprintf(buf, len, FACTS_VARIABLE "%d", FACTS_TARGET_FD);
    return buf;
}

/* Ours, but for the terminal that it is on: what src/run/terminal.h understands. */
static char **make_environment(const char *scratch, bool has_facts)
{
    static const char *const replaced[] = {
        "TMPDIR=", "TERM=", "LINES=", "COLUMNS=", FACTS_VARIABLE, NULL};
    const char *added[4] = {"TERM=xterm-256color"};
    char facts[40], tmpdir[SCRATCH_VARIABLE_BYTES];
    size_t n = 1;
    if (has_facts)
        added[n++] = print_facts(facts, sizeof facts);
    if (scratch[0]) {
        scratch_variable(scratch, tmpdir);
        added[n++] = tmpdir;
    }
    return environment_make(scratch[0] ? replaced : replaced + 1, added);
}

char **launch_facts_environment(void)
{
    static const char *const replaced[] = {FACTS_VARIABLE, NULL};
    char facts[40];
    const char *const added[] = {print_facts(facts, sizeof facts), NULL};
    return environment_make(replaced, added);
}

struct run_fd launch_facts_fd(int facts_fd)
{
    return (struct run_fd){.from = facts_fd, .to = FACTS_TARGET_FD};
}

static int complain_refused(int error)
{
    return complain(EXIT_UNABLE, error, "proclab doctor says what to do about it",
                    "the kernel does not tell of births and deaths in the way that --exact asks "
                    "for");
}

int launch_complain(const struct launch *launch, const char *program, int error)
{
    if (launch->refused)
        return complain_refused(launch->refused);
    if (error == -ENOENT)
        return complain(EXIT_NOT_FOUND, error, "check its name, and PATH", "cannot run '%s'",
                        program);
    if (error == -EACCES)
        return complain(EXIT_CANNOT_RUN, error, "chmod +x makes a file executable",
                        "cannot run '%s'", program);
    if (error == -ENOMEM || error == -EAGAIN || error == -EMFILE || error == -ENFILE)
        return complain(EXIT_FAILED, error, "end something else, or raise the limit (ulimit -a)",
                        "cannot start '%s'", program);
    return complain(EXIT_CANNOT_RUN, error, NULL, "cannot run '%s'", program);
}

int launch_parse_exact(const char *text, struct launch_exact *exact)
{
    static const struct {
        const char *name;
        struct launch_exact exact;
    } ways[] = {
        {"best", {.ways = LIFECYCLE_BEST}},
        {"perf", {.ways = LIFECYCLE_PERF, .is_required = true}},
        {"connector", {.ways = LIFECYCLE_CONNECTOR, .is_required = true}},
        {"ptrace", {.ways = LIFECYCLE_PTRACE, .is_required = true}},
        {"no", {.ways = 0}},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (strcmp(text, ways[i].name) == 0) {
            *exact = ways[i].exact;
            return 0;
        }
    }
    return complain(EXIT_USAGE, 0, "there are best, perf, connector, ptrace, no",
                    "--exact does not know '%s'", text);
}

int launch_follow(pid_t supervisor, void *arg)
{
    struct launch *launch = arg;
    struct lifecycle_errors errors;
    launch->births_before = live_births();
    if (!launch->exact.ways)
        return 0;
    int rc = lifecycle_open(supervisor, launch->exact.ways, &launch->lifecycle, &errors);
    if (rc < 0 && launch->exact.is_required)
        launch->refused = -(errors.perf + errors.connector + errors.ptrace); /* it was one alone */
    return launch->refused;
}

int launch_follow_running(struct launch *launch, pid_t root_pid)
{
    struct lifecycle_errors errors;
    if (launch->exact.is_required && launch->exact.ways != LIFECYCLE_CONNECTOR)
        return complain(EXIT_USAGE, 0, "--exact connector, or start it: proclab watch -- COMMAND",
                        "of a process that runs already, only the connector tells");
    if (!(launch->exact.ways & LIFECYCLE_CONNECTOR))
        return 0;
    int rc = lifecycle_open(root_pid, LIFECYCLE_CONNECTOR, &launch->lifecycle, &errors);
    if (rc < 0 && launch->exact.is_required)
        return complain_refused(-errors.connector);
    return 0;
}

static bool next_reaped(void *arg, struct live_reaped *reaped)
{
    struct run_exit end;
    if (run_next_exits(arg, &end, 1, NULL) == 0)
        return false;
    *reaped = (struct live_reaped){
        .pid = end.pid, .wait_status = end.wait_status, .time_ns = end.time_ns};
    return true;
}

void launch_fill_live(struct launch *launch, struct live_options *live)
{
    live->lifecycle = launch->lifecycle;
    if (!launch->run)
        return;
    live->root_pid = run_supervisor_pid(launch->run);
    live->is_supervisor = true;
    live->births_before = launch->births_before;
    live->next_reaped = next_reaped;
    live->reaped_arg = launch->run;
}

int launch_start(struct launch *launch, char *const *argv, const struct tty *tty, int rows,
                 int cols, int facts_fd)
{
    int error = launch->has_scratch ? scratch_make("proclab-scratch", launch->scratch) : 0;
    if (error)
        return complain(EXIT_FAILED, error, "TMPDIR names another place",
                        "cannot make a temporary folder for '%s'", argv[0]);
    error = -ENOMEM;
    char **environment = make_environment(launch->scratch, facts_fd >= 0);
    launch->terminal = terminal_new(rows, cols);
    if (!environment || !launch->terminal)
        goto out;
    struct run_fd handed = launch_facts_fd(facts_fd);
    struct run_spec spec = {
        .argv = argv,
        .env = environment,
        .cwd = launch->cwd,
        .use_pty = true,
        .rows = rows,
        .cols = cols,
        .stdio = {-1, -1, -1},
        .fds = &handed,
        .n_fds = facts_fd >= 0,
        .saved_terminal = tty ? tty_saved(tty) : NULL,
        .terminal_fd = tty ? tty_output_fd(tty) : -1,
        .terminal_reset = tty ? tty_reset_string(tty) : NULL,
        .before_program = launch_follow,
        .before_program_arg = launch,
    };
    error = run_start(&spec, &launch->run);
out:
    environment_free(environment);
    if (!error)
        return 0;
    int status = launch_complain(launch, argv[0], error);
    lifecycle_free(launch->lifecycle);
    terminal_free(launch->terminal);
    scratch_remove(launch->scratch);
    *launch = (struct launch){0};
    return status;
}

int launch_end(struct launch *launch)
{
    if (!launch->run) {
        lifecycle_free(launch->lifecycle);
        launch->lifecycle = NULL;
        return EXIT_OK;
    }
    struct run_result before, result = {0};
    run_poll(launch->run, &before);
    run_end(launch->run, &result);
    lifecycle_free(launch->lifecycle);
    terminal_free(launch->terminal);
    scratch_remove(launch->scratch);
    *launch = (struct launch){0};
    if (result.not_ended > 0)
        complain(0, EPERM, "end them as root: they run with another user's rights",
                 "%d processes of the program could not be ended", result.not_ended);
    if (before.is_lost)
        return complain(EXIT_FAILED, 0, NULL,
                        "how the program ended is not known: its supervisor was killed");
    if (!before.has_ended)
        return EXIT_OK;
    if (WIFSIGNALED(before.wait_status))
        return 128 + WTERMSIG(before.wait_status);
    return WEXITSTATUS(before.wait_status);
}
