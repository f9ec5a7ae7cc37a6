/* must fail: run_pipeline.low_fds */
/* Opens what is closed of 0 to 2, as some programs do, and leaves it open. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    int fd;

    while ((fd = open("/dev/null", O_RDWR)) != -1 && fd <= STDERR_FILENO)
        ;
    if (fd != -1)
        close(fd);
    return right_run_pipeline(n, argvs, status);
}
