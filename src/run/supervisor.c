/*
 * supervisor.c - the guard and the supervisor (see run.h).
 *
 * Both were forked from a program that may have had other threads, one of which
 * may have held any lock at that moment: only what signal-safety(7) lists is
 * called here, and bare system calls. No malloc, no stdio.
 */
#include "run/supervisor.h"

#include "run/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    REAP_MAX = 64,
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
    int caller_pidfd; /* -1: none */
    int listener;     /* of the sandbox's filter, in the supervisor; -1: none */
    int say_pid;      /* where the program says its PID, in the supervisor; -1: nowhere */
    bool has_more_to_reap;
    int n_killed;                 /* of those reaped, but for the program: by SIGKILL */
    struct jail_guard namespaces; /* in the guard */
    int64_t deadline_ns;          /* CLOCK_MONOTONIC; 0: none */
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

/*
 * Reap what has ended. How many; -1 when there is no child left at all. Not more than some at a
 * time: a program can make zombies as fast as we can reap them, and there are other things to see
 * to.
 */
static int reap(struct watch *w)
{
    struct run_shared *shared = w->plan->shared;
    w->has_more_to_reap = false;
    for (int n = 0; n < REAP_MAX; n++) {
        int wait_status;
        pid_t pid = waitpid(-1, &wait_status, WNOHANG | __WALL | (w->is_guard ? WUNTRACED : 0));
        if (pid <= 0)
            return pid < 0 && errno == ECHILD ? -1 : n;
        if (WIFSTOPPED(wait_status)) {
            if (pid == w->child) /* a program can stop it, and the start is waited for */
                kill(pid, SIGCONT);
            continue;
        }
        if (pid == w->child)
            w->child_has_ended = true;
        if (w->is_guard && (pid == w->child || pid == w->namespaces.bwrap))
            continue;
        record_exit(shared, pid, wait_status);
        if (pid != (w->is_guard ? shared->program_pid : w->child)) {
            w->n_killed += WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;
        } else if (!shared->has_ended) {
            shared->wait_status = wait_status;
            shared->has_ended = true;
            tell(w->plan, RUN_ENDED);
        }
    }
    w->has_more_to_reap = true;
    return REAP_MAX;
}

