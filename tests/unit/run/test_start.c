/* What a program is started with, and what comes back from it. */
#include "nasty.h"
#include "run/run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const SH[] = {(char[]){"sh"}, (char[]){"-c"}, NULL, NULL};

struct shell {
    char *argv[4];
    struct run_spec spec;
};

static void shell_init(struct shell *s, char *command)
{
    memset(s, 0, sizeof *s);
    memcpy(s->argv, SH, sizeof SH);
    s->argv[2] = command;
    s->spec = (struct run_spec){.argv = s->argv, .stdio = {-1, -1, -1}};
}

static bool wait_ended(struct run *run, struct run_result *result, int timeout_ms)
{
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    bool in_time = poll(&ended, 1, timeout_ms) > 0;
    run_poll(run, result);
    return in_time;
}

static int status_of(char *command)
{
    struct shell s;
    struct run *run;
    struct run_result result;
    shell_init(&s, command);
    if (run_start(&s.spec, &run) < 0)
        return -1;
    bool in_time = wait_ended(run, &result, PATIENCE_MS);
    run_end(run, NULL);
    return in_time && result.has_ended ? result.wait_status : -1;
}

Test(run, reports_the_wait_status, .timeout = 60)
{
    static char success[] = "exit 0", three[] = "exit 3", term[] = "kill -TERM $$",
                killed[] = "kill -KILL $$";
    cr_expect_eq(status_of(success), 0);
    int status = status_of(three);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    status = status_of(term);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    status = status_of(killed);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int start_error(char *file, const char *cwd)
{
    /* A folder in PATH that may not be searched would make ENOENT an EACCES. */
    static char path[] = "PATH=/usr/bin:/bin";
    char *env[] = {path, NULL};
    char *argv[] = {file, NULL};
    struct run_spec spec = {.argv = argv, .env = env, .stdio = {-1, -1, -1}, .cwd = cwd};
    struct run *run;
    int err = run_start(&spec, &run);
    if (err == 0)
        run_end(run, NULL);
    return err;
}

Test(run, returns_the_errno_of_exec, .timeout = 60)
{
    static char none[] = "proclab-no-such-program", folder[] = "/etc",
                not_folder[] = "/etc/passwd/x", yes[] = "true";
    cr_expect_eq(start_error(none, NULL), -ENOENT);
    cr_expect_eq(start_error(folder, NULL), -EACCES);
    cr_expect_eq(start_error(not_folder, NULL), -ENOTDIR);
    cr_expect_eq(start_error(yes, "/no/such/folder"), -ENOENT);
    cr_expect_eq(start_error(yes, "/"), 0);
    /* Nothing is left: not even a zombie of ours. */
    cr_expect_eq(waitpid(-1, NULL, WNOHANG | __WALL), -1);
    cr_expect_eq(errno, ECHILD);
}

static size_t read_all(int fd, char *text, size_t len)
{
    size_t n = 0;
    ssize_t got;
    while (n + 1 < len && (got = read(fd, text + n, len - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    return n;
}

static void on_signal(int number)
{
    (void)number;
}

static void *hold_signals(void *arg)
{
    sigset_t mask;
    sigfillset(&mask);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    for (;;)
        pause();
    return arg;
}

/* Fds without close-on-exec all over, blocked and ignored and handled signals, other threads. */
Test(run, gives_the_program_a_clean_state, .timeout = 60)
{
    struct nasty n;
    nasty_init(&n, "report", 0);
    int ends[2], stray[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(pipe(stray), 0);
    cr_assert_eq(fcntl(stray[1], F_DUPFD, 200), 200);
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, hold_signals, NULL), 0);
    signal(SIGUSR1, on_signal);
    signal(SIGHUP, SIG_IGN);
    sigset_t mask, before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGWINCH);
    sigaddset(&mask, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &mask, &before);

    /* 5 and 7 change places with what is there already; ends[1] becomes standard output. */
    int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_RDONLY);
    struct run_fd fds[] = {{zero, 5}, {null, 7}, {zero, 100}};
    char *argv[] = {n.which, NULL};
    struct run_spec spec = {.file = nasty_program(),
                            .argv = argv,
                            .env = n.env,
                            .stdio = {-1, ends[1], STDERR_FILENO},
                            .fds = fds,
                            .n_fds = 3};
    struct run *run;
    cr_assert_eq(run_start(&spec, &run), 0);
    close(ends[1]);
    char text[512];
    read_all(ends[0], text, sizeof text);
    cr_expect_str_eq(text, "fds 0 1 2 5 7 100; blocked 0; changed 0; leader 1\n");
    struct run_result result;
    cr_expect(wait_ended(run, &result, PATIENCE_MS));
    cr_expect_eq(result.wait_status, 0);
    cr_expect_eq(run_end(run, NULL), 0);
    /* And the caller's own is as it was. */
    sigset_t after;
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    cr_expect(sigismember(&after, SIGWINCH) && sigismember(&after, SIGCHLD));
    cr_expect(!sigismember(&after, SIGTERM));
}

/* Who holds an end of a pipe of the program's keeps EOF from coming. */
Test(run, holds_no_end_of_the_programs_pipes, .timeout = 60)
{
    static char command[] = "exec >/dev/null; while :; do sleep 1; done";
    struct shell s;
    shell_init(&s, command);
    int in[2], out[2];
    cr_assert_eq(pipe2(in, O_CLOEXEC), 0);
    cr_assert_eq(pipe2(out, O_CLOEXEC), 0);
    s.spec.stdio[0] = in[0];
    s.spec.stdio[1] = out[1];
    struct run *run;
    cr_assert_eq(run_start(&s.spec, &run), 0);
    close(in[0]);
    close(out[1]);
    struct stat pipe_in, pipe_out;
    fstat(in[1], &pipe_in);
    fstat(out[0], &pipe_out);
    pid_t ours[] = {run_supervisor_pid(run), 0};
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", ours[0]);
    FILE *file = fopen(path, "r");
    cr_assert_eq(fscanf(file, "%*d (%*[^)]) %*c %d", &ours[1]), 1);
    fclose(file);
    for (size_t i = 0; i < 2; i++)
        for (int fd = 0; fd < 64; fd++) {
            struct stat st;
            snprintf(path, sizeof path, "/proc/%d/fd/%d", ours[i], fd);
            if (stat(path, &st) == 0)
                cr_expect(st.st_ino != pipe_in.st_ino && st.st_ino != pipe_out.st_ino,
                          "%s is an end of the program's pipe", path);
        }
    /* The program has closed the only end: EOF comes, though it still runs. */
    char byte;
    cr_expect_eq(read(out[0], &byte, 1), 0);
    cr_expect(process_is_there(run_pid(run)));
    cr_expect_eq(run_end(run, NULL), 0);
}

Test(run, gives_a_terminal_of_the_wanted_size, .timeout = 60)
{
    static char command[] =
        "stty size; tty >/dev/null && echo tty; [ -t 2 ] && echo err; "
        "trap 'stty size; exit 4' WINCH; echo ready; while :; do sleep 0.01; done";
    struct shell s;
    shell_init(&s, command);
    s.spec.use_pty = true;
    s.spec.rows = 33;
    s.spec.cols = 77;
    struct run *run;
    cr_assert_eq(run_start(&s.spec, &run), 0);
    char text[512] = "";
    size_t n = 0;
    bool resized = false;
    struct pollfd pty = {.fd = run_pty(run), .events = POLLIN};
    while (n + 1 < sizeof text && poll(&pty, 1, PATIENCE_MS) > 0) {
        ssize_t len = read(pty.fd, text + n, sizeof text - 1 - n);
        if (len <= 0)
            break; /* EIO: nobody has the other side any more */
        n += (size_t)len;
        text[n] = '\0';
        if (!resized && strstr(text, "ready")) {
            resized = true;
            cr_expect_eq(run_resize(run, 12, 40), 0);
        }
    }
    cr_expect_str_eq(text, "33 77\r\ntty\r\nerr\r\nready\r\n12 40\r\n");
    struct run_result result;
    cr_expect(wait_ended(run, &result, PATIENCE_MS));
    cr_expect(WIFEXITED(result.wait_status) && WEXITSTATUS(result.wait_status) == 4);
    cr_expect_eq(run_end(run, NULL), 0);
}

Test(run, puts_limits_on_the_program_only, .timeout = 60)
{
    static char command[] = "[ $(ulimit -n) = 33 ] && exit 9";
    struct shell s;
    shell_init(&s, command);
    struct run_limit limit = {RLIMIT_NOFILE, 33};
    s.spec.limits = &limit;
    s.spec.n_limits = 1;
    struct run *run;
    cr_assert_eq(run_start(&s.spec, &run), 0);
    struct rlimit supervisors;
    cr_expect_eq(prlimit(run_supervisor_pid(run), RLIMIT_NOFILE, NULL, &supervisors), 0);
    cr_expect_neq(supervisors.rlim_cur, 33);
    struct run_result result;
    cr_expect(wait_ended(run, &result, PATIENCE_MS));
    cr_expect(WIFEXITED(result.wait_status) && WEXITSTATUS(result.wait_status) == 9);
    run_end(run, NULL);
}

Test(run, reports_what_orphans_ended_with, .timeout = 60)
{
    struct nasty n;
    nasty_init(&n, "orphan", 0);
    char *argv[] = {n.which, NULL};
    struct run_spec spec = {
        .file = nasty_program(), .argv = argv, .env = n.env, .stdio = {-1, -1, -1}};
    struct run *run;
    cr_assert_eq(run_start(&spec, &run), 0);
    bool saw_program = false, saw_orphan = false;
    uint64_t lost = 0;
    for (double end = now_ms() + PATIENCE_MS; now_ms() < end && !(saw_program && saw_orphan);
         pause_briefly()) {
        struct run_exit exits[4];
        size_t count = run_next_exits(run, exits, 4, &lost);
        for (size_t i = 0; i < count; i++) {
            saw_program |= exits[i].pid == run_pid(run) && exits[i].wait_status == 0;
            saw_orphan |= exits[i].pid != run_pid(run) && WIFEXITED(exits[i].wait_status) &&
                          WEXITSTATUS(exits[i].wait_status) == 33;
        }
    }
    cr_expect(saw_program && saw_orphan);
    cr_expect_eq(lost, 0);
    run_end(run, NULL);
}

/* The ring holds 256: who looks late is told how many are missing, and sees the newest. */
Test(run, counts_the_exits_that_came_too_late, .timeout = 60)
{
    static char command[] = "for i in $(seq 320); do (true &); done";
    struct shell s;
    shell_init(&s, command);
    struct run *run;
    struct run_result result;
    cr_assert_eq(run_start(&s.spec, &run), 0);
    cr_expect(wait_ended(run, &result, PATIENCE_MS));
    size_t n = 0;
    uint64_t lost = 0;
    for (double end = now_ms() + PATIENCE_MS; now_ms() < end && n + lost < 321; pause_briefly()) {
        struct run_exit exits[64];
        n += run_next_exits(run, exits, 64, &lost);
    }
    cr_expect_eq(n + lost, 321, "%zu seen, %lu lost", n, (unsigned long)lost);
    cr_expect_geq(n, 200);
    cr_expect_geq(lost, 50);
    run_end(run, NULL);
}

Test(run, ends_everything_at_the_deadline, .timeout = 60)
{
    struct nasty n;
    nasty_init(&n, "stubborn", 0);
    char *argv[] = {n.which, NULL};
    struct run_spec spec = {.file = nasty_program(),
                            .argv = argv,
                            .env = n.env,
                            .stdio = {-1, -1, -1},
                            .deadline_ms = 2000};
    struct run *run;
    struct run_result result;
    cr_assert_eq(run_start(&spec, &run), 0);
    cr_expect(wait_ended(run, &result, PATIENCE_MS));
    cr_expect(nasty_wait_count(&n, 0, false, PATIENCE_MS), "before run_end()");
    cr_expect_eq(run_end(run, &result), 0);
    cr_expect(result.hit_deadline);
    cr_expect(WIFSIGNALED(result.wait_status) && WTERMSIG(result.wait_status) == SIGKILL);
    cr_expect_gt(result.left_running, 0);
}

static int count_in_state(const struct run *run, char wanted)
{
    char path[64], line[256], state;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", run_pid(run), run_pid(run));
    FILE *children = fopen(path, "r");
    int pid, n = 0;
    while (children && fscanf(children, "%d", &pid) == 1) {
        snprintf(line, sizeof line, "/proc/%d/stat", pid);
        FILE *stat = fopen(line, "r");
        n += stat && fscanf(stat, "%*d (%*[^)]) %c", &state) == 1 && state == wanted;
        if (stat)
            fclose(stat);
    }
    if (children)
        fclose(children);
    return n;
}

Test(run, freezes_and_thaws, .timeout = 60)
{
    static char command[] = "sleep 100 & sleep 100 & wait";
    struct shell s;
    shell_init(&s, command);
    struct run *run;
    cr_assert_eq(run_start(&s.spec, &run), 0);
    double end = now_ms() + PATIENCE_MS;
    while (count_in_state(run, 'S') != 2 && now_ms() < end)
        pause_briefly();
    cr_expect_eq(run_freeze(run), 0);
    while (count_in_state(run, 'T') != 2 && now_ms() < end)
        pause_briefly();
    cr_expect_eq(count_in_state(run, 'T'), 2);
    cr_expect_eq(run_thaw(run), 0);
    while (count_in_state(run, 'S') != 2 && now_ms() < end)
        pause_briefly();
    cr_expect_eq(count_in_state(run, 'S'), 2);
    run_end(run, NULL);
}

static char state_of(pid_t pid)
{
    char path[64], state = '\0';
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "re");
    if (stat && fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
        state = '\0';
    if (stat)
        fclose(stat);
    return state;
}

static bool has_children(pid_t pid)
{
    char path[64];
    int first;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    FILE *children = fopen(path, "re");
    bool has = children && fscanf(children, "%d", &first) == 1;
    if (children)
        fclose(children);
    return has;
}

/* In a child: run it, traced until it has forked. Exits 0 when it ends with 5 and that is told. */
static _Noreturn void be_traced_caller(char *command, int output)
{
    struct run_result result;
    struct shell s;
    struct run *run;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
        _exit(77);
    raise(SIGSTOP);
    shell_init(&s, command);
    s.spec.stdio[1] = output;
    if (run_start(&s.spec, &run) < 0)
        _exit(1);
    bool is_told = wait_ended(run, &result, PATIENCE_MS / 2);
    run_end(run, NULL);
    _exit(!is_told ? 2 : WEXITSTATUS(result.wait_status) != 5 ? 3 : 0);
}

/* 0: nobody may be traced here. */
static pid_t start_traced_caller(char *command, int output)
{
    int status;
    pid_t caller = fork();
    if (caller == 0)
        be_traced_caller(command, output);
    cr_assert_eq(waitpid(caller, &status, __WALL), caller);
    if (WIFEXITED(status))
        return 0;
    cr_assert_eq(ptrace(PTRACE_SETOPTIONS, caller, NULL, PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL),
                 0);
    return caller;
}

/* Let it go on until it forks. Its child, which is stopped then as it is itself. */
static pid_t trace_fork(pid_t parent)
{
    int status, number = 0;
    unsigned long child;
    do {
        cr_assert_eq(ptrace(PTRACE_CONT, parent, NULL, number), 0);
        cr_assert_eq(waitpid(parent, &status, __WALL), parent);
        cr_assert(WIFSTOPPED(status));
        number = WSTOPSIG(status);
    } while (status >> 8 != (SIGTRAP | PTRACE_EVENT_FORK << 8));
    cr_assert_eq(ptrace(PTRACE_GETEVENTMSG, parent, NULL, &child), 0);
    cr_assert_eq(waitpid((pid_t)child, &status, __WALL), (pid_t)child);
    return (pid_t)child;
}

static void expect_caller_ends_well(pid_t caller)
{
    int status;
    if (!process_wait_gone(caller, PATIENCE_MS))
        kill(caller, SIGKILL);
    cr_assert_eq(waitpid(caller, &status, 0), caller);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%#x: 0x200 is: nobody is told",
              (unsigned)status);
}

