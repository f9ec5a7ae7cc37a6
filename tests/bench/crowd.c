#include "crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct report {
    size_t made;
    int why;
};

static void mask_sigterm(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(how, &set, NULL);
}

static pid_t fork_bound(void)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        mask_sigterm(SIG_UNBLOCK);
        if (getppid() != parent)
            _exit(1);
    }
    return pid;
}

static void idle(void)
{
    for (;;)
        pause();
}

/* No end of a pipe that whoever runs the benchmark holds, too: it would be one more lane. */
static void drop_stdio(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++)
        if (null < 0 || dup2(null, fd) < 0)
            _exit(1);
}

/* A process that is to have children, in a process group of its own. */
static pid_t fork_holder(void)
{
    pid_t pid = fork_bound();
    if (pid == 0) {
        setpgid(0, 0);
        drop_stdio();
        mask_sigterm(SIG_BLOCK);
    }
    return pid;
}

/*
 * Idle until SIGTERM; then end the children and reap them. Left to init they would be zombies for a
 * while, and be counted with the next crowd.
 */
static void hold(void)
{
    siginfo_t info;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    while (sigwaitinfo(&set, &info) == -1)
        ;
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    _exit(0);
}

pid_t crowd_start(size_t n, size_t *made, int *why)
{
    int ends[2];
    struct report report = {0};
    if (pipe2(ends, O_CLOEXEC) == -1)
        return -errno;
    pid_t holder = fork_holder();
    if (holder == 0) {
        close(ends[0]);
        while (report.made < n && report.why == 0) {
            pid_t pid = fork_bound();
            if (pid == 0) {
                close(ends[1]);
                idle();
            }
            report.made += pid > 0;
            report.why = pid < 0 ? errno : 0;
        }
        if (write(ends[1], &report, sizeof report) != sizeof report)
            _exit(1);
        close(ends[1]);
        hold();
    }
    int rc = holder < 0 ? -errno : 0;
    close(ends[1]);
    if (rc == 0 && read(ends[0], &report, sizeof report) != sizeof report)
        rc = -EIO;
    close(ends[0]);
    *made = report.made;
    *why = report.why;
    return rc < 0 ? rc : holder;
}

static void write_now_and_then(int fd)
{
    char block[512] = "";
    for (;;) {
        if (write(fd, block, sizeof block) < 0)
            _exit(1);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
}

static void read_on(int fd)
{
    char block[512];
    while (read(fd, block, sizeof block) > 0)
        ;
    _exit(0);
}

static void start_pair(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == -1)
        _exit(1);
    for (int side = 0; side < 2; side++)
        if (fork_bound() == 0) {
            close(ends[!side]);
            if (side == 1)
                write_now_and_then(ends[1]);
            read_on(ends[0]);
        }
    close(ends[0]);
    close(ends[1]);
}

pid_t crowd_start_busy_tree(void)
{
    pid_t root = fork_holder();
    if (root == 0) {
        start_pair();
        start_pair();
        for (int i = 0; i < 5; i++)
            if (fork_bound() == 0)
                idle();
        hold();
    }
    return root < 0 ? -errno : root;
}

void crowd_end(pid_t pid)
{
    kill(pid, SIGTERM);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
}