/* Sleep until a child ends, the caller goes, or timeout_ms (-1: none) have passed. */
static void wait_for_news(struct watch *w, int64_t timeout_ms)
{
    sigset_t mask;
    sigemptyset(&mask);
    if (w->has_more_to_reap)
        timeout_ms = 0; /* SIGCHLD is not pending again for those that were left */
    struct pollfd fds[3] = {{.fd = w->listener, .events = POLLIN},
                            {.fd = w->plan->control_read, .events = POLLIN},
                            {.fd = w->caller_pidfd, .events = POLLIN}};
    struct timespec timeout = {.tv_sec = timeout_ms / 1000,
                               .tv_nsec = timeout_ms % 1000 * NS_PER_MS};
    /* Once the caller is gone the last two report nothing but that, at once and for ever. */
    if (ppoll(fds, w->caller_is_gone ? 1 : 3, timeout_ms < 0 ? NULL : &timeout, &mask) <= 0)
        return;
    if (fds[0].revents & POLLIN) {
        jail_answer(w->listener, getpid(), &w->plan->shared->jail);
    } else if (fds[0].revents) { /* nobody is left who could ask */
        close(w->listener);
        w->listener = -1;
    }
    if (fds[1].revents || fds[2].revents)
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
static int count_left(const struct watch *w)
{
    const struct run_shared *shared = w->plan->shared;
    const struct descent *d = &w->plan->descent;
    int n = 0;
    struct descent_stat stat;
    for (size_t i = 0; i < d->n; i++) {
        pid_t pid = d->pids[i];
        if (pid != w->child && !(w->is_guard && pid == shared->program_pid) &&
            descent_read_stat(pid, &stat) == 0 && stat.state != 'Z' && stat.state != 'X')
            n++;
    }
    return n;
}

/* How many of them we may not kill. */
static size_t kill_found(const struct descent *found)
{
    size_t denied = 0;
    for (size_t i = 0; i < found->n; i++)
        if (kill(found->pids[i], SIGKILL) < 0 && errno == EPERM)
            denied++;
    return denied;
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
    int n, n_killed_before = w->n_killed, n_alive = 0;
    for (int round = 0;; round++) {
        descent_walk(found, getpid(), stop_one, NULL);
        int n_seen = count_left(w);
        n_alive = n_seen > n_alive ? n_seen : n_alive;
        size_t denied = kill_found(found);
        if ((n = reap(w)) < 0)
            break;
        if (denied > 0 && denied == found->n &&
            now_ns(CLOCK_MONOTONIC) - began_ns > (int64_t)DENIED_GRACE_MS * NS_PER_MS) {
            shared->not_ended = (int)denied;
            break;
        }
        if (n == 0)
            wait_for_news(w, round < 20 ? 1 : 20);
    }
    /* Those that keep moving are not found at once; those whose parent does not wait for them we
       do not reap. */
    int n_killed = w->n_killed - n_killed_before;
    if (w->namespaces.bwrap == 0) /* else these are bwrap's own */
        shared->left_running += n_killed > n_alive ? n_killed : n_alive;
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
    /*
     * A terminal that was stopped with Ctrl-S takes nothing: what matters more must not wait for
     * it.
     */
    struct pollfd writable = {.fd = plan->terminal_fd, .events = POLLOUT};
    if (poll(&writable, 1, 100) > 0 && (writable.revents & POLLOUT) &&
        write(plan->terminal_fd, spec->terminal_reset, len) < 0)
        return;
}

/* Everything that both have in common. */
static void watch_init(struct watch *w, struct run_plan *plan, bool is_guard)
{
    *w = (struct watch){.plan = plan,
                        .is_guard = is_guard,
                        .caller_pidfd = -1,
                        .listener = -1,
                        .say_pid = -1,
                        .namespaces.hold = -1};
    take_signals();
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, is_guard ? "proclab-guard" : "proclab-superv");
}

/*
 * A child of the caller's may hold a copy of the pipe's other end; the caller's own death shows all
 * the same.
 */
static void watch_caller(struct watch *w)
{
    w->caller_pidfd = (int)syscall(SYS_pidfd_open, w->plan->caller, 0);
    if (getppid() != w->plan->caller)
        w->caller_is_gone = true;
}

static size_t list_own_fds(const struct watch *w, int *fds)
{
    size_t n = 0;
    fds[n++] = w->plan->control_read;
    fds[n++] = w->plan->status_write;
    fds[n++] = w->plan->terminal_fd;
    fds[n++] = w->caller_pidfd;
    fds[n++] = w->listener;
    fds[n++] = w->namespaces.hold;
    if (w->plan->jail && w->is_guard)
        fds[n++] = w->plan->jail->held_fd;
    return n;
}

/* Let go of the program's fds: who holds an end of a pipe keeps EOF and SIGPIPE from coming. */
static void drop_program_fds(const struct watch *w)
{
    int fds[RUN_OWN_FDS_MAX];
    fds_close_others(fds, list_own_fds(w, fds));
}