/* A caller of run_start(), held; its guard, held, too. Skips where nobody may be traced. */
static pid_t trace_start(char *command, int ends[2], pid_t *guard)
{
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    pid_t caller = start_traced_caller(command, ends[1]);
    if (!caller)
        cr_skip_test("nobody may be traced here");
    *guard = trace_fork(caller);
    return caller;
}

static void let_go(pid_t pid)
{
    cr_assert_eq(ptrace(PTRACE_DETACH, pid, NULL, 0), 0);
}

/*
 * On a busy machine the program may have ended before the guard has said that it is there. Here it is
 * held right after it has forked the supervisor.
 */
Test(run, tells_of_an_end_before_the_start_is_over, .timeout = 60)
{
    static char command[] = "echo; exit 5";
    int ends[2];
    char byte;
    pid_t guard, caller = trace_start(command, ends, &guard);
    let_go(caller);
    pid_t supervisor = trace_fork(guard);
    let_go(supervisor);
    cr_assert_eq(read(ends[0], &byte, 1), 1);
    /* Reaped, and told: the supervisor waits again. */
    double end = now_ms() + PATIENCE_MS;
    while ((has_children(supervisor) || state_of(supervisor) != 'S') && now_ms() < end)
        pause_briefly();
    let_go(guard);
    expect_caller_ends_well(caller);
}

