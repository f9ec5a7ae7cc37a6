/* Nothing is left behind, however it ends. */
#include "nasty.h"
#include "run/run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int start_nasty(struct nasty *n, const char *name, struct run_spec *spec, struct run **run)
{
    static char *argv[2];
    nasty_init(n, name, 0);
    argv[0] = n->which;
    spec->file = nasty_program();
    spec->argv = argv;
    spec->env = n->env;
    spec->stdio[0] = spec->stdio[1] = spec->stdio[2] = -1;
    return run_start(spec, run);
}

static pid_t parent_of(pid_t pid)
{
    char path[64];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%*d (%*[^)]) %*c %d", &parent) != 1)
        parent = 0;
    if (file)
        fclose(file);
    return parent;
}

/* The program itself ends at once if it only makes orphans; then they are what is counted. */
static void expect_ends(const char *name, int at_least, bool has_to_end)
{
    struct nasty n;
    struct run *run;
    struct run_spec spec = {0};
    cr_assert_eq(start_nasty(&n, name, &spec, &run), 0);
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    if (has_to_end)
        cr_expect_eq(poll(&ended, 1, PATIENCE_MS), 1);
    cr_assert(nasty_wait_count(&n, at_least, true, PATIENCE_MS), "%s has not begun", name);
    pid_t supervisor = run_supervisor_pid(run), guard = parent_of(supervisor);
    struct run_result result;
    double began = now_ms();
    cr_expect_eq(run_end(run, &result), 0);
    double took = now_ms() - began;
    cr_expect_eq(nasty_count(&n), 0, "%s is still there", name);
    cr_expect(!process_is_there(supervisor) && !process_is_there(guard));
    cr_expect(result.has_ended);
    cr_expect_eq(result.not_ended, 0);
    cr_expect_gt(result.left_running, 0);
    fprintf(stderr, "run_end: %s: %d left running, all ended in %.1f ms\n", name,
            result.left_running, took);
}

Test(run_end, ends_twenty_that_fork_for_ever, .timeout = 120)
{
    expect_ends("comets", 5, false);
}

Test(run_end, ends_endless_double_forks, .timeout = 120)
{
    expect_ends("escapees", 1, true);
}

Test(run_end, ends_what_evades_signals, .timeout = 120)
{
    expect_ends("stubborn", 30, false);
}

Test(run_end, ends_nohuped_and_setsided, .timeout = 120)
{
    static char sh[] = "sh", c[] = "-c",
                command[] = "trap '' HUP INT TERM; nohup setsid sleep 1000 >/dev/null 2>&1 & "
                            "(setsid sleep 1000 &) ; sleep 1000 & exit 6";
    struct nasty n;
    nasty_init(&n, "none", 0);
    char *argv[] = {sh, c, command, NULL};
    struct run_spec spec = {.argv = argv, .env = n.env, .use_pty = true, .rows = 24, .cols = 80};
    struct run *run;
    cr_assert_eq(run_start(&spec, &run), 0);
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    cr_expect_eq(poll(&ended, 1, PATIENCE_MS), 1);
    cr_assert(nasty_wait_count(&n, 3, false, PATIENCE_MS));
    struct run_result result;
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect_eq(nasty_count(&n), 0);
    cr_expect(WIFEXITED(result.wait_status) && WEXITSTATUS(result.wait_status) == 6);
}

Test(run_end, leaves_nothing_to_count_when_nothing_was_left, .timeout = 120)
{
    static char file[] = "true";
    char *argv[] = {file, NULL};
    struct run_spec spec = {.argv = argv, .stdio = {-1, -1, -1}};
    struct run *run;
    struct run_result result;
    cr_assert_eq(run_start(&spec, &run), 0);
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    cr_expect_eq(poll(&ended, 1, PATIENCE_MS), 1);
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect(result.has_ended && result.wait_status == 0);
    cr_expect_eq(result.left_running, 0);
    cr_expect(!result.supervisor_killed && !result.hit_deadline && !result.is_lost);
}

/* The program kills its parent: what it had started is ended all the same, at once. */
Test(run_end, survives_the_killing_of_the_supervisor, .timeout = 120)
{
    struct nasty n;
    struct run *run;
    struct run_spec spec = {0};
    cr_assert_eq(start_nasty(&n, "kill-parent", &spec, &run), 0);
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    cr_expect_eq(poll(&ended, 1, PATIENCE_MS), 1);
    cr_expect(nasty_wait_count(&n, 0, false, PATIENCE_MS), "before run_end()");
    struct run_result result;
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect(result.has_ended && result.supervisor_killed && !result.is_lost);
    cr_expect(WIFSIGNALED(result.wait_status) && WTERMSIG(result.wait_status) == SIGKILL);
}

