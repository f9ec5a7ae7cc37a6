#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double seconds_of(struct timeval tv)
{
    return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

/* Drain the terminal until the program has ended (EIO) or the time is up. False: time is up. */
static bool drain(int terminal, double until)
{
    char buf[65536];
    for (;;) {
        struct pollfd wait = {.fd = terminal, .events = POLLIN};
        double left = until - now_s();
        if (until > 0 && left <= 0)
            return false;
        int n = poll(&wait, 1, until > 0 ? (int)(left * 1000) + 1 : -1);
        if (n < 0 && errno != EINTR)
            return true;
        if (n > 0 && read(terminal, buf, sizeof buf) <= 0)
            return true;
    }
}

double program_cpu_us(char *const argv[], double seconds, const char *quit)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    struct rusage usage;
    int terminal, status;
    pid_t parent = getpid();
    pid_t pid = forkpty(&terminal, NULL, NULL, &size);
    if (pid < 0)
        return -1;
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        setenv("TERM", "xterm-256color", 1);
        execvp(argv[0], argv);
        _exit(127);
    }
    fcntl(terminal, F_SETFD, FD_CLOEXEC);
    bool has_ended = drain(terminal, seconds > 0 ? now_s() + seconds : 0);
    if (!has_ended && quit) {
        if (write(terminal, quit, strlen(quit)) > 0)
            has_ended = drain(terminal, now_s() + 5);
    }
    if (!has_ended)
        kill(pid, SIGKILL);
    while (wait4(pid, &status, 0, &usage) == -1 && errno == EINTR)
        ;
    close(terminal);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127)
        return -1;
    return (seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)) * 1e6;
}
