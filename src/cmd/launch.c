#include "cmd/launch.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/environment.h"
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

/* Ours, but for the terminal that it is on: what src/run/terminal.h understands. */
static char **make_environment(const char *facts)
{
    static const char *const replaced[] = {
        "TERM=", "LINES=", "COLUMNS=", "PROCLAB_FACTS_FD=", NULL};
    const char *const added[] = {"TERM=xterm-256color", facts, NULL};
    return environment_make(replaced, added);
}

int launch_complain(const char *program, int error)
{
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

int launch_start(struct launch *launch, char *const *argv, const struct tty *tty, int rows,
                 int cols, int facts_fd)
{
    char facts[40];
    snprintf(facts, sizeof facts, "PROCLAB_FACTS_FD=%d", FACTS_TARGET_FD);
    char **environment = make_environment(facts_fd >= 0 ? facts : NULL);
    *launch = (struct launch){.terminal = terminal_new(rows, cols)};
    int error = -ENOMEM;
    if (!environment || !launch->terminal)
        goto out;
    struct run_fd handed = {.from = facts_fd, .to = FACTS_TARGET_FD};
    struct run_spec spec = {
        .argv = argv,
        .env = environment,
        .use_pty = true,
        .rows = rows,
        .cols = cols,
        .stdio = {-1, -1, -1},
        .fds = &handed,
        .n_fds = facts_fd >= 0,
        .saved_terminal = tty ? tty_saved(tty) : NULL,
        .terminal_fd = tty ? tty_output_fd(tty) : -1,
        .terminal_reset = tty ? tty_reset_string(tty) : NULL,
    };
    error = run_start(&spec, &launch->run);
out:
    environment_free(environment);
    if (!error)
        return 0;
    terminal_free(launch->terminal);
    *launch = (struct launch){0};
    return launch_complain(argv[0], error);
}

int launch_end(struct launch *launch)
{
    if (!launch->run)
        return EXIT_OK;
    struct run_result before, result = {0};
    run_poll(launch->run, &before);
    run_end(launch->run, &result);
    terminal_free(launch->terminal);
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
