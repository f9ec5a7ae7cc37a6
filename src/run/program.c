/*
 * program.c - what happens between fork and exec. As in supervisor.c, only what
 * is safe after fork is called.
 */
#include "run/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/* close_range(2), also on kernels before 5.9 (5.11 for the flag) and where a container denies it. */
static void close_range_anyway(unsigned first, unsigned last, unsigned flags)
{
    if (first > last || syscall(SYS_close_range, first, last, flags) == 0)
        return;
    struct rlimit limit;
    unsigned end = UINT16_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end)
        end = (unsigned)limit.rlim_cur;
    for (unsigned fd = first; fd <= last && fd < end; fd++) {
        if (flags == 0)
            close((int)fd);
        else
            fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    }
}

void fds_close_others(int *fds, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && fds[j] < fds[j - 1]; j--) {
            int swapped = fds[j];
            fds[j] = fds[j - 1];
            fds[j - 1] = swapped;
        }
    unsigned next = 0;
    for (size_t i = 0; i < n; i++) {
        if (fds[i] < 0)
            continue;
        if ((unsigned)fds[i] > next)
            close_range_anyway(next, (unsigned)fds[i] - 1, 0);
        next = (unsigned)fds[i] + 1;
    }
    close_range_anyway(next, UINT32_MAX, 0);
    /* Else the next file to be opened would be standard output. */
    int fd;
    while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd <= STDERR_FILENO)
        ;
    if (fd >= 0)
        close(fd);
}

static int dup_above(int fd, int first)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, first);
    return copy < 0 ? -errno : copy;
}

/*
 * Every source is first copied out of the way, since the number it has may be the one that another
 * is to get. Then all is marked close-on-exec; dup2() makes the copies that are not.
 */
static int place_fds(const struct run_plan *plan)
{
    const struct run_spec *spec = plan->spec;
    int *copies = plan->keep;
    for (size_t i = 0; i < 3 + spec->n_fds; i++) {
        int from = i < 3 ? plan->stdio[i] : spec->fds[i - 3].from;
        if (i < 3 && from < 0 && (from = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
            return errno;
        copies[i] = dup_above(from, plan->first_free_fd);
        if (copies[i] < 0)
            return -copies[i];
    }
    close_range_anyway(0, UINT32_MAX, CLOSE_RANGE_CLOEXEC);
    for (size_t i = 0; i < 3 + spec->n_fds; i++)
        if (dup2(copies[i], i < 3 ? (int)i : spec->fds[i - 3].to) < 0)
            return errno;
    return 0;
}

static void reset_signals(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int program_exec(const struct run_plan *plan, pid_t supervisor)
{
    const struct run_spec *spec = plan->spec;
    setsid();
    /*
     * The supervisor has one thread, so it is really its death that this reports. It closes the
     * moment between that death and the guard's sweep, in which a program that kills its parent
     * could go on and kill the guard.
     */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor)
        return ESRCH;
    if (spec->use_pty && ioctl(plan->stdio[0], TIOCSCTTY, 0) < 0)
        return errno;
    int err = place_fds(plan);
    if (err)
        return err;
    if (spec->cwd && chdir(spec->cwd) < 0)
        return errno;
    for (size_t i = 0; i < spec->n_limits; i++) {
        struct rlimit both = {spec->limits[i].value, spec->limits[i].value};
        if (setrlimit((__rlimit_resource_t)spec->limits[i].resource, &both) < 0)
            return errno;
    }
    reset_signals();
    environ = plan->env;
    execvp(spec->argv[0], spec->argv);
    return errno;
}
