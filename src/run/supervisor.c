/*
 * supervisor.c - the guard and the supervisor (see run.h).
 *
 * Both were forked from a program that may have had other threads, one of which
 * may have held any lock at that moment: only what signal-safety(7) lists is
 * called here, and bare system calls. No malloc, no stdio.
 */
#include "run/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    NS_PER_MS = 1000000,
    DENIED_GRACE_MS = 500, /* what we may not kill may still end by itself: its terminal is gone */
    SUPERVISOR_GRACE_MS = 1000, /* for its sweep, before the guard does it in its place */
};

/* One of the two at work. */
struct watch {
    struct run_plan *plan;
    pid_t child; /* the supervisor, or the program */
    bool is_guard;
    bool child_has_ended;
    bool caller_is_gone;
    int caller_pidfd;    /* -1: none */
    int64_t deadline_ns; /* CLOCK_MONOTONIC; 0: none */
};

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 * NS_PER_MS + t.tv_nsec;
}

static void tell(const struct run_plan *plan, enum run_status status)
{
    char byte = (char)status;
    /* The caller may be gone; SIGPIPE is ignored. */
    if (write(plan->status_write, &byte, 1) < 0)
        return;
}

static void on_child(int number)
{
    (void)number; /* it only has to interrupt ppoll() */
}

/*
 * Ignore all there is but SIGCHLD: whatever a program sends to its parent by mistake, or the
 * terminal to everybody, means nothing here.
 */
static void take_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, child = {.sa_handler = on_child};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, number == SIGCHLD ? &child : &ignore, NULL);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

static void record_exit(struct run_shared *shared, pid_t pid, int wait_status)
{
    uint64_t at = shared->n_exits;
    shared->exits[at % RUN_EXITS_KEPT] = (struct run_exit){
        .pid = pid, .wait_status = wait_status, .time_ns = (uint64_t)now_ns(CLOCK_BOOTTIME)};
    shared->n_exits = at + 1;
}

/* Reap what has ended. How many; -1 when there is no child left at all. */
static int reap(struct watch *w)
{
    struct run_shared *shared = w->plan->shared;
    for (int n = 0;; n++) {
        int wait_status;
        pid_t pid = waitpid(-1, &wait_status, WNOHANG | __WALL);
        if (pid <= 0)
            return pid < 0 && errno == ECHILD ? -1 : n;
        if (pid == w->child)
            w->child_has_ended = true;
        if (w->is_guard && pid == w->child)
            continue;
        record_exit(shared, pid, wait_status);
        if (pid == shared->program_pid && !shared->has_ended) {
            shared->wait_status = wait_status;
            shared->has_ended = true;
            tell(w->plan, RUN_ENDED);
        }
    }
}

/* Sleep until a child ends, the caller goes, or timeout_ms (-1: none) have passed. */
static void wait_for_news(struct watch *w, int64_t timeout_ms)
{
    sigset_t mask;
    sigemptyset(&mask);
    struct pollfd fds[2] = {{.fd = w->plan->control_read, .events = POLLIN},
                            {.fd = w->caller_pidfd, .events = POLLIN}};
    struct timespec timeout = {.tv_sec = timeout_ms / 1000,
                               .tv_nsec = timeout_ms % 1000 * NS_PER_MS};
    /* Once the caller is gone these two report nothing but that, at once and for ever. */
    if (ppoll(fds, w->caller_is_gone ? 0 : 2, timeout_ms < 0 ? NULL : &timeout, &mask) > 0)
        w->caller_is_gone = true;
}

static void stop_one(pid_t pid, void *arg)
{
    (void)arg;
    static const struct rlimit none = {0, 0};
    /* Stopped, it cannot make another child; and should somebody continue it: no, not even then. */
    kill(pid, SIGSTOP);
    prlimit(pid, RLIMIT_NPROC, &none, NULL);
}

