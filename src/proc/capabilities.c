#include "proc/capabilities.h"

#include "proc/fdtable.h"
#include "proc/parse.h"
#include "proc/peek.h"
#include "proc/root.h"
#include "proc/sockdiag.h"
#include "proc/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 3000 /* for something that should take no time at all */

/*
 * What the trials share: a child of ours, asleep in read(2) on an empty pipe whose write end we
 * hold.
 */
struct trials {
    struct proc_root root;
    pid_t child;
    int child_fd; /* its read end */
    int our_end;
    struct stat pipe;
    char buf[8192];
};

typedef char detail_text[sizeof((struct capability *)0)->detail];

static void say(detail_text detail, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(detail_text detail, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail_text), format, args);
    va_end(args);
}

/* "EACCES Permission denied". Always false, for a trial to return. */
static bool say_error(detail_text detail, int error)
{
    const char *name = strerrorname_np(error);
    say(detail, "%s %s", name ? name : "?", strerror(error));
    return false;
}

static uint64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* A file of pid into t->buf. */
static ssize_t read_of(struct trials *t, pid_t pid, const char *file)
{
    char path[PROC_PATH_MAX];
    snprintf(path, sizeof path, "%d/%s", (int)pid, file);
    return proc_root_read(&t->root, NULL, path, t->buf, sizeof t->buf, 0);
}

/* ---- processes to try things on ------------------------------------------------- */

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
}

/* Wait until pid sleeps, or has waited long enough for it. */
static void await_sleep(struct trials *t, pid_t pid)
{
    struct proc_stat stat;
    uint64_t end = now_ms() + PATIENCE_MS;
    do {
        ssize_t n = read_of(t, pid, "stat");
        if (n < 0 || (parse_stat(t->buf, (size_t)n, &stat) == 0 && stat.state == 'S'))
            return;
        sched_yield();
    } while (now_ms() < end);
}

static int start_child(struct trials *t)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe2(ends, O_CLOEXEC) == -1)
        return -errno;
    t->child = fork();
    if (t->child == 0) {
        char c;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[1]);
        if (getppid() == parent)
            while (read(ends[0], &c, 1) == -1 && errno == EINTR)
                ;
        _exit(0);
    }
    int rc = t->child < 0 ? -errno : 0;
    fstat(ends[0], &t->pipe);
    t->child_fd = ends[0]; /* the number; the child's own by now */
    t->our_end = ends[1];
    close(ends[0]);
    if (rc < 0)
        close(ends[1]);
    else
        await_sleep(t, t->child);
    return rc;
}

/*
 * A process of ours that is not our descendant: the child of a child that has exited. 0 or -errno;
 * *pid.
 */
static int start_stranger(pid_t *pid)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == -1)
        return -errno;
    pid_t middle = fork();
    if (middle == 0) {
        pid_t stranger = fork();
        if (stranger == 0) {
            alarm(10); /* whatever becomes of us */
            for (;;)
                pause();
        }
        _exit(write(ends[1], &stranger, sizeof stranger) == sizeof stranger ? 0 : 1);
    }
    int rc = middle < 0 ? -errno : 0;
    close(ends[1]);
    if (rc == 0)
        reap(middle);
    if (rc == 0 && (read(ends[0], pid, sizeof *pid) != sizeof *pid || *pid < 0))
        rc = -EAGAIN;
    close(ends[0]);
    return rc;
}

/* ---- trials: each returns whether it worked, and says what it saw ---------------- */

static bool try_children(struct trials *t, detail_text detail)
{
    char file[40];
    pid_t child;
    snprintf(file, sizeof file, "task/%d/children", (int)gettid());
    ssize_t n = read_of(t, getpid(), file);
    if (n < 0)
        return say_error(detail, (int)-n);
    for (const char *at = t->buf, *end = at + n; parse_next_pid(&at, end, &child);)
        if (child == t->child) {
            say(detail, "task/TID/children names our child");
            return true;
        }
    say(detail, "task/TID/children does not name our child");
    return false;
}

