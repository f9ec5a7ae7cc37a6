#include "run/jail.h"

#include "run/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * For good: real, effective and saved. The raw calls, since glibc's want to do it in all threads.
 */
static int take_ids(const struct run_jail *jail)
{
    if (!jail->has_ids)
        return 0;
    if (syscall(SYS_setgroups, 0, NULL) < 0 ||
        syscall(SYS_setresgid, jail->gid, jail->gid, jail->gid) < 0 ||
        syscall(SYS_setresuid, jail->uid, jail->uid, jail->uid) < 0)
        return errno;
    return 0;
}

static int drop_capabilities(void)
{
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
        prctl(PR_CAPBSET_DROP,
              capability); /* a second net: fails where we have none to begin with */
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capset, &header, none) < 0 ? errno : 0;
}

int jail_drop(const struct run_jail *jail)
{
    int err = 0;
    /* In namespaces of its own the supervisor has the ids already, and setgroups() is denied. */
    if (!jail->bwrap_argv)
        err = take_ids(jail);
    if (!err)
        err = drop_capabilities();
    if (!err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        err = errno;
    return err;
}

/* ---- namespaces ---- */

static _Noreturn void exec_bwrap(const struct run_jail *jail, int input, int output, int info)
{
    /* All three above what they are to become, so that none is overwritten before its turn. */
    int from[3] = {fcntl(input, F_DUPFD_CLOEXEC, JAIL_BWRAP_INFO_FD + 1),
                   fcntl(output, F_DUPFD_CLOEXEC, JAIL_BWRAP_INFO_FD + 1),
                   fcntl(info, F_DUPFD_CLOEXEC, JAIL_BWRAP_INFO_FD + 1)};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    fds_mark_close_on_exec(0); /* the program's are here, too, and are not for bwrap */
    if (take_ids(jail) != 0 || dup2(from[0], STDIN_FILENO) < 0 ||
        dup2(from[1], STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0 ||
        dup2(from[2], JAIL_BWRAP_INFO_FD) < 0)
        _exit(126);
    execvp(jail->bwrap_argv[0], jail->bwrap_argv);
    _exit(127);
}

static ssize_t read_again(int fd, char *buffer, size_t len)
{
    ssize_t n;
    while ((n = read(fd, buffer, len)) < 0 && errno == EINTR)
        ;
    return n;
}

/* bwrap(1) --info-fd: {"child-pid": 123, ...}; it closes the fd after it. */
static pid_t read_child_pid(int fd)
{
    char text[1024];
    size_t len = 0;
    ssize_t n;
    while (len < sizeof text - 1 && (n = read_again(fd, text + len, sizeof text - 1 - len)) > 0)
        len += (size_t)n;
    text[len] = '\0';
    const char *at = strstr(text, "\"child-pid\"");
    if (!at)
        return 0;
    at += strcspn(at, "0123456789");
    long pid = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        pid = pid * 10 + (*at - '0');
    return (pid_t)pid;
}

/*
 * bwrap reports the PID before it has set anything up. That it is done shows when what it runs
 * runs: cat gives back the byte that it was sent.
 */
static bool is_echoed(int input, int output)
{
    char byte = '.';
    return write(input, &byte, 1) == 1 && read_again(output, &byte, 1) == 1;
}

static void close_both(const int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

int jail_make(struct jail_guard *g, const struct run_jail *jail)
{
    int input[2], output[2], info[2];
    *g = (struct jail_guard){.hold = -1};
    if (pipe2(input, O_CLOEXEC) < 0)
        return errno;
    if (pipe2(output, O_CLOEXEC) < 0) {
        close_both(input);
        return errno;
    }
    if (pipe2(info, O_CLOEXEC) < 0) {
        close_both(input);
        close_both(output);
        return errno;
    }
    g->bwrap = _Fork();
    if (g->bwrap == 0)
        exec_bwrap(jail, input[0], output[1], info[1]);
    close(input[0]);
    close(output[1]);
    close(info[1]);
    g->hold = input[1];
    int err = g->bwrap < 0 ? errno : 0;
    if (!err) {
        g->init = read_child_pid(info[0]);
        if (g->init <= 0 || !is_echoed(g->hold, output[0]))
            err = EPERM; /* it says more only on standard error, and that for people */
    }
    close(output[0]);
    close(info[0]);
    return err;
}

pid_t jail_join(const struct jail_guard *g, const struct run_jail *jail)
{
    int err = take_ids(jail);
    int pidfd = err ? -1 : (int)syscall(SYS_pidfd_open, g->init, 0);
    if (err || pidfd < 0) {
        errno = err ? err : errno;
        return -1;
    }
    /*
     * All at once: bwrap may have nested one user namespace in another, and who has entered the
     * inner one may not enter what belongs to the outer.
     */
    if (setns(pidfd, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) < 0)
        return -1;
    close(pidfd);
    /*
     * Only our children are in the PID namespace. It is to be the guard's child, not ours: we end.
     */
    return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
}

void jail_end(struct jail_guard *g)
{
    if (g->hold < 0)
        return;
    close(g->hold);
    g->hold = -1;
    if (g->init > 0)
        kill(g->init, SIGKILL);
    if (g->bwrap > 0)
        kill(g->bwrap, SIGKILL);
}

int jail_pid_sockets(int *receiver, int *sender)
{
    int ends[2], on = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return errno;
    if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0) {
        int err = errno;
        close_both(ends);
        return err;
    }
    *receiver = ends[0];
    *sender = ends[1];
    return 0;
}

int jail_say_pid(int socket)
{
    return send(socket, "", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

pid_t jail_hear_pid(int socket)
{
    char byte;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    ssize_t n;
    while ((n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    const struct cmsghdr *header = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_type != SCM_CREDENTIALS)
        return 0;
    struct ucred who;
    memcpy(&who, CMSG_DATA(header), sizeof who);
    return who.pid;
}

/* ---- the filter ---- */

int jail_filter(const struct run_jail *jail, int socket)
{
    if (!jail->filter)
        return 0;
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                SECCOMP_FILTER_FLAG_NEW_LISTENER, jail->filter);
    if (listener < 0)
        return jail->may_lack_filter ? 0 : errno;
    char byte = '.';
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof listener)] = {0};
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof listener);
    memcpy(CMSG_DATA(header), &listener, sizeof listener);
    int err = sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : errno;
    close(listener); /* exec would, too */
    return err;
}

int jail_take_listener(int socket)
{
    char byte;
    int listener;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof listener)];
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    const struct cmsghdr *header = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) == 1
                                       ? CMSG_FIRSTHDR(&message)
                                       : NULL;
    if (!header || header->cmsg_type != SCM_RIGHTS)
        return -1;
    memcpy(&listener, CMSG_DATA(header), sizeof listener);
    return listener;
}