/* The same, of a supervisor: the program has stopped it before it has said that the program runs. */
Test(run, starts_what_stops_its_supervisor_at_once, .timeout = 60)
{
    static char command[] = "kill -STOP $PPID; echo; exit 5";
    int ends[2];
    char byte;
    pid_t guard, caller = trace_start(command, ends, &guard);
    let_go(caller);
    pid_t supervisor = trace_fork(guard);
    let_go(guard);
    let_go(trace_fork(supervisor));
    cr_assert_eq(read(ends[0], &byte, 1), 1);
    let_go(supervisor); /* to be stopped */
    expect_caller_ends_well(caller);
}

struct hook_call {
    int n_calls, answer;
    pid_t supervisor;
    bool had_children;
    char name[16];
};

/* What of the supervisor can be seen when the hook is called. */
static int look_at_supervisor(pid_t supervisor, void *arg)
{
    struct hook_call *call = arg;
    char path[64];
    int first;
    call->n_calls++;
    call->supervisor = supervisor;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", supervisor, supervisor);
    FILE *in = fopen(path, "re");
    call->had_children = in && fscanf(in, "%d", &first) == 1;
    if (in)
        fclose(in);
    snprintf(path, sizeof path, "/proc/%d/comm", supervisor);
    in = fopen(path, "re");
    if (in && fscanf(in, "%15s", call->name) != 1)
        call->name[0] = '\0';
    if (in)
        fclose(in);
    return call->answer;
}