/* Can we see what pid is blocked in? */
static bool try_syscall_of(struct trials *t, pid_t pid, detail_text detail)
{
    struct proc_syscall call;
    ssize_t n = read_of(t, pid, "syscall");
    if (n < 0)
        return say_error(detail, (int)-n);
    if (parse_syscall(t->buf, (size_t)n, &call) < 0 || call.kind != PROC_SYSCALL_IN) {
        say(detail, "it does not say what a sleeping process is in");
        return false;
    }
    struct wait_names *names = wait_names_new();
    const char *name = names ? wait_syscall_name(names, &call) : NULL;
    say(detail, "a sleeping process is in %s", name ? name : "a call without a name");
    wait_names_free(names);
    return name != NULL;
}

static bool try_syscall(struct trials *t, detail_text detail)
{
    return try_syscall_of(t, t->child, detail);
}

static bool try_syscall_of_stranger(struct trials *t, detail_text detail)
{
    pid_t stranger = -1;
    int rc = start_stranger(&stranger);
    if (rc < 0)
        return say_error(detail, -rc);
    await_sleep(t, stranger);
    bool ok = try_syscall_of(t, stranger, detail);
    kill(stranger, SIGKILL);
    return ok;
}

static bool try_wchan(struct trials *t, detail_text detail)
{
    ssize_t n = read_of(t, t->child, "wchan");
    if (n < 0)
        return say_error(detail, (int)-n);
    say(detail, "a reader of an empty pipe sleeps in '%.*s'", (int)n, t->buf);
    return wait_kind_of_channel(n < 64 ? (t->buf[n] = '\0', t->buf) : "") == WAIT_PIPE_READ;
}

static bool try_io(struct trials *t, detail_text detail)
{
    struct proc_io io;
    ssize_t n = read_of(t, t->child, "io");
    if (n < 0)
        return say_error(detail, (int)-n);
    say(detail, "rchar and wchar");
    return parse_io(t->buf, (size_t)n, &io) == 0;
}

static bool try_schedstat(struct trials *t, detail_text detail)
{
    struct proc_schedstat sched;
    ssize_t n = read_of(t, t->child, "schedstat");
    if (n < 0)
        return say_error(detail, (int)-n);
    if (parse_schedstat(t->buf, (size_t)n, &sched) < 0 || sched.slices < 1) {
        say(detail, "the kernel does not count");
        return false;
    }
    say(detail, "in nanoseconds");
    return true;
}

static bool try_switches(struct trials *t, detail_text detail)
{
    struct proc_status status;
    ssize_t n = read_of(t, t->child, "status");
    if (n < 0)
        return say_error(detail, (int)-n);
    say(detail, "voluntary and involuntary, for each task");
    return parse_status(t->buf, (size_t)n, &status) == 0 && status.voluntary >= 0;
}

static bool try_fds(struct trials *t, detail_text detail)
{
    char path[PROC_PATH_MAX];
    bool is_kept;
    struct fd_table table = {0};
    struct stat st;
    snprintf(path, sizeof path, "%d/fd", (int)t->child);
    int dir = proc_root_open_dir(&t->root, NULL, path, &is_kept);
    if (dir < 0)
        return say_error(detail, -dir);
    int rc = fd_table_list(&table, dir, fd_pipe_device());
    const struct fd_row *row = rc == 0 ? fd_table_find(&table, t->child_fd) : NULL;
    bool ok = row && row->kind == FD_PIPE && row->access == FD_READ && row->inode == t->pipe.st_ino;
    bool has_count = fstat(dir, &st) == 0 && st.st_size > 0;
    if (rc < 0)
        say_error(detail, -rc);
    else
        say(detail, "%s; their number %s",
            ok ? "pipes by inode, with their direction" : "no pipe seen",
            has_count ? "by stat()" : "only by listing them (Linux < 6.2)");
    close(dir);
    fd_table_fini(&table);
    return ok;
}

static bool try_peek(struct trials *t, detail_text detail)
{
    int64_t capacity, fill;
    int rc = pipe_peek(&t->root, t->child, t->child_fd, t->pipe.st_dev, t->pipe.st_ino, &capacity,
                       &fill);
    if (rc < 0)
        return say_error(detail, -rc);
    say(detail, "%lld of %lld bytes", (long long)fill, (long long)capacity);
    return true;
}

