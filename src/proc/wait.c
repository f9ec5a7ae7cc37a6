#include "proc/wait.h"

#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SYSCALLS 1024 /* above every number that Linux has given out, by far */

struct wait_names {
    /* [1]: of 32-bit programs, which number their calls differently. */
    char *name[2][MOST_SYSCALLS];
};

struct wait_names *wait_names_new(void)
{
    return calloc(1, sizeof(struct wait_names));
}

void wait_names_free(struct wait_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < MOST_SYSCALLS; i++) {
        free(names->name[0][i]);
        free(names->name[1][i]);
    }
    free(names);
}

/*
 * A 32-bit program has its stack and its code below 4 GiB; a 64-bit one never has its stack there.
 */
static bool is_32_bit(const struct proc_syscall *call)
{
    return sizeof(void *) == 8 && call->stack != 0 && call->stack >> 32 == 0 &&
           call->instruction >> 32 == 0;
}

static uint32_t arch_of(bool is_32)
{
    uint32_t native = seccomp_arch_native();
    if (!is_32)
        return native;
    return native == SCMP_ARCH_X86_64    ? SCMP_ARCH_X86
           : native == SCMP_ARCH_AARCH64 ? SCMP_ARCH_ARM
                                         : native;
}

const char *wait_syscall_name(struct wait_names *names, const struct proc_syscall *call)
{
    if (call->kind != PROC_SYSCALL_IN || call->number >= MOST_SYSCALLS)
        return NULL;
    bool is_32 = is_32_bit(call);
    char **name = &names->name[is_32][call->number];
    if (!*name)
        *name = seccomp_syscall_resolve_num_arch(arch_of(is_32), call->number);
    return *name;
}

enum wait_kind wait_kind_of_channel(const char *channel)
{
    /* By the start of the name: compilers append ".constprop.0", ".isra.0". The first that fits. */
    static const struct {
        const char *prefix;
        enum wait_kind kind;
    } kinds[] = {
        {"pipe_read", WAIT_PIPE_READ},
        {"anon_pipe_read", WAIT_PIPE_READ},
        {"fifo_pipe_read", WAIT_PIPE_READ},
        {"pipe_wait_readable", WAIT_PIPE_READ},
        {"ipipe_prep", WAIT_PIPE_READ},
        {"pipe_write", WAIT_PIPE_WRITE},
        {"anon_pipe_write", WAIT_PIPE_WRITE},
        {"fifo_pipe_write", WAIT_PIPE_WRITE},
        {"pipe_wait_writable", WAIT_PIPE_WRITE},
        {"wait_for_space", WAIT_PIPE_WRITE},
        {"opipe_prep", WAIT_PIPE_WRITE},
        {"do_wait", WAIT_CHILD},
        {"kernel_wait", WAIT_CHILD},
        {"futex", WAIT_FUTEX},
        {"__futex", WAIT_FUTEX},
        {"do_futex", WAIT_FUTEX},
        {"poll_schedule_timeout", WAIT_POLL},
        {"do_sys_poll", WAIT_POLL},
        {"do_poll", WAIT_POLL},
        {"do_select", WAIT_POLL},
        {"ep_poll", WAIT_POLL},
        {"do_epoll_wait", WAIT_POLL},
        {"hrtimer_nanosleep", WAIT_SLEEP},
        {"do_nanosleep", WAIT_SLEEP},
        {"common_nsleep", WAIT_SLEEP},
        {"alarm_timer_nsleep", WAIT_SLEEP},
        {"unix_stream_", WAIT_SOCKET},
        {"unix_dgram_", WAIT_SOCKET},
        {"unix_wait_for_peer", WAIT_SOCKET},
        {"unix_accept", WAIT_SOCKET},
        {"sock_", WAIT_SOCKET},
        {"__skb_wait", WAIT_SOCKET},
        {"skb_wait", WAIT_SOCKET},
        {"__skb_recv", WAIT_SOCKET},
        {"sk_wait_data", WAIT_SOCKET},
        {"sk_stream_wait", WAIT_SOCKET},
        {"inet_", WAIT_SOCKET},
        {"tcp_", WAIT_SOCKET},
        {"udp_", WAIT_SOCKET},
        {"n_tty_", WAIT_TTY},
        {"tty_", WAIT_TTY},
        {"do_sigtimedwait", WAIT_SIGNAL},
        {"sigsuspend", WAIT_SIGNAL},
        {"do_sigsuspend", WAIT_SIGNAL},
        {"__do_sys_pause", WAIT_SIGNAL},
        {"__x64_sys_pause", WAIT_SIGNAL},
        {"__ia32_sys_pause", WAIT_SIGNAL},
        {"sys_pause", WAIT_SIGNAL},
    };