/* Those that still ran, but for the program itself and our own. */
static int count_left(const struct run_shared *shared, const struct descent *d)
{
    int n = 0;
    char state;
    pid_t ppid;
    for (size_t i = 0; i < d->n; i++) {
        pid_t pid = d->pids[i];
        if (pid != shared->program_pid && pid != shared->supervisor_pid &&
            descent_read_stat(pid, &state, &ppid) == 0 && state != 'Z' && state != 'X')
            n++;
    }
    return n;
}

/*
 * End all descendants: stop all that can be found, then kill them, then reap; and again, since some
 * were being made while we looked. A process that was passed over is the child of one that is now
 * dead, so the next round finds it as our own.
 */
static void sweep(struct watch *w)
{
    struct run_shared *shared = w->plan->shared;
    struct descent *found = &w->plan->descent;
    int64_t began_ns = now_ns(CLOCK_MONOTONIC);
    for (int round = 0;; round++) {
        size_t denied = 0;
        descent_walk(found, getpid(), stop_one, NULL);
        if (round == 0)
            shared->left_running += count_left(shared, found);
        for (size_t i = 0; i < found->n; i++)
            if (kill(found->pids[i], SIGKILL) < 0 && errno == EPERM)
                denied++;
        int n = reap(w);
        if (n < 0)
            return;
        if (n > 0)
            continue;
        if (denied > 0 && denied == found->n &&
            now_ns(CLOCK_MONOTONIC) - began_ns > (int64_t)DENIED_GRACE_MS * NS_PER_MS) {
            shared->not_ended = (int)denied;
            return;
        }
        wait_for_news(w, round < 20 ? 1 : 20);
    }
}

/*
 * First thing when the caller has died: its parent, a shell, is woken by the same death, and will
 * want the terminal its own way.
 */
static void put_terminal_back(const struct run_plan *plan)
{
    const struct run_spec *spec = plan->spec;
    if (plan->shared->said_goodbye || plan->terminal_fd < 0)
        return;
    if (spec->saved_terminal)
        tcsetattr(plan->terminal_fd, TCSANOW, spec->saved_terminal);
    if (!spec->terminal_reset)
        return;
    size_t len = 0;
    while (spec->terminal_reset[len])
        len++;
    /* A terminal that was stopped with Ctrl-S takes nothing: what matters more must not wait for it. */
    struct pollfd writable = {.fd = plan->terminal_fd, .events = POLLOUT};
    if (poll(&writable, 1, 100) > 0 && (writable.revents & POLLOUT) &&
        write(plan->terminal_fd, spec->terminal_reset, len) < 0)
        return;
}

static void watch_init(struct watch *w, struct run_plan *plan, bool is_guard)
{
    *w = (struct watch){.plan = plan, .is_guard = is_guard};
    take_signals();
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, is_guard ? "proclab-guard" : "proclab-superv");
    /* A child of the caller's may hold a copy of the pipe's other end; the caller's own death shows all the same. */
    w->caller_pidfd = (int)syscall(SYS_pidfd_open, plan->caller, 0);
    if (is_guard && getppid() != plan->caller)
        w->caller_is_gone = true;
}

static size_t list_own_fds(const struct watch *w, int *fds)
{
    size_t n = 0;
    fds[n++] = w->plan->control_read;
    fds[n++] = w->plan->status_write;
    fds[n++] = w->plan->terminal_fd;
    fds[n++] = w->caller_pidfd;
    return n;
}

/* Let go of the program's fds: who holds an end of a pipe keeps EOF and SIGPIPE from coming. */
static void drop_program_fds(const struct watch *w)
{
    int fds[4];
    fds_close_others(fds, list_own_fds(w, fds));
}

static void drop_caller_fds(const struct watch *w)
{
    const struct run_plan *plan = w->plan;
    int *fds = plan->keep;
    size_t n = list_own_fds(w, fds);
    for (size_t i = 0; i < 3; i++)
        fds[n++] = plan->stdio[i];
    for (size_t i = 0; i < plan->spec->n_fds; i++)
        fds[n++] = plan->spec->fds[i].from;
    fds_close_others(fds, n);
}

