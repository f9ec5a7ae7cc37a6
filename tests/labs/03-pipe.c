/*
 * 03-pipe.c - an independent look at what lab 03's demo states: the same
 * figures by other means (poll(2) and non-blocking writes, one process), one
 * "name value" a line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes that go in until poll(2) says that no more would. */
static long fill_by(size_t block)
{
    char buf[65536];
    int ends[2];
    long bytes = 0;

    memset(buf, 'x', sizeof buf);
    if (pipe2(ends, O_NONBLOCK) == -1)
        return -1;
    for (;;) {
        ssize_t n = write(ends[1], buf, block);
        if (n <= 0)
            break;
        bytes += n;
    }
    close(ends[0]);
    close(ends[1]);
    return bytes;
}

static int size_after(int wanted)
{
    int ends[2];

    if (pipe(ends) == -1 || fcntl(ends[0], F_SETPIPE_SZ, wanted) == -1)
        return -1;
    return fcntl(ends[0], F_GETPIPE_SZ);
}

int main(void)
{
    int ends[2];

    if (pipe(ends) == -1)
        return 1;
    printf("capacity %d\n", fcntl(ends[0], F_GETPIPE_SZ));
    printf("measured_capacity %ld\n", fill_by(1));
    printf("fill_when_it_blocks %ld\n", fill_by(3000));
    printf("asked_for_1 %d\n", size_after(1));
    printf("asked_for_5000 %d\n", size_after(5000));
    printf("PIPE_BUF %ld\n", fpathconf(ends[1], _PC_PIPE_BUF));
    return 0;
}