Test(run_end, survives_the_stopping_of_the_supervisor, .timeout = 120)
{
    struct nasty n;
    struct run *run;
    struct run_spec spec = {0};
    cr_assert_eq(start_nasty(&n, "stop-parent", &spec, &run), 0);
    cr_assert(nasty_wait_count(&n, 2, false, PATIENCE_MS));
    struct run_result result;
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect_eq(nasty_count(&n), 0);
}

Test(run_end, survives_the_killing_of_the_guard, .timeout = 120)
{
    struct nasty n;
    struct run *run;
    struct run_spec spec = {0};
    cr_assert_eq(start_nasty(&n, "stubborn", &spec, &run), 0);
    cr_assert(nasty_wait_count(&n, 30, true, PATIENCE_MS));
    kill(parent_of(run_supervisor_pid(run)), SIGKILL);
    struct run_result result;
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect_eq(nasty_count(&n), 0);
}

/* The supervisor may be dead before it has said that the program runs: that must not be waited for. */
Test(run_end, starts_what_kills_its_supervisor_at_once, .timeout = 60)
{
    for (int i = 0; i < 100; i++) {
        struct nasty n;
        struct run *run;
        struct run_spec spec = {0};
        cr_assert_eq(start_nasty(&n, "kill-parent", &spec, &run), 0);
        cr_expect_eq(run_end(run, NULL), 0);
        cr_expect_eq(nasty_count(&n), 0);
    }
}

Test(run_end, knows_when_both_were_killed, .timeout = 120)
{
    struct nasty n;
    struct run *run;
    struct run_spec spec = {0};
    cr_assert_eq(start_nasty(&n, "sleeper", &spec, &run), 0);
    pid_t supervisor = run_supervisor_pid(run), guard = parent_of(supervisor);
    kill(guard, SIGKILL);
    kill(supervisor, SIGKILL);
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    cr_expect_eq(poll(&ended, 1, PATIENCE_MS), 1);
    struct run_result result;
    run_poll(run, &result);
    cr_expect(result.has_ended && result.is_lost);
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect(result.is_lost);
    cr_expect(nasty_wait_count(&n, 0, false, PATIENCE_MS), "the program dies with its supervisor");
}

Test(run_end, ignores_what_it_is_told_to_ignore, .timeout = 120)
{
    struct nasty n;
    struct run *run;
    struct run_spec spec = {0};
    cr_assert_eq(start_nasty(&n, "sleeper", &spec, &run), 0);
    pid_t supervisor = run_supervisor_pid(run), guard = parent_of(supervisor);
    static const int signals[] = {SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGUSR1, SIGALRM, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        kill(supervisor, signals[i]);
        kill(guard, signals[i]);
    }
    struct run_result result;
    run_poll(run, &result);
    cr_expect(!result.has_ended && process_is_there(supervisor) && process_is_there(guard));
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect(!result.supervisor_killed);
}

/* ---- the caller's own end ---- */

enum way { EXIT, CRASH, KILLED };

struct caller {
    enum way way;
    const char *program;
    bool leaks_pipe; /* a child of the caller's outlives it, and holds copies of all its fds */
    bool has_terminal;
    int slave;
    /* comes back through shared memory */
    volatile bool has_started;
    volatile pid_t supervisor, guard, other;
    struct nasty nasty;
};

