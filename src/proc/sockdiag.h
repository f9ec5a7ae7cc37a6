/*
 * sockdiag.h - who is connected to whom among unix sockets: NETLINK_SOCK_DIAG, sock_diag(7).
 *
 * Sees the sockets of our own network namespace only.
 */
#ifndef PROCLAB_PROC_SOCKDIAG_H
#define PROCLAB_PROC_SOCKDIAG_H

#include <stdbool.h>
#include <stdint.h>

struct unix_socket {
    uint64_t inode;
    uint64_t peer_inode; /* 0: not connected */
    int64_t
        received_bytes; /* in its receive queue; -1: unknown (of a datagram socket the kernel tells
                               the first datagram's alone) */
    bool is_listening;
};

/* A socket to ask through, close-on-exec; or -errno. The caller's to close. */
int sockdiag_open(void);

/* Ask for one, by inode. 0 and *out; -ENOENT no such unix socket here; else -errno. */
int sockdiag_find(int fd, uint64_t inode, struct unix_socket *out);

/* Call each() for every unix socket. 0 or -errno. */
int sockdiag_each(int fd, void (*each)(const struct unix_socket *, void *arg), void *arg);

#endif
