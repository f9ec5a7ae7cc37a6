#include "ui/signals.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static const int ours[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};

enum { N_OURS = sizeof ours / sizeof ours[0] };

static struct sigaction old_actions[N_OURS];
static sigset_t old_mask;

static volatile sig_atomic_t ending, winch, tstp;

static void note_signal(int number)
{
    if (number == SIGWINCH)
        winch = 1;
    else if (number == SIGTSTP)
        tstp = 1;
    else if (!ending)
        ending = number;
}

int signals_init(void)
{
    ending = winch = tstp = 0;
    sigset_t block;
    sigemptyset(&block);
    for (size_t i = 0; i < N_OURS; i++)
        sigaddset(&block, ours[i]);
    if (sigprocmask(SIG_BLOCK, &block, &old_mask) < 0)
        return -errno;
    struct sigaction action = {.sa_handler = note_signal};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < N_OURS; i++) {
        sigaction(ours[i], NULL, &old_actions[i]);
        if (old_actions[i].sa_handler != SIG_IGN || ours[i] == SIGWINCH)
            sigaction(ours[i], &action, NULL);
    }
    return 0;
}

void signals_fini(void)
{
    for (size_t i = 0; i < N_OURS; i++)
        sigaction(ours[i], &old_actions[i], NULL);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
}

int signals_wait(struct pollfd *fds, nfds_t n, int64_t timeout_ns)
{
    sigset_t open_mask = old_mask;
    for (size_t i = 0; i < N_OURS; i++)
        sigdelset(&open_mask, ours[i]);
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000,
                               .tv_nsec = timeout_ns % 1000000000};
    int ready = ppoll(fds, n, timeout_ns < 0 ? NULL : &timeout, &open_mask);
    if (ready < 0)
        return errno == EINTR ? 0 : -errno;
    /*
     * It lets no signal through where an fd is ready at once: on a busy machine none would ever
     * come.
     */
    const struct timespec at_once = {0, 0};
    if (ready > 0)
        ppoll(NULL, 0, &at_once, &open_mask);
    return ready;
}

int signals_ending(void)
{
    return ending;
}

bool signals_take_winch(void)
{
    bool came = winch;
    winch = 0;
    return came;
}

bool signals_take_tstp(void)
{
    bool came = tstp;
    tstp = 0;
    return came;
}

void signals_stop(bool whole_job)
{
    struct sigaction ours_now, by_default = {.sa_handler = SIG_DFL};
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &by_default, &ours_now);
    kill(whole_job ? 0 : getpid(), SIGTSTP);
    /* It is pending until here: this is where we stop, and where we go on. */
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigaction(SIGTSTP, &ours_now, NULL);
    tstp = 0;
}
