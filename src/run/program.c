/*
 * program.c - what happens between fork and exec. As in supervisor.c, only what
 * is safe after fork is called.
 */
#include "run/fds.h"
#include "run/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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
    fds_mark_close_on_exec(0);
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

/* Nobody but root can have more than the hard limit that is there: then it is that. */
static int put_limits(const struct run_spec *spec)
{
    for (size_t i = 0; i < spec->n_limits; i++) {
        __rlimit_resource_t resource = (__rlimit_resource_t)spec->limits[i].resource;
        struct rlimit both;
        if (getrlimit(resource, &both) < 0)
            return errno;
        if (spec->limits[i].value < both.rlim_max)
            both.rlim_max = spec->limits[i].value;
        both.rlim_cur = both.rlim_max;
        if (setrlimit(resource, &both) < 0)
            return errno;
    }
    return 0;
}

int program_exec(const struct run_plan *plan, pid_t supervisor,
                 const struct program_sockets *sockets)
{
    const struct run_spec *spec = plan->spec;
    int err;
    /* Out of the way of the numbers that the program's fds get. exec closes them all. */
    int listener = fcntl(sockets->listener, F_DUPFD_CLOEXEC, plan->first_free_fd);
    if (fcntl(sockets->started, F_DUPFD_CLOEXEC, plan->first_free_fd) < 0)
        return errno;
    setsid();
    if (sockets->pid >= 0 && (err = jail_say_pid(sockets->pid)) != 0)
        return err;
    /* Before PDEATHSIG, which a change of credentials clears; after this, root is root no more. */
    if (plan->jail && (err = jail_drop(plan->jail)) != 0)
        return err;
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
    if ((err = place_fds(plan)) != 0)
        return err;
    if (spec->cwd && chdir(spec->cwd) < 0)
        return errno;
    if ((err = put_limits(spec)) != 0)
        return err;
    reset_signals();
    environ = plan->env;
    if (plan->jail && (err = jail_filter(plan->jail, listener)) != 0)
        return err;
    execvp(spec->file ? spec->file : spec->argv[0], spec->argv);
    return errno;
}