static bool try_sockdiag(struct trials *t, detail_text detail)
{
    int pair[2];
    struct unix_socket found = {0};
    struct stat a, b = {0};
    (void)t;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
        return say_error(detail, errno);
    int diag = sockdiag_open();
    int rc = diag;
    if (fstat(pair[0], &a) == -1 || fstat(pair[1], &b) == -1)
        rc = -errno;
    else if (diag >= 0)
        rc = sockdiag_find(diag, a.st_ino, &found);
    bool ok = rc >= 0 && found.peer_inode == b.st_ino;
    if (rc < 0)
        say_error(detail, -rc);
    else
        say(detail, ok ? "sock_diag names the other end" : "sock_diag does not name the other end");
    if (diag >= 0)
        close(diag);
    close(pair[0]);
    close(pair[1]);
    return ok;
}

#define PAGEMAP_PRESENT   (UINT64_C(1) << 63)
#define PAGEMAP_EXCLUSIVE (UINT64_C(1) << 56)

static bool try_pagemap(struct trials *t, detail_text detail)
{
    long size = sysconf(_SC_PAGESIZE);
    uint64_t entry = 0;
    (void)t;
    char *page =
        mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    bool ok = page != MAP_FAILED && fd >= 0;
    if (ok) {
        *page = 1;
        off_t at = (off_t)((uintptr_t)page / (uintptr_t)size * sizeof entry);
        ok = pread(fd, &entry, sizeof entry, at) == sizeof entry;
    }
    if (!ok) {
        say_error(detail, errno);
    } else {
        say(detail, "present %d, exclusive %d of a page of our own", !!(entry & PAGEMAP_PRESENT),
            !!(entry & PAGEMAP_EXCLUSIVE));
        ok = entry & PAGEMAP_PRESENT && entry & PAGEMAP_EXCLUSIVE;
    }
    if (fd >= 0)
        close(fd);
    if (page != MAP_FAILED)
        munmap(page, (size_t)size);
    return ok;
}

/* Fork a child that exits at once, and reap it. */
static int make_an_event(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid < 0)
        return -errno;
    reap(pid);
    return 0;
}

static bool try_perf(struct trials *t, detail_text detail)
{
    struct perf_event_attr attr = {
        .size = sizeof attr,
        .type = PERF_TYPE_SOFTWARE,
        .config = PERF_COUNT_SW_DUMMY,
        .task = 1,
        .comm = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    size_t len = (size_t)sysconf(_SC_PAGESIZE) * 9; /* a header and 2^3 pages */
    (void)t;
    int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return say_error(detail, errno);
    struct perf_event_mmap_page *ring = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    bool ok = false;
    if (ring == MAP_FAILED) {
        say_error(detail, errno);
    } else {
        int rc = make_an_event();
        uint64_t head = __atomic_load_n(&ring->data_head, __ATOMIC_ACQUIRE);
        ok = rc == 0 && head > 0;
        say(detail, ok ? "a fork of ours came as a record" : "a fork of ours came as no record");
        munmap(ring, len);
    }
    close(fd);
    return ok;
}

static int listen_to_connector(int fd)
{
    struct sockaddr_nl us = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    struct {
        struct nlmsghdr head;
        struct cn_msg message;
        enum proc_cn_mcast_op op;
    } __attribute__((packed)) request = {
        .head = {.nlmsg_len = sizeof request, .nlmsg_type = NLMSG_DONE},
        .message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof request.op},
        .op = PROC_CN_MCAST_LISTEN,
    };
    if (bind(fd, (const void *)&us, sizeof us) == -1 ||
        send(fd, &request, sizeof request, 0) != sizeof request)
        return -errno;
    return 0;
}

/* Is there an event about a fork of ours, the answer to our request aside? */
static bool receive_fork(int fd)
{
    union {
        struct nlmsghdr alignment;
        char bytes[4096];
    } buf;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (poll(&wait, 1, 200) == 1) {
        ssize_t n = recv(fd, buf.bytes, sizeof buf.bytes, 0);
        struct proc_event event;
        size_t at = NLMSG_HDRLEN + sizeof(struct cn_msg);
        if (n < 0)
            return false;
        if ((size_t)n < at + sizeof event)
            continue;
        memcpy(&event, buf.bytes + at, sizeof event);
        if (event.what == PROC_EVENT_FORK && event.event_data.fork.parent_tgid == getpid())
            return true;
    }
    return false;
}

