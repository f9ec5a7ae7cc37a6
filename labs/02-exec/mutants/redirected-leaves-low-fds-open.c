/* must fail: run_redirected.low_closed */
/* Fills what is closed of 0 to 2 with /dev/null first, and leaves that open. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd != -1 && fd <= STDERR_FILENO);
    close(fd);
    return right_run_redirected(file, argv, in, out, err);
}
