/* What a task waits for, from its call and its wait channel. */
#include "proc/wait.h"

#include <criterion/criterion.h>
#include <seccomp.h>
#include <string.h>
#include <sys/syscall.h>

Test(wait_classify, table, .timeout = 10)
{
    static const struct {
        const char *name, *channel;
        enum wait_target target;
        enum wait_kind kind;
    } rows[] = {
        {"read", "anon_pipe_read", WAIT_TARGET_PIPE, WAIT_PIPE_READ},
        {"readv", "pipe_read", WAIT_TARGET_PIPE, WAIT_PIPE_READ},
        {"read", "n_tty_read", WAIT_TARGET_TTY, WAIT_TTY},
        {"read", "wait_woken", WAIT_TARGET_TTY, WAIT_TTY},
        {"read", "unix_stream_read_generic", WAIT_TARGET_SOCKET, WAIT_SOCKET},
        {"read", "eventfd_read", WAIT_TARGET_OTHER, WAIT_OTHER},
        {"write", "anon_pipe_write", WAIT_TARGET_PIPE, WAIT_PIPE_WRITE},
        {"writev", "0", WAIT_TARGET_PIPE, WAIT_PIPE_WRITE},
        {"write", "sock_alloc_send_pskb", WAIT_TARGET_SOCKET, WAIT_SOCKET},
        /* the fds may not be listed: the channel decides */
        {"read", "pipe_read", WAIT_TARGET_UNKNOWN, WAIT_PIPE_READ},
        {"write", "pipe_write.isra.0", WAIT_TARGET_UNKNOWN, WAIT_PIPE_WRITE},
        {"read", "0", WAIT_TARGET_UNKNOWN, WAIT_OTHER},
        {"splice", "pipe_wait_readable", WAIT_TARGET_PIPE, WAIT_PIPE_READ},
        {"splice", "pipe_wait_writable", WAIT_TARGET_PIPE, WAIT_PIPE_WRITE},
        {"vmsplice", "pipe_wait_writable", WAIT_TARGET_PIPE, WAIT_PIPE_WRITE},
        {"ioctl", "tty_wait_until_sent", WAIT_TARGET_TTY, WAIT_TTY},
        {"wait4", "do_wait", WAIT_TARGET_UNKNOWN, WAIT_CHILD},
        {"waitid", "0", WAIT_TARGET_UNKNOWN, WAIT_CHILD},
        {"futex", "futex_do_wait", WAIT_TARGET_UNKNOWN, WAIT_FUTEX},
        {"epoll_wait", "ep_poll", WAIT_TARGET_UNKNOWN, WAIT_POLL},
        {"_newselect", "0", WAIT_TARGET_UNKNOWN, WAIT_POLL},
        {"pselect6", "poll_schedule_timeout.constprop.0", WAIT_TARGET_UNKNOWN, WAIT_POLL},
        {"clock_nanosleep", "hrtimer_nanosleep", WAIT_TARGET_UNKNOWN, WAIT_SLEEP},
        {"accept4", "inet_csk_accept", WAIT_TARGET_SOCKET, WAIT_SOCKET},
        {"recvmsg", "0", WAIT_TARGET_UNKNOWN, WAIT_SOCKET},
        {"rt_sigsuspend", "sigsuspend", WAIT_TARGET_UNKNOWN, WAIT_SIGNAL},
        {"pause", "0", WAIT_TARGET_UNKNOWN, WAIT_SIGNAL},
        /* stopped in poll and continued: the call's name tells nothing */
        {"restart_syscall", "hrtimer_nanosleep", WAIT_TARGET_UNKNOWN, WAIT_SLEEP},
        {"restart_syscall", "do_sys_poll", WAIT_TARGET_UNKNOWN, WAIT_POLL},
        {"vfork", "kernel_clone", WAIT_TARGET_UNKNOWN, WAIT_OTHER},
        {"openat", "wait_for_partner", WAIT_TARGET_UNKNOWN, WAIT_OTHER},
        {"openat", "0", WAIT_TARGET_UNKNOWN, WAIT_OTHER},
        /* no call: we may not see it (yama, containers) */
        {NULL, "pipe_write", WAIT_TARGET_UNKNOWN, WAIT_PIPE_WRITE},
        {NULL, "anon_pipe_read", WAIT_TARGET_UNKNOWN, WAIT_PIPE_READ},
        {NULL, "do_wait", WAIT_TARGET_UNKNOWN, WAIT_CHILD},
        {NULL, "futex_wait_queue", WAIT_TARGET_UNKNOWN, WAIT_FUTEX},
        {NULL, "unix_stream_data_wait", WAIT_TARGET_UNKNOWN, WAIT_SOCKET},
        {NULL, "do_sigtimedwait", WAIT_TARGET_UNKNOWN, WAIT_SIGNAL},
        {NULL, "folio_wait_bit_common", WAIT_TARGET_UNKNOWN, WAIT_OTHER},
        {NULL, "pipe_wait", WAIT_TARGET_UNKNOWN, WAIT_OTHER}, /* Linux < 5.5: either way */
        {NULL, "0", WAIT_TARGET_UNKNOWN, WAIT_UNKNOWN},
        {NULL, "", WAIT_TARGET_UNKNOWN, WAIT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(wait_classify(rows[i].name, rows[i].channel, rows[i].target), rows[i].kind,
                     "%s in %s: %s", rows[i].name ? rows[i].name : "?", rows[i].channel,
                     wait_kind_name(wait_classify(rows[i].name, rows[i].channel, rows[i].target)));
}

/* The table of calls is searched by halves: a row out of order would never be found. */
Test(wait_classify, knows_each_call_by_its_real_name, .timeout = 10)
{
    static const char *const names[] = {
        "accept",
        "accept4",
        "clock_nanosleep",
        "connect",
        "epoll_pwait",
        "futex",
        "ioctl",
        "nanosleep",
        "ppoll",
        "pselect6",
        "read",
        "readv",
        "recvfrom",
        "recvmmsg",
        "recvmsg",
        "sendfile",
        "sendmmsg",
        "sendmsg",
        "rt_sigsuspend",
        "rt_sigtimedwait",
        "sendto",
        "splice",
        "tee",
        "vmsplice",
        "wait4",
        "waitid",
        "write",
        "writev",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cr_expect_neq(seccomp_syscall_resolve_name(names[i]), __NR_SCMP_ERROR, "%s", names[i]);
        /* "a_channel" leads to WAIT_OTHER only by way of a row that goes by the channel. */
        enum wait_kind kind = wait_classify(names[i], "pipe_read", WAIT_TARGET_SOCKET);
        cr_expect_neq(kind, WAIT_UNKNOWN);
        cr_expect(kind != WAIT_PIPE_READ || strcmp(names[i], "splice") == 0 ||
                      strcmp(names[i], "tee") == 0 || strcmp(names[i], "ioctl") == 0 ||
                      strcmp(names[i], "vmsplice") == 0,
                  "%s is not in the table", names[i]);
    }
}

Test(wait_fd, of_calls_on_one, .timeout = 10)
{
    struct proc_syscall call = {.kind = PROC_SYSCALL_IN, .args = {5, 6, 7, 8, 9, 10}};
    cr_expect_eq(wait_fd("read", &call, "pipe_read"), 5);
    cr_expect_eq(wait_fd("write", &call, "pipe_write"), 5);
    cr_expect_eq(wait_fd("recvmsg", &call, ""), 5);
    cr_expect_eq(wait_fd("splice", &call, "pipe_wait_readable"), 5);
    cr_expect_eq(wait_fd("splice", &call, "pipe_wait_writable"), 7);
    cr_expect_eq(wait_fd("tee", &call, "pipe_wait_writable"), 6);
    cr_expect_eq(wait_fd("poll", &call, "do_sys_poll"), -1);
    cr_expect_eq(wait_fd("wait4", &call, "do_wait"), -1);
    call.kind = PROC_SYSCALL_NONE;
    cr_expect_eq(wait_fd("read", &call, ""), -1);
}

Test(wait_syscall_name, asks_libseccomp, .timeout = 10)
{
    struct wait_names *names = wait_names_new();
    struct proc_syscall call = {.kind = PROC_SYSCALL_IN,
                                .number = SYS_write,
                                .stack = 0x7ffc64db8188,
                                .instruction = 0x7fbe376c1503};
    cr_assert_not_null(names);
    cr_expect_str_eq(wait_syscall_name(names, &call), "write");
    cr_expect_eq(wait_syscall_name(names, &call), wait_syscall_name(names, &call), "not kept");
    call.number = 1000;
    cr_expect_null(wait_syscall_name(names, &call));
    call.number = 1 << 20;
    cr_expect_null(wait_syscall_name(names, &call));
    call.kind = PROC_SYSCALL_NONE;
    call.number = -1;
    cr_expect_null(wait_syscall_name(names, &call));
#ifdef __x86_64__
    /* A 32-bit program: its stack is below 4 GiB, and 4 is write there. */
    call = (struct proc_syscall){
        .kind = PROC_SYSCALL_IN, .number = 4, .stack = 0xffd4a3b0, .instruction = 0xf7f3a549};
    cr_expect_str_eq(wait_syscall_name(names, &call), "write");
#endif
    wait_names_free(names);
}