static void be_caller(struct caller *c)
{
    struct run *run;
    static struct termios modes; /* the terminal's, before we changed it */
    struct run_spec spec = {0};
    if (c->has_terminal) {
        struct termios raw;
        tcgetattr(c->slave, &modes);
        spec.saved_terminal = &modes;
        spec.terminal_fd = c->slave;
        spec.terminal_reset = "<reset>";
        raw = modes;
        cfmakeraw(&raw);
        tcsetattr(c->slave, TCSANOW, &raw);
    }
    if (start_nasty(&c->nasty, c->program, &spec, &run) < 0)
        _exit(1);
    c->supervisor = run_supervisor_pid(run);
    c->guard = parent_of(c->supervisor);
    pid_t other = c->leaks_pipe ? fork() : -1;
    if (other == 0)
        for (;;)
            pause();
    c->other = other; /* not by the child: it would write 0 */
    nasty_wait_count(&c->nasty, 1, true, PATIENCE_MS);
    c->has_started = true;
    if (c->way == EXIT)
        exit(0);
    if (c->way == CRASH) {
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    for (;;)
        pause();
}

/* Returns how many ms after the caller's death the last process was gone; -1: some are left. */
static double ends_with_caller(struct caller *wanted)
{
    struct caller *c =
        mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *c = *wanted;
    nasty_program();
    pid_t pid = fork();
    if (pid == 0) {
        be_caller(c);
        _exit(1);
    }
    double end = now_ms() + PATIENCE_MS, took = -1;
    while (!c->has_started && now_ms() < end)
        pause_briefly();
    if (c->way == KILLED)
        kill(pid, SIGKILL);
    double began = now_ms();
    waitpid(pid, NULL, 0);
    if (c->has_started && nasty_wait_count(&c->nasty, 0, false, PATIENCE_MS) &&
        process_wait_gone(c->supervisor, PATIENCE_MS) && process_wait_gone(c->guard, PATIENCE_MS))
        took = now_ms() - began;
    if (c->other > 0)
        kill(c->other, SIGKILL);
    *wanted = *c;
    munmap(c, sizeof *c);
    return took;
}

Test(run_caller, exit_ends_everything, .timeout = 120)
{
    struct caller c = {.way = EXIT, .program = "stubborn"};
    cr_expect_geq(ends_with_caller(&c), 0);
}

Test(run_caller, crash_ends_everything, .timeout = 120)
{
    struct caller c = {.way = CRASH, .program = "escapees"};
    cr_expect_geq(ends_with_caller(&c), 0);
}

Test(run_caller, sigkill_ends_everything, .timeout = 120)
{
    static const char *const programs[] = {"stubborn", "escapees", "comets", "kill-parent"};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        struct caller c = {.way = KILLED, .program = programs[i]};
        double took = ends_with_caller(&c);
        cr_expect_geq(took, 0, "%s is left", programs[i]);
        fprintf(stderr, "SIGKILL of the caller: %s: all gone after %.1f ms\n", programs[i], took);
    }
}

Test(run_caller, sigkill_ends_everything_though_a_child_holds_the_pipe, .timeout = 120)
{
    struct caller c = {.way = KILLED, .program = "stubborn", .leaks_pipe = true};
    cr_expect_geq(ends_with_caller(&c), 0);
}

struct pty {
    int master, slave;
    struct termios modes;
};

static void open_terminal(struct pty *pty)
{
    pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert(pty->master >= 0 && grantpt(pty->master) == 0 && unlockpt(pty->master) == 0);
    pty->slave = open(ptsname(pty->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_geq(pty->slave, 0);
    tcgetattr(pty->slave, &pty->modes);
}

Test(run_caller, sigkill_puts_the_terminal_back, .timeout = 120)
{
    struct pty pty;
    open_terminal(&pty);
    cr_assert(pty.modes.c_lflag & ICANON);
    struct caller c = {
        .way = KILLED, .program = "stubborn", .has_terminal = true, .slave = pty.slave};
    cr_expect_geq(ends_with_caller(&c), 0);
    struct termios after;
    tcgetattr(pty.slave, &after);
    cr_expect_eq(after.c_lflag, pty.modes.c_lflag);
    cr_expect_eq(after.c_iflag, pty.modes.c_iflag);
    cr_expect_eq(after.c_oflag, pty.modes.c_oflag);
    struct pollfd readable = {.fd = pty.master, .events = POLLIN};
    char text[64] = "";
    cr_expect_eq(poll(&readable, 1, PATIENCE_MS), 1);
    cr_expect_gt(read(pty.master, text, sizeof text - 1), 0);
    cr_expect_str_eq(text, "<reset>");
}

/* Ctrl-S: a terminal that takes nothing must not keep the rest from being ended. */
Test(run_caller, sigkill_with_a_stopped_terminal_still_ends_everything, .timeout = 120)
{
    struct pty pty;
    open_terminal(&pty);
    cr_assert_eq(tcflow(pty.slave, TCOOFF), 0);
    struct caller c = {
        .way = KILLED, .program = "stubborn", .has_terminal = true, .slave = pty.slave};
    cr_expect_geq(ends_with_caller(&c), 0);
    struct termios after;
    tcgetattr(pty.slave, &after);
    cr_expect_eq(after.c_lflag, pty.modes.c_lflag);
}

Test(run_caller, goodbye_leaves_the_terminal_alone, .timeout = 120)
{
    struct pty pty;
    open_terminal(&pty);
    struct termios raw = pty.modes;
    struct nasty n;
    struct run *run;
    struct run_spec spec = {
        .saved_terminal = &pty.modes, .terminal_fd = pty.slave, .terminal_reset = "<reset>"};
    cr_assert_eq(start_nasty(&n, "sleeper", &spec, &run), 0);
    cfmakeraw(&raw);
    tcsetattr(pty.slave, TCSANOW, &raw);
    cr_expect_eq(run_end(run, NULL), 0);
    struct termios after;
    tcgetattr(pty.slave, &after);
    cr_expect_eq(after.c_lflag, raw.c_lflag);
    struct pollfd readable = {.fd = pty.master, .events = POLLIN};
    cr_expect_eq(poll(&readable, 1, 0), 0);
}