static bool try_connector(struct trials *t, detail_text detail)
{
    (void)t;
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
    if (fd < 0)
        return say_error(detail, errno);
    int rc = listen_to_connector(fd);
    if (rc == 0)
        rc = make_an_event();
    bool ok = rc == 0 && receive_fork(fd);
    if (rc < 0)
        say_error(detail, -rc);
    else
        say(detail, ok ? "a fork of ours was told" : "a fork of ours was not told");
    close(fd);
    return ok;
}

/* Wait for pid to end, but not for ever: then it is killed. -1: killed by us. */
static int wait_some_time(pid_t pid)
{
    int status = -1;
    uint64_t end = now_ms() + PATIENCE_MS;
    for (;;) {
        pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid || (ended == -1 && errno != EINTR))
            return status;
        if (now_ms() >= end)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    kill(pid, SIGKILL);
    reap(pid);
    return -1;
}

static bool try_bwrap(struct trials *t, detail_text detail)
{
    (void)t;
    pid_t pid = fork();
    if (pid < 0)
        return say_error(detail, errno);
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        for (int fd = 0; fd <= 2; fd++)
            dup2(null, fd);
        execlp("bwrap", "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind",
               "/", "/", "--proc", "/proc", "--dev", "/dev", "--cap-drop", "ALL",
               "--die-with-parent", "--", "true", (char *)NULL);
        _exit(errno == ENOENT ? 127 : 126);
    }
    int status = wait_some_time(pid);
    if (status == -1)
        say(detail, "bwrap did not end in %d s", PATIENCE_MS / 1000);
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        say(detail, "bwrap ran a program in new user, pid and net namespaces");
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        say(detail, "bwrap is not installed");
    else
        say(detail, "bwrap could not make them (wait status %#x)", (unsigned)status);
    return status == 0;
}

static bool try_others(struct trials *t, detail_text detail)
{
    struct stat st;
    bool is_kept;
    if (fstatat(t->root.fd, "1", &st, 0) == -1) {
        say(detail, "hidepid: PID 1 is not even listed");
        return false;
    }
    int dir = proc_root_open_dir(&t->root, NULL, "1/fd", &is_kept);
    if (dir < 0)
        return say_error(detail, -dir);
    close(dir);
    say(detail, "PID 1's open files may be listed");
    return true;
}

static bool try_fd_limit(struct trials *t, detail_text detail)
{
    struct rlimit limit;
    int *pids = NULL;
    size_t cap = 0;
    ssize_t n = proc_list_numbers(t->root.fd, &pids, &cap);
    free(pids);
    if (n < 0 || getrlimit(RLIMIT_NOFILE, &limit) == -1)
        return say_error(detail, n < 0 ? (int)-n : errno);
    if (limit.rlim_max == RLIM_INFINITY)
        limit.rlim_max = INT32_MAX;
    say(detail, "soft %lld, hard %lld; %zd processes", (long long)limit.rlim_cur,
        (long long)limit.rlim_max, n);
    return limit.rlim_max >= (rlim_t)n + 64;
}

static bool try_namespace(struct trials *t, detail_text detail)
{
    static const char initial[] = "pid:[4026531836]"; /* the kernel's PROC_PID_INIT_INO */
    (void)t;
    char target[64];
    ssize_t n = readlink("/proc/self/ns/pid", target, sizeof target - 1);
    if (n < 0)
        return say_error(detail, errno);
    target[n] = '\0';
    bool ok = strcmp(target, initial) == 0;
    say(detail, ok ? "the machine's own PID namespace" : "a container's PID namespace");
    return ok;
}

/* ---- the table --------------------------------------------------------------------- */

