#include "cmd/heartbeat.h"

#include "cmd/command.h"
#include "cmd/complain.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int heartbeat_open(struct heartbeat *h, long rate_hz)
{
    static const int taken[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH};
    long period_ns = 1000000000 / rate_hz;
    struct timespec period = {.tv_sec = period_ns / 1000000000, .tv_nsec = period_ns % 1000000000};
    struct itimerspec timer = {.it_interval = period, .it_value = {.tv_nsec = 1}};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaddset(&set, taken[i]);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    h->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    h->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (h->signal_fd < 0 || h->timer_fd < 0 || timerfd_settime(h->timer_fd, 0, &timer, NULL) < 0)
        return complain(EXIT_FAILED, errno, NULL, "cannot wait for anything");
    return 0;
}

int heartbeat_signal(const struct heartbeat *h)
{
    struct signalfd_siginfo info;
    bool has_come = read(h->signal_fd, &info, sizeof info) == (ssize_t)sizeof info;
    return has_come ? (int)info.ssi_signo : 0;
}

bool heartbeat_is_due(const struct heartbeat *h)
{
    uint64_t expirations;
    return read(h->timer_fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations;
}