    if (*channel == '\0' || strcmp(channel, "0") == 0)
        return WAIT_UNKNOWN;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(channel, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return kinds[i].kind;
    return WAIT_OTHER;
}

/* How a call's name leads to a kind. */
enum call_class {
    CALL_UNLISTED,
    CALL_READ,  /* on the fd in its first argument: what it waits for depends on what that is */
    CALL_WRITE, /* likewise */
    CALL_ON_FD, /* either way */
    CALL_SPLICE,
    CALL_SOCKET,
    CALL_CHILD,
    CALL_FUTEX,
    CALL_POLL,
    CALL_SLEEP,
    CALL_SIGNAL,
    CALL_RESTARTED, /* stopped and continued in the midst of another call */
};

static int compare_call(const void *name, const void *row)
{
    return strcmp(name, *(const char *const *)row);
}

static enum call_class class_of_call(const char *name)
{
    static const struct {
        const char *name;
        enum call_class class;
    } calls[] = {
        /* in strcmp's order: it is searched by halves */
        {"_newselect", CALL_POLL},
        {"accept", CALL_SOCKET},
        {"accept4", CALL_SOCKET},
        {"clock_nanosleep", CALL_SLEEP},
        {"clock_nanosleep_time64", CALL_SLEEP},
        {"connect", CALL_SOCKET},
        {"epoll_pwait", CALL_POLL},
        {"epoll_pwait2", CALL_POLL},
        {"epoll_wait", CALL_POLL},
        {"futex", CALL_FUTEX},
        {"futex_time64", CALL_FUTEX},
        {"futex_wait", CALL_FUTEX},
        {"futex_waitv", CALL_FUTEX},
        {"ioctl", CALL_ON_FD},
        {"nanosleep", CALL_SLEEP},
        {"pause", CALL_SIGNAL},
        {"poll", CALL_POLL},
        {"ppoll", CALL_POLL},
        {"ppoll_time64", CALL_POLL},
        {"pselect6", CALL_POLL},
        {"pselect6_time64", CALL_POLL},
        {"read", CALL_READ},
        {"readv", CALL_READ},
        {"recv", CALL_SOCKET},
        {"recvfrom", CALL_SOCKET},
        {"recvmmsg", CALL_SOCKET},
        {"recvmmsg_time64", CALL_SOCKET},
        {"recvmsg", CALL_SOCKET},
        {"restart_syscall", CALL_RESTARTED},
        {"rt_sigsuspend", CALL_SIGNAL},
        {"rt_sigtimedwait", CALL_SIGNAL},
        {"rt_sigtimedwait_time64", CALL_SIGNAL},
        {"select", CALL_POLL},
        {"send", CALL_SOCKET},
        {"sendfile", CALL_WRITE},
        {"sendfile64", CALL_WRITE},
        {"sendmmsg", CALL_SOCKET},
        {"sendmsg", CALL_SOCKET},
        {"sendto", CALL_SOCKET},
        {"sigsuspend", CALL_SIGNAL},
        {"splice", CALL_SPLICE},
        {"tee", CALL_SPLICE},
        {"vmsplice", CALL_ON_FD},
        {"wait4", CALL_CHILD},
        {"waitid", CALL_CHILD},
        {"waitpid", CALL_CHILD},
        {"write", CALL_WRITE},
        {"writev", CALL_WRITE},
    };
    const char *const *found =
        name ? bsearch(name, calls, sizeof calls / sizeof *calls, sizeof *calls, compare_call)
             : NULL;
    /* The row begins with its name. */
    return found ? calls[((const char *)found - (const char *)calls) / sizeof *calls].class
                 : CALL_UNLISTED;
}

int wait_fd(const char *name, const struct proc_syscall *call, const char *channel)
{
    if (call->kind != PROC_SYSCALL_IN)
        return -1;
    switch (class_of_call(name)) {
    case CALL_READ:
    case CALL_WRITE:
    case CALL_ON_FD:
    case CALL_SOCKET:
        return (int)call->args[0];
    case CALL_SPLICE:
        if (wait_kind_of_channel(channel) == WAIT_PIPE_WRITE)
            /* splice(in, offset, out, ...), tee(in, out, ...) */
            return (int)call->args[strcmp(name, "tee") == 0 ? 1 : 2];
        return (int)call->args[0];
    default:
        return -1;
    }
}

/* Of a call on an fd. pipe: what it waits for if that is a pipe. */
static enum wait_kind classify_by_target(enum wait_target target, enum wait_kind pipe,
                                         enum wait_kind by_channel)
{
    switch (target) {
    case WAIT_TARGET_PIPE:
        return pipe;
    case WAIT_TARGET_SOCKET:
        return WAIT_SOCKET;
    case WAIT_TARGET_TTY:
        return WAIT_TTY;
    case WAIT_TARGET_OTHER:
        return WAIT_OTHER;
    case WAIT_TARGET_UNKNOWN:
        break;
    }
    return by_channel == WAIT_UNKNOWN ? WAIT_OTHER : by_channel;
}

enum wait_kind wait_classify(const char *name, const char *channel, enum wait_target target)
{
    enum wait_kind by_channel = wait_kind_of_channel(channel);

    if (!name)
        return by_channel;
    switch (class_of_call(name)) {
    case CALL_READ:
        return classify_by_target(target, WAIT_PIPE_READ, by_channel);
    case CALL_WRITE:
        return classify_by_target(target, WAIT_PIPE_WRITE, by_channel);
    case CALL_ON_FD:
    case CALL_SPLICE:
        return classify_by_target(target, by_channel == WAIT_UNKNOWN ? WAIT_OTHER : by_channel,
                                  by_channel);
    case CALL_SOCKET:
        return WAIT_SOCKET;
    case CALL_CHILD:
        return WAIT_CHILD;
    case CALL_FUTEX:
        return WAIT_FUTEX;
    case CALL_POLL:
        return WAIT_POLL;
    case CALL_SLEEP:
        return WAIT_SLEEP;
    case CALL_SIGNAL:
        return WAIT_SIGNAL;
    case CALL_RESTARTED:
    case CALL_UNLISTED:
        break;
    }
    return by_channel == WAIT_UNKNOWN ? WAIT_OTHER : by_channel;
}
