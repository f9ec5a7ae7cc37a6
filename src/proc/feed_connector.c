/*
 * The process-events connector: netlink, of the whole system, for root, or for anybody since Linux
 * 6.6; in the initial namespaces alone. It tells exit statuses.
 */
#include "proc/clock.h"
#include "proc/feed.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WANTED_BUFFER_BYTES = 8 << 20,
    ANSWER_WAIT_MS = 500,
    MESSAGE_BYTES = 4096,
    CPUS_MOST = 4096,
    GATHER_BYTES_PER_MS = 2 << 20, /* more than all CPUs make: 1 KiB a message in the buffer */
};

struct feed_connector {
    struct feed feed;         /* first */
    uint32_t next[CPUS_MOST]; /* of each CPU: the number that its next message has */
    bool is_known[CPUS_MOST];
};

/* ---- messages ------------------------------------------------------------------------------- */

/* The next one: 1; nothing is there: 0; or -errno (-ENOBUFS: some were lost). */
static int receive(int fd, struct cn_msg *head, struct proc_event *event)
{
    union {
        struct nlmsghdr header;
        char bytes[MESSAGE_BYTES];
    } buf;
    struct sockaddr_nl from = {0};
    socklen_t from_len = sizeof from;
    const size_t at = NLMSG_HDRLEN + sizeof *head;
    for (;;) {
        ssize_t n = recvfrom(fd, buf.bytes, sizeof buf.bytes, MSG_DONTWAIT,
                             (struct sockaddr *)&from, &from_len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
        /* From the kernel alone; a process may send to us as well. */
        if (from.nl_pid != 0 || (size_t)n < at + sizeof *event)
            continue;
        memcpy(head, buf.bytes + NLMSG_HDRLEN, sizeof *head);
        memcpy(event, buf.bytes + at, sizeof *event);
        if (head->id.idx == CN_IDX_PROC && head->id.val == CN_VAL_PROC)
            return 1;
    }
}

/* Its times are CLOCK_MONOTONIC's. */
static uint64_t boot_minus_monotonic_ns(void)
{
    uint64_t monotonic_ns = clock_ns(CLOCK_MONOTONIC);
    return clock_ns(CLOCK_BOOTTIME) - monotonic_ns;
}

/* False: it is of no interest. */
static bool translate(const struct proc_event *event, uint64_t offset_ns,
                      struct lifecycle_record *record)
{
    *record = (struct lifecycle_record){.time_ns = event->timestamp_ns + offset_ns, .status = -1};
    switch (event->what) {
    case PROC_EVENT_FORK:
        record->kind = LIFECYCLE_FORK;
        record->pid = event->event_data.fork.child_tgid;
        record->tid = event->event_data.fork.child_pid;
        record->parent = event->event_data.fork.parent_tgid;
        return true;
    case PROC_EVENT_EXEC:
        record->kind = LIFECYCLE_EXEC;
        record->pid = event->event_data.exec.process_tgid;
        record->tid = event->event_data.exec.process_pid;
        return true;
    case PROC_EVENT_EXIT:
        record->kind = LIFECYCLE_EXIT;
        record->pid = event->event_data.exit.process_tgid;
        record->tid = event->event_data.exit.process_pid;
        record->status = (int)event->event_data.exit.exit_code;
        return true;
    default:
        return false;
    }
}

/* How many messages of its CPU before this one never came. */
static uint32_t count_gap(struct feed_connector *c, const struct cn_msg *head,
                          const struct proc_event *event)
{
    uint32_t cpu = event->cpu, gap = 0;
    if (cpu >= CPUS_MOST)
        return 0;
    if (c->is_known[cpu])
        gap = head->seq - c->next[cpu];
    c->is_known[cpu] = true;
    c->next[cpu] = head->seq + 1;
    return gap < UINT32_MAX / 2 ? gap : 0;
}

static void put_lost(struct feed_sink *sink, uint64_t time_ns, int64_t count)
{
    struct lifecycle_record lost = {
        .time_ns = time_ns, .kind = LIFECYCLE_LOST, .count = count, .status = -1};
    sink->put(sink, &lost);
}

/*
 * ENOBUFS says that messages were lost, the gap in the numbers of the next one how many. They may
 * have been of any kind and of anybody's processes: a bound.
 */
static void connector_drain(struct feed *feed, struct feed_sink *sink)
{
    struct feed_connector *c = (struct feed_connector *)feed;
    uint64_t offset_ns = boot_minus_monotonic_ns();
    struct cn_msg head = {0};
    struct proc_event event = {0};
    int rc;
    while ((rc = receive(c->feed.fd, &head, &event)) > 0 || rc == -ENOBUFS) {
        struct lifecycle_record record;
        if (rc < 0)
            continue;
        bool is_wanted = translate(&event, offset_ns, &record);
        /* An answer to whoever begins to listen is numbered, too. */
        uint32_t gap = count_gap(c, &head, &event);
        if (gap > 0)
            put_lost(sink, record.time_ns, gap);
        if (is_wanted)
            sink->put(sink, &record);
    }
}

/* ---- begin and end -------------------------------------------------------------------------- */

static int subscribe(int fd, enum proc_cn_mcast_op op, uint32_t number)
{
    struct {
        struct nlmsghdr head;
        struct cn_msg message;
        enum proc_cn_mcast_op op;
    } __attribute__((packed)) request = {
        .head = {.nlmsg_len = sizeof request, .nlmsg_type = NLMSG_DONE},
        .message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .ack = number, .len = sizeof request.op},
        .op = op,
    };
    return send(fd, &request, sizeof request, 0) == (ssize_t)sizeof request ? 0 : -errno;
}