static const struct trial {
    const char *name;
    bool (*run)(struct trials *t, detail_text detail);
    const char *meaning_if_ok, *meaning_if_not;
    const char *remedy;
} trials[] = {
    {"children files", try_children, "a watched tree is walked at every frame",
     "a watched tree is found by looking at all processes, which costs more",
     "a kernel with CONFIG_PROC_CHILDREN"},
    {"system calls", try_syscall, "what a process started here waits for is shown, with the fd",
     "what a process waits for is told by its wait channel alone, without the fd",
     "a container needs CAP_SYS_PTRACE, or a seccomp profile that allows ptrace"},
    {"system calls of strangers", try_syscall_of_stranger,
     "'watch PID' shows what your other processes wait for, with the fd",
     "'watch PID' cannot tell the fd of a process that was not started by proclab",
     "start it with 'proclab watch -- CMD', or: sysctl kernel.yama.ptrace_scope=0"},
    {"wait channels", try_wchan, "waits are named even where system calls are not shown",
     "where system calls cannot be read, what a process waits for is unknown",
     "a kernel with CONFIG_KALLSYMS"},
    {"context switches", try_switches, "voluntary and involuntary switches are shown",
     "no switches are shown", NULL},
    {"run times", try_schedstat, "CPU% is smooth, and idle processes cost next to nothing to watch",
     "CPU% jumps in steps of 10 ms, and every process is read at every frame",
     "a kernel with CONFIG_SCHED_INFO"},
    {"I/O counts", try_io, "pipes have a rate and a total", "pipes have no rate and no total",
     "a kernel with CONFIG_TASK_IO_ACCOUNTING; in a container CAP_SYS_PTRACE"},
    {"open files", try_fds, "pipes show who holds which end", "pipes are not shown at all",
     "in a container CAP_SYS_PTRACE"},
    {"pipe fill", try_peek, "pipes show how full they are", "how full a pipe is stays unknown",
     NULL},
    {"socket peers", try_sockdiag, "socketpairs show as lanes, like pipes",
     "socketpairs are not shown as lanes", "a kernel with CONFIG_UNIX_DIAG (modprobe unix_diag)"},
    {"memory pages", try_pagemap, "pages are told apart: private, shared, absent",
     "which pages are shared cannot be shown", "a kernel with CONFIG_PROC_PAGE_MONITOR"},
    {"exact births (perf)", try_perf, "every fork, exec and exit of a started tree can be recorded",
     "processes that live shorter than a frame may be missed",
     "sysctl kernel.perf_event_paranoid=2; in a container a seccomp profile that allows it"},
    {"exact births (connector)", try_connector,
     "every fork, exec and exit of the whole system can be recorded",
     "of the whole system, processes that live shorter than a frame may be missed",
     "root, or Linux 6.6, and outside of containers"},
    {"user namespaces", try_bwrap, "submissions are graded in a sandbox of their own",
     "submissions are graded without namespaces: only their signals to others are refused",
     "install bubblewrap; on Ubuntu 24.04: sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
    {"other users' processes", try_others, "who else holds an end of a pipe is always seen",
     "other users' processes are shown without their files; an end that they hold is not seen",
     "run it as root"},
    {"open file limit", try_fd_limit, "each process's file is kept open: the cheapest way to look",
     "beyond the limit files are opened at every look, at twice the cost", "ulimit -Hn, as root"},
    {"all of the machine", try_namespace, "every process of the machine can be seen",
     "only this container's processes can be seen", "run it outside, or docker run --pid=host"},
};
#define N_TRIALS (sizeof trials / sizeof *trials)

int capabilities_try(const char *proc_root, struct capability **table, size_t *n)
{
    struct trials t = {.child = -1};
    struct capability *rows = calloc(N_TRIALS, sizeof *rows);
    if (!rows)
        return -ENOMEM;
    int rc = proc_root_open(&t.root, proc_root);
    if (rc < 0)
        goto out_free;
    rc = start_child(&t);
    if (rc < 0)
        goto out_close;
    for (size_t i = 0; i < N_TRIALS; i++) {
        rows[i].name = trials[i].name;
        rows[i].ok = trials[i].run(&t, rows[i].detail);
        rows[i].meaning = rows[i].ok ? trials[i].meaning_if_ok : trials[i].meaning_if_not;
        rows[i].remedy = rows[i].ok ? NULL : trials[i].remedy;
    }
    close(t.our_end); /* the child reads EOF and exits */
    reap(t.child);
    *table = rows;
    *n = N_TRIALS;
    rows = NULL;
out_close:
    proc_root_close(&t.root);
out_free:
    free(rows);
    return rc;
}