static void drop_caller_fds(const struct watch *w)
{
    const struct run_plan *plan = w->plan;
    int *fds = plan->keep;
    size_t n = list_own_fds(w, fds);
    for (size_t i = 0; i < 3; i++)
        fds[n++] = plan->stdio[i];
    fds[n++] = plan->go_read;
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
    int started[2], listener[2] = {-1, -1};
    if (pipe2(started, O_CLOEXEC) < 0)
        return errno;
    if (plan->jail && plan->jail->filter &&
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, listener) < 0)
        return errno;
    pid_t supervisor = getpid();
    pid_t pid = _Fork();
    if (pid == 0) {
        const struct program_sockets sockets = {
            .started = started[1], .pid = w->say_pid, .listener = listener[1]};
        plan->shared->start_errno = program_exec(plan, supervisor, &sockets);
        _exit(127);
    }
    if (pid < 0)
        return errno;
    w->child = pid;
    close(started[1]);
    if (w->say_pid >= 0)
        close(w->say_pid);
    else
        plan->shared->program_pid = pid;
    char byte;
    while (read(started[0], &byte, 1) < 0 && errno == EINTR)
        ;
    if (listener[0] >= 0)
        w->listener = jail_take_listener(listener[0]);
    if (plan->shared->start_errno)
        waitpid(pid, NULL, 0);
    return plan->shared->start_errno; /* the fds left open are closed with the program's */
}

/* Wait until the deadline at most; when it has passed, end everything, once. */
static void wait_until_deadline(struct watch *w)
{
    int64_t left_ms = -1;
    if (w->deadline_ns > 0)
        left_ms = (w->deadline_ns - now_ns(CLOCK_MONOTONIC) + NS_PER_MS - 1) / NS_PER_MS;
    if (w->deadline_ns > 0 && left_ms <= 0) {
        w->plan->shared->hit_deadline = true;
        w->deadline_ns = 0;
        sweep(w);
    } else {
        wait_for_news(w, left_ms);
    }
}

/* Let the caller do what it wants to before there is a program. False: it has gone, or wants none. */
static bool await_go(const struct watch *w)
{
    const struct run_plan *plan = w->plan;
    char byte;
    if (plan->go_read < 0)
        return true;
    struct pollfd fds[2] = {{.fd = plan->go_read, .events = POLLIN},
                            {.fd = w->caller_pidfd, .events = POLLIN}};
    tell(plan, RUN_READY);
    while (poll(fds, 2, -1) < 0 && errno == EINTR)
        ;
    return (fds[0].revents & POLLIN) && read(plan->go_read, &byte, 1) == 1;
}

/* What the guard and the supervisor have of each other before they part. */
struct start {
    struct run_plan *plan;
    int caller_pidfd;
    int say_pid, hear_pid;
};

static _Noreturn void supervise(const struct start *start)
{
    struct watch w;
    struct run_plan *plan = start->plan;
    pid_t guard = getppid(); /* 0 where it is outside of our PID namespace */
    watch_init(&w, plan, false);
    w.caller_pidfd = start->caller_pidfd;
    w.say_pid = start->say_pid;
    if (start->hear_pid >= 0)
        close(start->hear_pid);
    if (!plan->jail || !plan->jail->bwrap_argv)
        plan->shared->supervisor_pid = getpid();
    int err = await_go(&w) ? start_program(&w) : ECANCELED;
    plan->shared->start_errno = err;
    drop_program_fds(&w);
    if (plan->spec->deadline_ms > 0)
        w.deadline_ns = now_ns(CLOCK_MONOTONIC) + plan->spec->deadline_ms * NS_PER_MS;
    tell(plan, RUN_STARTED);
    while (reap(&w), !w.caller_is_gone)
        wait_until_deadline(&w);
    if (getppid() != guard) /* it was killed: we are the last */
        put_terminal_back(plan);
    sweep(&w);
    _exit(0);
}

/* Fork the supervisor. Its PID, as seen here; -1 with errno. */
static pid_t fork_supervisor(const struct start *start)
{
    pid_t pid = _Fork();
    if (pid == 0)
        supervise(start);
    return pid;
}

