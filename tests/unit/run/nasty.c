#include "nasty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- the programs: each returns its exit status ---- */

static pid_t other_pid(void)
{
    const char *text = getenv("PROCLAB_TEST_OTHER");
    return text ? (pid_t)atoi(text) : 0;
}

static void ignore_all_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
}

static _Noreturn void sleep_for_ever(void)
{
    for (;;)
        pause();
}

static int nasty_sleeper(void)
{
    sleep_for_ever();
}

/* Twenty that are never the same twenty: each one forks and goes, the child goes on. */
static int nasty_comets(void)
{
    ignore_all_signals();
    for (int i = 0; i < 20; i++)
        if (fork() == 0)
            for (;;)
                if (fork() > 0)
                    _exit(0);
    sleep_for_ever();
}

/* Double forks with a session of its own each time. */
static int nasty_escapees(void)
{
    ignore_all_signals();
    if (fork() == 0)
        for (;;) {
            setsid();
            if (fork() > 0)
                _exit(0);
        }
    return 0; /* at once: they are orphans from the start */
}

static int nasty_bomb(void)
{
    while (fork() >= 0 || errno == EAGAIN)
        ;
    return 1;
}

/* Everything that a signal can be evaded with, and a tree of it. */
static int nasty_stubborn(void)
{
    ignore_all_signals();
    for (int depth = 0; depth < 5; depth++)
        if (fork() == 0)
            setsid();
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    if (fork() == 0)
        raise(SIGSTOP);
    sleep_for_ever();
}

static int nasty_kill_all(void)
{
    return kill(-1, SIGKILL) == 0 ? 1 : errno == EPERM ? 42 : 2;
}

static int nasty_kill_parent(void)
{
    if (fork() == 0)
        sleep_for_ever();
    if (kill(getppid(), SIGKILL) < 0)
        return errno == EPERM ? 42 : 2;
    sleep_for_ever();
}

static int nasty_stop_parent(void)
{
    if (fork() == 0)
        sleep_for_ever();
    kill(getppid(), SIGSTOP);
    sleep_for_ever();
}

static int pidfd_kill(pid_t pid, int number)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        return -1;
    int result = (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
    int err = errno;
    close(pidfd);
    errno = err;
    return result;
}

/* Every way to send a signal to somebody else's process: the number of those that were refused. */
static int nasty_signals_others(void)
{
    pid_t pid = other_pid();
    siginfo_t info = {.si_code = SI_QUEUE};
    int n = 0;
    n += kill(pid, SIGUSR1) < 0 && errno == EPERM;
    n += syscall(SYS_tkill, pid, SIGUSR1) < 0 && errno == EPERM;
    n += syscall(SYS_tgkill, pid, pid, SIGUSR1) < 0 && errno == EPERM;
    n += syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, &info) < 0 && errno == EPERM;
    n += syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGUSR1, &info) < 0 && errno == EPERM;
    n += pidfd_kill(pid, SIGUSR1) < 0 && errno == EPERM;
    n += kill(-pid, SIGUSR1) < 0 && errno == EPERM; /* it leads a group */
    n += kill(-1, SIGUSR1) < 0 && errno == EPERM;
    return n;
}

static void *wait_in_thread(void *arg)
{
    (void)arg;
    sleep_for_ever();
}