static void connector_free(struct feed *feed)
{
    struct feed_connector *c = (struct feed_connector *)feed;
    if (c->feed.fd >= 0) {
        subscribe(c->feed.fd, PROC_CN_MCAST_IGNORE, 0);
        close(c->feed.fd);
    }
    free(c);
}

static int64_t monotonic_ms(void)
{
    return (int64_t)(clock_ns(CLOCK_MONOTONIC) / 1000000);
}

/*
 * The kernel answers who asks from the initial namespaces, and ignores all others; but what it tells
 * somebody else who listens comes here, too, and may never cease, and so do the answers to others. Ours
 * has our number.
 */
static int await_answer(struct feed_connector *c, uint32_t number)
{
    struct cn_msg head = {0};
    struct proc_event event = {0};
    struct pollfd readable = {.fd = c->feed.fd, .events = POLLIN};
    int64_t until_ms = monotonic_ms() + ANSWER_WAIT_MS, left_ms;
    while ((left_ms = until_ms - monotonic_ms()) > 0 && poll(&readable, 1, (int)left_ms) > 0) {
        int rc = receive(c->feed.fd, &head, &event);
        if (rc < 0 && rc != -ENOBUFS)
            return rc;
        if (rc > 0 && event.what == PROC_EVENT_NONE && head.ack == number + 1)
            return -(int)event.event_data.ack.err;
    }
    return -ECHRNG;
}

static int connect_socket(struct feed_connector *c)
{
    struct sockaddr_nl us = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
    const int wanted = WANTED_BUFFER_BYTES;
    c->feed.fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
    if (c->feed.fd < 0)
        return -errno;
    /* As much as may be had: root's, or up to rmem_max. */
    if (setsockopt(c->feed.fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) < 0)
        setsockopt(c->feed.fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    int obtained = 0;
    socklen_t len = sizeof obtained;
    if (getsockopt(c->feed.fd, SOL_SOCKET, SO_RCVBUF, &obtained, &len) == 0)
        c->feed.gather_ms = obtained / GATHER_BYTES_PER_MS;
    if (bind(c->feed.fd, (const struct sockaddr *)&us, sizeof us) < 0)
        return -errno;
    uint32_t number = (uint32_t)getpid() << 12 ^ (uint32_t)monotonic_ms();
    int rc = subscribe(c->feed.fd, PROC_CN_MCAST_LISTEN, number);
    return rc < 0 ? rc : await_answer(c, number);
}

int feed_connector_open(struct feed **out)
{
    static const struct feed_ops ops = {
        .drain = connector_drain, .free = connector_free, .from = EVENTS_CONNECTOR};
    struct feed_connector *c = calloc(1, sizeof *c);
    if (!c)
        return -ENOMEM;
    c->feed.ops = &ops;
    c->feed.fd = -1;
    int rc = connect_socket(c);
    if (rc < 0)
        connector_free(&c->feed);
    else
        *out = &c->feed;
    return rc;
}