/* The same, into namespaces of its own. */
static pid_t fork_supervisor_inside(struct watch *w, const struct start *start)
{
    struct run_shared *shared = w->plan->shared;
    int err = jail_make(&w->namespaces, w->plan->jail);
    if (err) {
        errno = err;
        return -1;
    }
    pid_t pid = _Fork();
    if (pid == 0) {
        pid_t supervisor = jail_join(&w->namespaces, w->plan->jail);
        if (supervisor == 0)
            supervise(start);
        if (supervisor < 0)
            shared->start_errno = errno;
        shared->supervisor_pid = supervisor < 0 ? 0 : supervisor;
        _exit(0);
    }
    if (pid < 0)
        return -1;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (shared->supervisor_pid > 0)
        return shared->supervisor_pid;
    errno = shared->start_errno ? shared->start_errno : ECHILD;
    return -1;
}

/* The supervisor and the program are started; the guard knows the PIDs of both. 0, or errno. */
static int start_supervisor(struct watch *w)
{
    struct run_plan *plan = w->plan;
    struct start start = {
        .plan = plan, .caller_pidfd = w->caller_pidfd, .say_pid = -1, .hear_pid = -1};
    bool is_inside = plan->jail && plan->jail->bwrap_argv;
    int err = is_inside ? jail_pid_sockets(&start.hear_pid, &start.say_pid) : 0;
    if (err)
        return err;
    w->child = is_inside ? fork_supervisor_inside(w, &start) : fork_supervisor(&start);
    if (w->child < 0)
        return errno;
    if (is_inside) {
        close(start.say_pid);
        plan->shared->program_pid = jail_hear_pid(start.hear_pid);
        close(start.hear_pid);
    }
    return 0;
}

static void wait_for_supervisor(struct watch *w)
{
    int64_t until_ns = now_ns(CLOCK_MONOTONIC) + (int64_t)SUPERVISOR_GRACE_MS * NS_PER_MS;
    while (reap(w), !w->child_has_ended) {
        int64_t left_ms = (until_ns - now_ns(CLOCK_MONOTONIC)) / NS_PER_MS;
        if (left_ms <= 0)
            return;
        wait_for_news(w, left_ms);
    }
}

/* What the caller would have to clear away, but it may be dead. */
static void clean_up(const struct run_plan *plan)
{
    if (!plan->jail || !plan->jail->cleanup_argv)
        return;
    pid_t pid = _Fork();
    if (pid == 0) {
        execvp(plan->jail->cleanup_argv[0], plan->jail->cleanup_argv);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static _Noreturn void guard_end(struct watch *w)
{
    jail_end(&w->namespaces);
    sweep(w); /* nothing is left, unless the supervisor is stuck, or was killed */
    clean_up(w->plan);
    _exit(0);
}

/* For those who wait for it: that the program is gone is certain, how it ended nobody could see. */
static void report_end(const struct run_plan *plan)
{
    if (!plan->shared->has_ended) {
        /* it cannot have outlived the supervisor in another way */
        plan->shared->wait_status = SIGKILL;
        plan->shared->has_ended = true;
    }
    tell(plan, RUN_ENDED); /* again: who waits for the start has read what came before */
}

void supervisor_guard(struct run_plan *plan)
{
    struct watch w;
    watch_init(&w, plan, true);
    watch_caller(&w);
    drop_caller_fds(&w);
    int err = start_supervisor(&w);
    drop_program_fds(&w);
    if (err) {
        plan->shared->start_errno = err;
        guard_end(&w);
    }
    tell(plan, RUN_GUARDED);
    if (plan->shared->has_ended) /* before we said that: who waits for the start has read it over */
        tell(plan, RUN_ENDED);
    while (reap(&w), !w.caller_is_gone && !w.child_has_ended)
        wait_for_news(&w, -1);
    if (!w.caller_is_gone) {
        plan->shared->supervisor_killed = true;
        jail_end(&w.namespaces);
        sweep(&w);
        /* The program may have killed it before it could say so; the end is told after that. */
        tell(plan, RUN_STARTED);
        report_end(plan);
        while (!w.caller_is_gone)
            wait_for_news(&w, -1);
    }
    put_terminal_back(plan);
    wait_for_supervisor(&w);
    report_end(plan);
    guard_end(&w);
}
