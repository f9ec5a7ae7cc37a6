/* What the probes of several labs do alike. */
#include "gradekit/probe/probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

size_t probe_take(int fd, void *buf, size_t n)
{
    size_t have = 0;
    while (have < n) {
        ssize_t got = read(fd, (char *)buf + have, n - have);
        if (got == 0 || (got == -1 && errno != EINTR))
            break;
        have += got > 0 ? (size_t)got : 0;
    }
    return have;
}

void probe_rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

struct probe_bystanders probe_bystanders_make(int cell, uint32_t at_least)
{
    struct probe_bystanders b = {.running = probe_fork("bystander")};
    siginfo_t info;
    if (b.running == 0) {
        probe_cell_wait(cell, at_least);
        _exit(43);
    }
    b.ended = probe_fork("bystander");
    if (b.ended == 0)
        _exit(42);
    waitid(P_PID, (id_t)b.ended, &info, WEXITED | WNOWAIT);
    return b;
}

static int64_t code_of(pid_t pid)
{
    int wstatus = probe_reap(pid);
    return wstatus == -1 ? -1 : WEXITSTATUS(wstatus);
}

void probe_bystanders_put(struct probe_bystanders b)
{
    probe_put_int("ended", code_of(b.ended));
    probe_put_int("running", code_of(b.running));
}

static void list_signal(char *list, size_t len, int number)
{
    size_t used = strlen(list);
    const char *name = sigabbrev_np(number);
    snprintf(list + used, len - used, used ? " %s" : "%s", name ? name : "?");
}

void probe_put_signals(const char *blocked_key, const char *ignored_key)
{
    char blocked[512] = "", ignored[512] = "";
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int s = 1; s < 32; s++) {
        struct sigaction action;
        if (sigismember(&mask, s) == 1)
            list_signal(blocked, sizeof blocked, s);
        if (sigaction(s, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            list_signal(ignored, sizeof ignored, s);
    }
    probe_put_text(blocked_key, "%s", blocked);
    probe_put_text(ignored_key, "%s", ignored);
}
