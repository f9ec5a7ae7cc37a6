/* must fail: run_redirected.low_closed */
/* Opens /dev/null at 0 to 2 first, where they are closed: the program has them, too. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    int opened[3];
    int n = 0, fd;

    while ((fd = open("/dev/null", O_RDWR)) != -1 && fd <= 2)
        opened[n++] = fd;
    close(fd);
    int status = right_run_redirected(file, argv, in, out, err);
    int error = errno;
    while (n > 0)
        close(opened[--n]);
    errno = error;
    return status;
}
