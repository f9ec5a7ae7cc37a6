/*
 * look.h - how a demo sees what its children are doing: /proc, read once, of
 * processes that it started itself. (The dashboard's own reader is src/proc.)
 */
#ifndef PROCLAB_LABKIT_LOOK_H
#define PROCLAB_LABKIT_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct look {
    char state;       /* proc_pid_stat(5), field 3; 0: it is gone */
    const char *call; /* "read", "write", "other"; NULL: not to be seen */
    int fd;           /* that call's first argument; -1: unknown */
    char channel[64]; /* proc_pid_wchan(5); "": unknown */
};

/* 0, or -errno (-ENOENT: it is gone). What may not be read is left unknown. */
int look_at(pid_t pid, struct look *look);

/*
 * Wait until it sleeps in this call ("read", "write"), seen at two looks in a row: at most
 * timeout_ms. The last look is in *look (may be NULL). Where the kernel hides the call (ptrace
 * access) and the channel, sleeping is taken for it.
 */
bool look_until_asleep_in(pid_t pid, const char *call, int timeout_ms, struct look *look);

/* A look in words: "asleep in write(4)". Returns buf. */
char *look_words(const struct look *look, char *buf, size_t len);
/* Where that was read: "wchan pipe_write", or the file. Returns buf. */
char *look_source(const struct look *look, char *buf, size_t len);

/*
 * Which fds of a process are ends of the pipe that fd refers to here: "read end 3, write end 4" in
 * words, and how many. -errno where they cannot be listed.
 */
int look_pipe_ends(pid_t pid, int fd, char *words, size_t len);

#endif