Test(run, calls_before_the_program_is_made, .timeout = 60)
{
    static char command[] = "ls /proc/self/fd >&2; exit 7";
    struct hook_call call = {0};
    struct run_result result;
    struct shell s;
    struct run *run;
    shell_init(&s, command);
    s.spec.before_program = look_at_supervisor;
    s.spec.before_program_arg = &call;
    cr_assert_eq(run_start(&s.spec, &run), 0);
    cr_expect_eq(call.n_calls, 1);
    cr_expect_eq(call.supervisor, run_supervisor_pid(run));
    cr_expect_not(call.had_children);
    cr_expect_str_eq(call.name, "proclab-superv");
    cr_expect(wait_ended(run, &result, PATIENCE_MS));
    cr_expect_eq(WEXITSTATUS(result.wait_status), 7);
    cr_expect_eq(run_end(run, NULL), 0);
}

Test(run, starts_nothing_where_the_hook_refuses, .timeout = 60)
{
    static char command[] = "exit 0";
    struct hook_call call = {.answer = -EPROTO};
    struct shell s;
    struct run *run = NULL;
    shell_init(&s, command);
    s.spec.before_program = look_at_supervisor;
    s.spec.before_program_arg = &call;
    cr_expect_eq(run_start(&s.spec, &run), -EPROTO);
    cr_expect_null(run);
    cr_expect_eq(kill(call.supervisor, 0), -1);
}

static int kill_supervisor(pid_t supervisor, void *arg)
{
    (void)arg;
    kill(supervisor, SIGKILL);
    return 0;
}

Test(run, survives_a_supervisor_that_dies_in_the_hook, .timeout = 60)
{
    static char command[] = "exit 0";
    struct run_result result;
    struct shell s;
    struct run *run = NULL;
    shell_init(&s, command);
    s.spec.before_program = kill_supervisor;
    int err = run_start(&s.spec, &run);
    if (err == 0) {
        cr_expect(wait_ended(run, &result, PATIENCE_MS));
        cr_expect(result.supervisor_killed);
        run_end(run, NULL);
    }
    cr_expect(err == 0 || err == -ECHILD || err == -EPIPE, "%d", err);
}
