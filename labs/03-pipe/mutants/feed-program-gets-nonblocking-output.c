/* must fail: feed_and_capture.blocking */
/* Each pipe is made with O_NONBLOCK, on both of its ends; only the one that the
   program reads is put right again. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int pipe_without_waiting(int ends[2], int flags)
{
    return pipe2(ends, flags | O_NONBLOCK);
}

static ssize_t read_again(int fd, void *buf, size_t n)
{
    ssize_t got = read(fd, buf, n);

    if (got == -1 && errno == EAGAIN)
        errno = EINTR;
    return got;
}

static int exec_after_one(const char *file, char *const argv[])
{
    fcntl(STDIN_FILENO, F_SETFL, O_RDONLY);
    return execvp(file, argv);
}

#define pipe2  pipe_without_waiting
#define read   read_again
#define execvp exec_after_one
#include "../solution.c"
