#include "proc/sockdiag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int sockdiag_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    return fd < 0 ? -errno : fd;
}

/* inode 0: all. */
static int send_request(int fd, uint64_t inode)
{
    struct {
        struct nlmsghdr head;
        struct unix_diag_req request;
    } message = {
        .head = {.nlmsg_len = sizeof message,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (inode ? 0 : NLM_F_DUMP))},
        .request = {.sdiag_family = AF_UNIX,
                    .udiag_states = UINT32_MAX,
                    .udiag_ino = (uint32_t)inode,
                    .udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN,
                    .udiag_cookie = {UINT32_MAX, UINT32_MAX}}, /* any */
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t n;
    do
        n = sendto(fd, &message, sizeof message, 0, (const void *)&kernel, sizeof kernel);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

static void read_socket(const struct nlmsghdr *head, struct unix_socket *out)
{
    const struct unix_diag_msg *diag = (const void *)((const char *)head + NLMSG_HDRLEN);
    const char *end = (const char *)head + head->nlmsg_len;

    *out = (struct unix_socket){
        .inode = diag->udiag_ino,
        .received_bytes = -1,
        .is_listening = diag->udiag_state == TCP_LISTEN,
    };
    for (const char *at = (const char *)(diag + 1); end - at >= (ptrdiff_t)sizeof(struct rtattr);) {
        struct rtattr attribute;
        memcpy(&attribute, at, sizeof attribute);
        if (attribute.rta_len < sizeof attribute || attribute.rta_len > end - at)
            break;
        const char *data = at + RTA_LENGTH(0);
        size_t len = attribute.rta_len - RTA_LENGTH(0);
        if (attribute.rta_type == UNIX_DIAG_PEER && len >= sizeof(uint32_t)) {
            uint32_t peer;
            memcpy(&peer, data, sizeof peer);
            out->peer_inode = peer;
        } else if (attribute.rta_type == UNIX_DIAG_RQLEN && len >= sizeof(struct unix_diag_rqlen)) {
            struct unix_diag_rqlen queue;
            memcpy(&queue, data, sizeof queue);
            /* Of a listening socket these are connections, not bytes. */
            if (diag->udiag_type != SOCK_DGRAM && !out->is_listening)
                out->received_bytes = queue.udiag_rqueue;
        }
        at += RTA_ALIGN(attribute.rta_len);
    }
}

/* Read the answers to one request, until its end. */
static int receive(int fd, bool is_dump, void (*each)(const struct unix_socket *, void *),
                   void *arg)
{
    union {
        struct nlmsghdr alignment;
        char bytes[16384];
    } buf;

    for (;;) {
        ssize_t n = recv(fd, buf.bytes, sizeof buf.bytes, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EPIPE;
        unsigned left = (unsigned)n;
        for (const struct nlmsghdr *head = &buf.alignment; NLMSG_OK(head, left);
             head = NLMSG_NEXT(head, left)) {
            struct unix_socket socket;
            if (head->nlmsg_type == NLMSG_DONE)
                return 0;
            if (head->nlmsg_type == NLMSG_ERROR) {
                const struct nlmsgerr *error = (const void *)((const char *)head + NLMSG_HDRLEN);
                return error->error;
            }
            if (head->nlmsg_len < NLMSG_LENGTH(sizeof(struct unix_diag_msg)))
                return -EBADMSG;
            read_socket(head, &socket);
            each(&socket, arg);
            if (!is_dump)
                return 0;
        }
    }
}

static void keep(const struct unix_socket *socket, void *arg)
{
    *(struct unix_socket *)arg = *socket;
}

int sockdiag_find(int fd, uint64_t inode, struct unix_socket *out)
{
    struct unix_socket found = {0};
    if (inode == 0 || inode > UINT32_MAX)
        return -ENOENT;
    int rc = send_request(fd, inode);
    if (rc == 0)
        rc = receive(fd, false, keep, &found);
    if (rc == 0)
        *out = found;
    return rc;
}

int sockdiag_each(int fd, void (*each)(const struct unix_socket *, void *), void *arg)
{
    int rc = send_request(fd, 0);
    return rc < 0 ? rc : receive(fd, true, each, arg);
}