/* Signals within its own tree, as any program may send them. 0, or which one failed. */
static int nasty_signals_own(void)
{
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    union sigval value = {.sival_int = 1};
    pthread_t thread;
    if (raise(SIGUSR1) != 0 || kill(getpid(), SIGUSR1) < 0)
        return 1;
    if (kill(0, SIGUSR1) < 0)
        return 2;
    if (pthread_create(&thread, NULL, wait_in_thread, NULL) != 0 ||
        pthread_kill(thread, SIGUSR1) != 0)
        return 3;
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0)
            sleep_for_ever();
        sleep_for_ever();
    }
    setpgid(child, child);
    if (kill(child, SIGUSR1) < 0 || sigqueue(child, SIGUSR2, value) < 0)
        return 4;
    if (pidfd_kill(child, SIGUSR1) < 0)
        return 5;
    if (kill(-child, SIGUSR1) < 0)
        return 6;
    int status, pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    if (kill(-child, SIGKILL) < 0 || waitpid(child, &status, 0) != child)
        return 7;
    /* Gone, or never there: the kernel's own answer. */
    if (kill(child, SIGUSR1) == 0 || errno != ESRCH)
        return 8;
    if (syscall(SYS_pidfd_send_signal, pidfd, SIGUSR1, NULL, 0) == 0 || errno != ESRCH)
        return 10;
    if (kill(INT_MIN, SIGUSR1) == 0 || errno != ESRCH)
        return 11;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 9;
}

/* What it was given: fds, signal state, on standard output. */
static int nasty_report(void)
{
    DIR *dir = opendir("/proc/self/fd");
    const struct dirent *entry;
    printf("fds");
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir))
            printf(" %s", entry->d_name);
    if (dir)
        closedir(dir);
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    int n_blocked = 0, n_changed = 0;
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        n_blocked += sigismember(&mask, number) > 0;
        if (sigaction(number, NULL, &action) == 0)
            n_changed += action.sa_handler != SIG_DFL;
    }
    printf("; blocked %d; changed %d; leader %d\n", n_blocked, n_changed, getsid(0) == getpid());
    return 0;
}

/* An orphan that ends with a status of its own, which nobody below the supervisor waits for. */
static int nasty_orphan(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        char byte;
        close(ends[1]);
        while (read(ends[0], &byte, 1) > 0)
            ;
        _exit(33);
    }
    return 0;
}

static int nasty_writes(void)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/made", getenv("TMPDIR"));
    FILE *file = fopen(path, "w");
    bool could = file && fputs("x", file) >= 0 && fclose(file) == 0;
    char folder[PATH_MAX];
    bool is_there = getcwd(folder, sizeof folder) && strcmp(folder, getenv("TMPDIR")) == 0;
    return could && is_there ? 0 : 1;
}

static int nasty_writes_root(void)
{
    return open("/usr/proclab-test", O_WRONLY | O_CREAT, 0600) >= 0 ? 1 : errno == EROFS ? 42 : 2;
}

/* How many processes it can have besides itself. */
static int nasty_counts(void)
{
    for (int n = 0;; n++) {
        pid_t pid = n < 800 ? fork() : -1;
        if (pid < 0)
            return n;
        if (pid == 0)
            sleep_for_ever();
    }
}

static const struct {
    const char *name;
    int (*run)(void);
} PROGRAMS[] = {
    {"sleeper", nasty_sleeper},
    {"comets", nasty_comets},
    {"escapees", nasty_escapees},
    {"bomb", nasty_bomb},
    {"stubborn", nasty_stubborn},
    {"kill-all", nasty_kill_all},
    {"kill-parent", nasty_kill_parent},
    {"stop-parent", nasty_stop_parent},
    {"signals-others", nasty_signals_others},
    {"signals-own", nasty_signals_own},
    {"report", nasty_report},
    {"orphan", nasty_orphan},
    {"writes", nasty_writes},
    {"writes-root", nasty_writes_root},
    {"counts", nasty_counts},
};

__attribute__((constructor)) static void become_nasty(void)
{
    const char *name = getenv("PROCLAB_TEST_NASTY");
    for (size_t i = 0; name && i < sizeof PROGRAMS / sizeof *PROGRAMS; i++)
        if (strcmp(name, PROGRAMS[i].name) == 0) {
            int status = PROGRAMS[i].run();
            fflush(stdout);
            _exit(status);
        }
}

/* ---- for the tests ---- */

