#include "run/run.h"
#include "run/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    END_WAIT_MS = 2000,
    FREEZE_ROUNDS = 100,
};

struct run {
    struct run_shared *shared;
    pid_t guard;
    int control_write; /* close it, and everything ends */
    int status_read;
    int go_write; /* until the program was started */
    int pty;
    uint64_t n_exits_seen;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int set_size(int pty, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    return ioctl(pty, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

static int open_pty(int rows, int cols, int *master, int *slave)
{
    int err = 0;
    char name[64];
    struct termios modes;
    *slave = -1;
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (*master < 0)
        return -errno;
    if (grantpt(*master) < 0 || unlockpt(*master) < 0) {
        err = -errno;
        goto out;
    }
    if ((err = -ptsname_r(*master, name, sizeof name)) != 0)
        goto out;
    *slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0) {
        err = -errno;
        goto out;
    }
    if (tcgetattr(*slave, &modes) == 0) {
        modes.c_iflag |= IUTF8; /* so that the erase key takes a character, not a byte */
        tcsetattr(*slave, TCSANOW, &modes);
    }
    err = set_size(*master, rows, cols);
out:
    if (err) {
        close_fd(slave);
        close_fd(master);
    }
    return err;
}

/* Fork with every signal blocked, so that no handler of the caller's runs in the guard. */
static pid_t fork_guard(struct run_plan *plan)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    /* _Fork(), as fork() would run the handlers of pthread_atfork(), which may do anything. */
    pid_t pid = _Fork();
    if (pid == 0)
        supervisor_guard(plan);
    int err = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = err;
    return pid;
}

/* The supervisor is there, and waits. 0 or -errno. */
static int before_program(struct run *run, const struct run_spec *spec)
{
    const char byte = 0;
    int err = spec->before_program(run->shared->supervisor_pid, spec->before_program_arg);
    if (!err && write(run->go_write, &byte, 1) != 1)
        err = -errno;
    close_fd(&run->go_write);
    return err;
}

/* Until both have said that they are at work, and so hold none of the program's fds any more. */
static int wait_for_start(struct run *run, const struct run_spec *spec)
{
    for (int n = 0; n < 2;) {
        char byte;
        ssize_t len = read(run->status_read, &byte, 1);
        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0)
            return run->shared->start_errno ? -run->shared->start_errno : -ECHILD;
        int err = byte == RUN_READY && spec->before_program ? before_program(run, spec) : 0;
        if (err)
            return err;
        n += byte == RUN_GUARDED || byte == RUN_STARTED;
    }
    return -run->shared->start_errno;
}

static int lowest_free_target(const struct run_spec *spec)
{
    int highest = STDERR_FILENO;
    for (size_t i = 0; i < spec->n_fds; i++)
        if (spec->fds[i].to > highest)
            highest = spec->fds[i].to;
    return highest + 1;
}

static int plan_init(struct run_plan *plan, const struct run_spec *spec,
                     const struct run_jail *jail, struct run_shared *shared)
{
    *plan = (struct run_plan){
        .spec = spec,
        .jail = jail,
        .shared = shared,
        .env = spec->env ? (char **)(uintptr_t)spec->env : environ,
        .stdio = {spec->stdio[0], spec->stdio[1], spec->stdio[2]},
        .control_read = -1,
        .status_write = -1,
        .go_read = -1,
        .terminal_fd = spec->saved_terminal || spec->terminal_reset ? spec->terminal_fd : -1,
        .caller = getpid(),
        .keep = malloc((RUN_OWN_FDS_MAX + 4 + spec->n_fds) * sizeof *plan->keep),
        .first_free_fd = lowest_free_target(spec),
    };
    if (!plan->keep)
        return -ENOMEM;
    return descent_init(&plan->descent);
}

static void plan_fini(struct run_plan *plan)
{
    descent_fini(&plan->descent);
    free(plan->keep);
}

static struct run *run_new(void)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    run->control_write = run->status_read = run->go_write = run->pty = -1;
    run->shared =
        mmap(NULL, sizeof *run->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run->shared == MAP_FAILED) {
        free(run);
        return NULL;
    }
    return run;
}

