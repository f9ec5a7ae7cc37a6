/*
 * Another right way: vfork for children that only exit, waitid and its
 * siginfo, a chain made by a loop, a switch for the names, and a pipe that
 * tells of the second fork.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int reap(pid_t pid, siginfo_t *info)
{
    int result;
    do
        result = waitid(P_PID, (id_t)pid, info, WEXITED);
    while (result == -1 && errno == EINTR);
    return result;
}

int fork_children(size_t n, pid_t pids[])
{
    for (size_t i = 0; i < n; i++) {
        pid_t pid = vfork();
        if (pid == 0)
            _exit((int)(i % 256));
        if (pid == -1) {
            int why = errno;
            siginfo_t unused;
            for (size_t made = 0; made < i; made++)
                reap(pids[made], &unused);
            errno = why;
            return -1;
        }
        pids[i] = pid;
    }
    return 0;
}

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int strangers = 0;
    /* from the end, for a change */
    for (size_t i = n; i-- > 0;) {
        siginfo_t info;
        if (reap(pids[i], &info) == -1)
            strangers++;
        else if (info.si_code == CLD_EXITED)
            status[i] = info.si_status << 8;
        else
            status[i] = info.si_status | (info.si_code == CLD_DUMPED ? 0x80 : 0);
    }
    if (strangers == 0)
        return 0;
    errno = ECHILD;
    return -1;
}

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    size_t generation = 0; /* of this process, below the caller */
    siginfo_t info;
    pid_t pid = 0;
    while (generation < depth && (pid = fork()) == 0)
        generation++;
    if (generation == depth) {
        int result = last(arg);
        if (depth == 0)
            return result;
        _exit(result);
    }
    bool has_code = pid != -1 && reap(pid, &info) == 0 && info.si_code == CLD_EXITED;
    if (generation == 0)
        return has_code ? info.si_status : -1;
    while (!has_code)
        kill(getpid(), SIGKILL);
    _exit(info.si_status);
}

static const char *name_of(int number)
{
    switch (number) {
    case SIGHUP:
        return "SIGHUP";
    case SIGINT:
        return "SIGINT";
    case SIGQUIT:
        return "SIGQUIT";
    case SIGILL:
        return "SIGILL";
    case SIGTRAP:
        return "SIGTRAP";
    case SIGABRT:
        return "SIGABRT";
    case SIGBUS:
        return "SIGBUS";
    case SIGFPE:
        return "SIGFPE";
    case SIGKILL:
        return "SIGKILL";
    case SIGUSR1:
        return "SIGUSR1";
    case SIGSEGV:
        return "SIGSEGV";
    case SIGUSR2:
        return "SIGUSR2";
    case SIGPIPE:
        return "SIGPIPE";
    case SIGALRM:
        return "SIGALRM";
    case SIGTERM:
        return "SIGTERM";
    case SIGSTKFLT:
        return "SIGSTKFLT";
    case SIGCHLD:
        return "SIGCHLD";
    case SIGCONT:
        return "SIGCONT";
    case SIGSTOP:
        return "SIGSTOP";
    case SIGTSTP:
        return "SIGTSTP";
    case SIGTTIN:
        return "SIGTTIN";
    case SIGTTOU:
        return "SIGTTOU";
    case SIGURG:
        return "SIGURG";
    case SIGXCPU:
        return "SIGXCPU";
    case SIGXFSZ:
        return "SIGXFSZ";
    case SIGVTALRM:
        return "SIGVTALRM";
    case SIGPROF:
        return "SIGPROF";
    case SIGWINCH:
        return "SIGWINCH";
    case SIGIO:
        return "SIGIO";
    case SIGPWR:
        return "SIGPWR";
    case SIGSYS:
        return "SIGSYS";
    default:
        return "SIG?";
    }
}

/* The whole text first, then what fits of it. */
int describe_status(int wstatus, char *buf, size_t len)
{
    char text[64] = "continued";
    if (WIFSTOPPED(wstatus)) {
        strcpy(text, "stopped by ");
        strcat(text, name_of(WSTOPSIG(wstatus)));
    } else if (WIFSIGNALED(wstatus)) {
        strcpy(text, "killed by ");
        strcat(text, name_of(WTERMSIG(wstatus)));
        if (WCOREDUMP(wstatus))
            strcat(text, " (core dumped)");
    } else if (WIFEXITED(wstatus)) {
        sprintf(text, "exited %d", WEXITSTATUS(wstatus));
    }
    size_t wanted = strlen(text);
    if (len > 0) {
        size_t fits = wanted < len ? wanted : len - 1;
        memcpy(buf, text, fits);
        buf[fits] = '\0';
    }
    return (int)wanted;
}

/* The write end is closed by the last process that has it: EOF says that all went well. */
int run_detached(void (*fn)(void *), void *arg)
{
    int ends[2], why = 0;
    if (pipe2(ends, O_CLOEXEC) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        pid_t below = fork();
        if (below == -1) {
            why = errno;
            if (write(ends[1], &why, sizeof why) != sizeof why)
                _exit(1);
        }
        if (below != 0)
            _exit(0);
        close(ends[1]);
        fn(arg);
        _exit(0);
    }
    int error = errno;
    close(ends[1]);
    if (pid != -1) {
        siginfo_t unused;
        while (read(ends[0], &why, sizeof why) == -1 && errno == EINTR)
            ;
        reap(pid, &unused);
        error = why;
    }
    close(ends[0]);
    errno = error;
    return error == 0 ? 0 : -1;
}