/*
 * Fork, exec, and learn how that went: from a pipe that exec closes. Were it open for any other
 * reason than that the program is not yet running, we would wait here for ever; so it is made here,
 * where nobody else can inherit it.
 */
static int start_program(struct watch *w)
{
    struct run_plan *plan = w->plan;
    int started[2];
    if (pipe2(started, O_CLOEXEC) < 0)
        return errno;
    pid_t supervisor = getpid();
    pid_t pid = _Fork();
    if (pid == 0) {
        plan->shared->start_errno = program_exec(plan, supervisor);
        _exit(127);
    }
    int err = pid < 0 ? errno : 0;
    close(started[1]);
    if (pid > 0) {
        char byte;
        w->child = plan->shared->program_pid = pid;
        while (read(started[0], &byte, 1) < 0 && errno == EINTR)
            ;
        if (plan->shared->start_errno) {
            waitpid(pid, NULL, 0);
            w->child = plan->shared->program_pid = 0;
        }
    }
    close(started[0]);
    return err ? err : plan->shared->start_errno;
}

static _Noreturn void supervise(struct run_plan *plan)
{
    struct watch w;
    pid_t guard = getppid();
    watch_init(&w, plan, false);
    plan->shared->supervisor_pid = getpid();
    plan->shared->start_errno = start_program(&w);
    drop_program_fds(&w);
    if (plan->spec->deadline_ms > 0)
        w.deadline_ns = now_ns(CLOCK_MONOTONIC) + plan->spec->deadline_ms * NS_PER_MS;
    tell(plan, RUN_STARTED);
    while (reap(&w), !w.caller_is_gone) {
        int64_t left_ms = -1;
        if (w.deadline_ns > 0) {
            left_ms = (w.deadline_ns - now_ns(CLOCK_MONOTONIC) + NS_PER_MS - 1) / NS_PER_MS;
            if (left_ms <= 0) {
                plan->shared->hit_deadline = true;
                sweep(&w);
                w.deadline_ns = 0;
                continue;
            }
        }
        wait_for_news(&w, left_ms);
    }
    if (getppid() != guard) /* it was killed: we are the last */
        put_terminal_back(plan);
    sweep(&w);
    _exit(0);
}

static void wait_for_supervisor(struct watch *w)
{
    if (!w->child_has_ended)
        kill(w->child, SIGCONT); /* a program can stop it as well as kill it */
    int64_t until_ns = now_ns(CLOCK_MONOTONIC) + (int64_t)SUPERVISOR_GRACE_MS * NS_PER_MS;
    while (reap(w), !w->child_has_ended) {
        int64_t left_ms = (until_ns - now_ns(CLOCK_MONOTONIC)) / NS_PER_MS;
        if (left_ms <= 0)
            return;
        wait_for_news(w, left_ms);
    }
}

/* For those who wait for it: that the program is gone is certain, how it ended is not. */
static void report_end(const struct run_plan *plan)
{
    if (!plan->shared->has_ended)
        tell(plan, RUN_ENDED);
    plan->shared->has_ended = true;
}

void supervisor_guard(struct run_plan *plan)
{
    struct watch w;
    watch_init(&w, plan, true);
    drop_caller_fds(&w);
    pid_t pid = _Fork();
    if (pid == 0)
        supervise(plan);
    w.child = pid;
    if (pid < 0) {
        plan->shared->start_errno = errno;
        _exit(1);
    }
    drop_program_fds(&w);
    tell(plan, RUN_GUARDED);
    while (reap(&w), !w.caller_is_gone && !w.child_has_ended)
        wait_for_news(&w, -1);
    if (!w.caller_is_gone) {
        plan->shared->supervisor_killed = true;
        sweep(&w);
        report_end(plan);
        while (!w.caller_is_gone)
            wait_for_news(&w, -1);
    }
    put_terminal_back(plan);
    wait_for_supervisor(&w);
    sweep(&w); /* nothing is left, unless the supervisor is stuck */
    report_end(plan);
    _exit(0);
}