void nasty_init(struct nasty *n, const char *name, pid_t other)
{
    static int serial;
    snprintf(n->mark, sizeof n->mark, "PROCLAB_TEST_MARK=%d-%d", getpid(), serial++);
    snprintf(n->which, sizeof n->which, "PROCLAB_TEST_NASTY=%s", name);
    snprintf(n->other, sizeof n->other, "PROCLAB_TEST_OTHER=%d", other);
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    static char asan[] =
        "ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0";
    char *const env[] = {n->mark, n->which, n->other, path, asan, NULL};
    memcpy(n->env, env, sizeof env);
}

/* NULL when it is gone or not ours to read. */
static bool has_mark(const char *pid, const char *mark)
{
    char path[300], text[4096];
    snprintf(path, sizeof path, "/proc/%s/environ", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t len = read(fd, text, sizeof text);
    close(fd);
    return len > 0 && memmem(text, (size_t)len, mark, strlen(mark) + 1);
}

int nasty_count(const struct nasty *n)
{
    int count = 0;
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    while (proc && (entry = readdir(proc)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            count += has_mark(entry->d_name, n->mark);
    if (proc)
        closedir(proc);
    return count;
}

double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

void pause_briefly(void)
{
    struct timespec t = {.tv_nsec = 1000000};
    nanosleep(&t, NULL);
}

bool nasty_wait_count(const struct nasty *n, int count, bool at_least, int timeout_ms)
{
    for (double end = now_ms() + timeout_ms; now_ms() < end; pause_briefly()) {
        int found = nasty_count(n);
        if (at_least ? found >= count : found == count)
            return true;
    }
    return false;
}

bool process_is_there(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len < 0 ? 0 : len] = '\0';
    const char *end = strrchr(text, ')');
    return end && end[2] != 'Z' && end[2] != 'X';
}

bool process_wait_gone(pid_t pid, int timeout_ms)
{
    for (double end = now_ms() + timeout_ms; now_ms() < end; pause_briefly())
        if (!process_is_there(pid))
            return true;
    return false;
}

static bool copy_self(int to)
{
    char buffer[65536];
    ssize_t len = 0;
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    while (from >= 0 && (len = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)len) != len)
            return false;
    if (from >= 0)
        close(from);
    return from >= 0 && len == 0 && fchmod(to, 0755) == 0;
}

static char copy_path[64];
static pid_t copy_owner;

static void remove_copy(void)
{
    if (copy_owner == getpid())
        unlink(copy_path);
}

/* A checkout may be in a folder that an ordinary user cannot get into. */
const char *nasty_program(void)
{
    if (geteuid() != 0)
        return "/proc/self/exe";
    if (!copy_path[0]) {
        strcpy(copy_path, "/tmp/proclab-test-XXXXXX");
        int fd = mkostemp(copy_path, O_CLOEXEC);
        if (fd < 0 || !copy_self(fd))
            abort();
        close(fd);
        copy_owner = getpid();
        atexit(remove_copy);
    }
    return copy_path;
}

bool in_child(bool ordinary, void (*fn)(void *result), void *result, size_t len, int timeout_ms)
{
    void *shared = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memcpy(shared, result, len);
    nasty_program(); /* while we may */
    pid_t pid = fork();
    if (pid == 0) {
        if (ordinary && geteuid() == 0 &&
            (syscall(SYS_setgroups, 0, NULL) < 0 ||
             setresgid(ORDINARY_UID, ORDINARY_UID, ORDINARY_UID) < 0 ||
             setresuid(ORDINARY_UID, ORDINARY_UID, ORDINARY_UID) < 0))
            _exit(1);
        fn(shared);
        _exit(0);
    }
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd ended = {.fd = pidfd, .events = POLLIN};
    bool in_time = poll(&ended, 1, timeout_ms) > 0;
    if (!in_time)
        kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    close(pidfd);
    memcpy(result, shared, len);
    munmap(shared, len);
    return in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