static int make_pipe(int *read_end, int *write_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int run_start(const struct run_spec *spec, struct run **out)
{
    return run_start_jailed(spec, NULL, out);
}

int run_start_jailed(const struct run_spec *spec, const struct run_jail *jail, struct run **out)
{
    struct run_plan plan = {0};
    int slave = -1;
    struct run *run = run_new();
    if (!run)
        return -ENOMEM;
    int err = plan_init(&plan, spec, jail, run->shared);
    if (err)
        goto out;
    if (spec->use_pty) {
        if ((err = open_pty(spec->rows, spec->cols, &run->pty, &slave)) < 0)
            goto out;
        plan.stdio[0] = plan.stdio[1] = plan.stdio[2] = slave;
    }
    if ((err = make_pipe(&plan.control_read, &run->control_write)) < 0 ||
        (err = make_pipe(&run->status_read, &plan.status_write)) < 0)
        goto out;
    if (spec->before_program && (err = make_pipe(&plan.go_read, &run->go_write)) < 0)
        goto out;
    run->guard = fork_guard(&plan);
    if (run->guard < 0) {
        err = -errno;
        goto out;
    }
    close_fd(&slave);
    close_fd(&plan.control_read);
    close_fd(&plan.status_write);
    err = wait_for_start(run, spec); /* we keep go_read meanwhile: no SIGPIPE */
out:
    close_fd(&slave);
    close_fd(&plan.control_read);
    close_fd(&plan.status_write);
    close_fd(&plan.go_read);
    plan_fini(&plan);
    if (err)
        run_end(run, NULL);
    else
        *out = run;
    return err;
}

const struct jail_shared *run_jail_shared(const struct run *run)
{
    return &run->shared->jail;
}

pid_t run_pid(const struct run *run)
{
    return run->shared->program_pid;
}

pid_t run_supervisor_pid(const struct run *run)
{
    return run->shared->supervisor_pid;
}

int run_pty(const struct run *run)
{
    return run->pty;
}

int run_ended_fd(const struct run *run)
{
    return run->status_read;
}

/* The pipe has no writer any more, and nobody said that the program has ended. */
static bool is_lost(const struct run *run)
{
    struct pollfd status = {.fd = run->status_read, .events = POLLIN};
    return !run->shared->has_ended && poll(&status, 1, 0) > 0 && (status.revents & POLLHUP) &&
           !run->shared->has_ended;
}

void run_poll(struct run *run, struct run_result *result)
{
    const struct run_shared *shared = run->shared;
    bool lost = is_lost(run);
    *result = (struct run_result){
        .has_ended = shared->has_ended || lost,
        .wait_status = shared->has_ended ? shared->wait_status : 0,
        .left_running = shared->left_running,
        .not_ended = shared->not_ended,
        .hit_deadline = shared->hit_deadline,
        .supervisor_killed = shared->supervisor_killed || lost,
        .is_lost = lost,
    };
}

int run_resize(struct run *run, int rows, int cols)
{
    return run->pty < 0 ? -ENOTTY : set_size(run->pty, rows, cols);
}

size_t run_next_exits(struct run *run, struct run_exit *exits, size_t n, uint64_t *lost)
{
    const struct run_shared *shared = run->shared;
    uint64_t end = shared->n_exits, at = run->n_exits_seen;
    if (end - at > RUN_EXITS_KEPT)
        at = end - RUN_EXITS_KEPT;
    size_t count = end - at < n ? (size_t)(end - at) : n;
    for (size_t i = 0; i < count; i++)
        exits[i] = shared->exits[(at + i) % RUN_EXITS_KEPT];
    /*
     * What the supervisor has begun to overwrite meanwhile (the one after the last, too) is void.
     */
    uint64_t first_good =
        shared->n_exits + 1 > RUN_EXITS_KEPT ? shared->n_exits + 1 - RUN_EXITS_KEPT : 0;
    size_t n_bad = first_good > at ? (size_t)(first_good - at) : 0;
    n_bad = n_bad < count ? n_bad : count;
    for (size_t i = n_bad; i < count; i++)
        exits[i - n_bad] = exits[i];
    if (lost)
        *lost += at + n_bad - run->n_exits_seen;
    run->n_exits_seen = at + count;
    return count - n_bad;
}

static void signal_one(pid_t pid, void *arg)
{
    kill(pid, *(const int *)arg);
}

static int signal_all(struct run *run, int number, int rounds_max)
{
    struct descent found;
    int err = descent_init(&found);
    if (err)
        return err;
    size_t n_before = SIZE_MAX;
    for (int round = 0; round < rounds_max && !err && found.n != n_before; round++) {
        n_before = found.n;
        err = descent_walk(&found, run_supervisor_pid(run), signal_one, &number);
    }
    descent_fini(&found);
    return err;
}

int run_freeze(struct run *run)
{
    return signal_all(run, SIGSTOP, FREEZE_ROUNDS);
}

int run_thaw(struct run *run)
{
    return signal_all(run, SIGCONT, 1);
}

/* Until guard and supervisor have ended: only then is the status pipe without a writer. */
static int wait_for_end(const struct run *run)
{
    struct timespec began, now;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (;;) {
        char bytes[16];
        clock_gettime(CLOCK_MONOTONIC, &now);
        long left_ms = END_WAIT_MS - (now.tv_sec - began.tv_sec) * 1000 -
                       (now.tv_nsec - began.tv_nsec) / 1000000;
        struct pollfd status = {.fd = run->status_read, .events = POLLIN};
        if (left_ms <= 0 || poll(&status, 1, (int)left_ms) == 0)
            return -ETIMEDOUT;
        if (status.revents && read(run->status_read, bytes, sizeof bytes) == 0)
            return 0;
    }
}

int run_end(struct run *run, struct run_result *result)
{
    int err = 0;
    run->shared->said_goodbye = true;
    struct run_result before;
    run_poll(run, &before);
    close_fd(&run->pty); /* hangs up: even what we may not kill may end by that */
    close_fd(&run->go_write);
    close_fd(&run->control_write);
    if (run->guard > 0) {
        err = wait_for_end(run);
        while (!err && waitpid(run->guard, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (result) {
        run_poll(run, result);
        result->is_lost = before.is_lost;
        result->supervisor_killed |= before.supervisor_killed;
    }
    close_fd(&run->status_read);
    munmap(run->shared, sizeof *run->shared);
    free(run);
    return err;
}
