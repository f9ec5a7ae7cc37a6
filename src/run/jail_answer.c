/*
 * jail_answer.c - which signals a sandboxed program may send: those to its own
 * tree. In the supervisor, so only what is safe after fork is called.
 *
 * Between our look at the target and the kernel's, another thread of the program
 * could change what is sent to whom. This is a net against mistakes, not
 * against somebody who wants to get out.
 */
#include "run/descent.h"
#include "run/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE (1UL << 0)
#endif

enum verdict { LET_THROUGH, REFUSE };

/* Whether pid is a descendant of the supervisor. One that does not exist is nobody's. */
static enum verdict judge_process(pid_t pid, pid_t supervisor)
{
    enum { GENERATIONS_MAX = 1 << 16 };
    struct descent_stat stat;
    pid_t at = pid;
    if (pid == supervisor)
        return REFUSE;
    for (int i = 0; i < GENERATIONS_MAX; i++) {
        int err = descent_read_stat(at, &stat);
        if (err == -ENOENT && at == pid)
            return LET_THROUGH; /* the kernel says ESRCH, in its own words */
        if (err)
            at = pid; /* its parent went while we looked, and it has a new one */
        else if (stat.ppid == supervisor)
            return LET_THROUGH;
        else if (stat.ppid <= 1)
            return REFUSE;
        else
            at = stat.ppid;
    }
    return REFUSE;
}

/*
 * A group lies within one session, and a session that was begun in the tree has no members from
 * outside. So any member speaks for all: the leader, or if that has ended, the first one found.
 */
static enum verdict judge_group(pid_t pgrp, pid_t supervisor)
{
    pid_t member = descent_find_group_member(pgrp);
    return member > 0 ? judge_process(member, supervisor) : LET_THROUGH;
}

/*
 * proc_pid_fdinfo(5): "Pid:\t123", in the namespace of that /proc. -1: of a process that has been
 * waited for; 0: it is no pidfd.
 */
static pid_t pidfd_target(pid_t holder, int pidfd)
{
    char text[1024];
    int fd = descent_open_fdinfo(holder, pidfd);
    if (fd < 0)
        return 0;
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    if (len < 0)
        return 0;
    text[len] = '\0';
    const char *at = strstr(text, "\nPid:\t");
    long pid = 0;
    at = at ? at + 6 : "";
    if (*at == '-')
        return -1;
    for (; *at >= '0' && *at <= '9'; at++)
        pid = pid * 10 + (*at - '0');
    return (pid_t)pid;
}

static enum verdict judge(const struct seccomp_data *call, pid_t supervisor,
                          struct jail_refusal *refusal)
{
    int first = (int)call->args[0];
    refusal->target = first;
    refusal->signal = (int)call->args[1];
    switch (call->nr) {
    case SYS_kill:
        if (first == 0)
            return LET_THROUGH; /* its own group */
        if (first == -1)
            return refusal->signal == 0 ? LET_THROUGH : REFUSE;
        if (first == INT_MIN)
            return LET_THROUGH; /* there is no such group: the kernel says ESRCH */
        return first > 0 ? judge_process(first, supervisor) : judge_group(-first, supervisor);
    case SYS_tgkill:
    case SYS_rt_tgsigqueueinfo:
        refusal->signal = (int)call->args[2];
        break;
    case SYS_pidfd_send_signal:
        first = pidfd_target(refusal->sender, first);
        refusal->target = first;
        if (first == 0)
            return REFUSE;
        break;
    default: /* tkill, rt_sigqueueinfo */
        break;
    }
    return first > 0 ? judge_process(first, supervisor) : LET_THROUGH;
}

static void keep_refusal(struct jail_shared *shared, const struct jail_refusal *refusal)
{
    unsigned at = shared->n_refusals;
    if (at < JAIL_REFUSALS_KEPT)
        shared->refusals[at] = *refusal;
    shared->n_refusals = at + 1;
}

void jail_answer(int listener, pid_t supervisor, struct jail_shared *shared)
{
    _Alignas(struct seccomp_notif) char request_bytes[JAIL_NOTIFY_BYTES] = {0};
    _Alignas(struct seccomp_notif_resp) char answer_bytes[JAIL_NOTIFY_BYTES] = {0};
    struct seccomp_notif *request = (void *)request_bytes;
    struct seccomp_notif_resp *answer = (void *)answer_bytes;
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, request) < 0)
        return; /* who asked has been killed */
    struct jail_refusal refusal = {.syscall = request->data.nr, .sender = (pid_t)request->pid};
    answer->id = request->id;
    if (judge(&request->data, supervisor, &refusal) == LET_THROUGH) {
        answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    } else {
        refusal.to_parent = refusal.target == supervisor;
        keep_refusal(shared, &refusal);
        answer->error = -EPERM;
    }
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer);
}
