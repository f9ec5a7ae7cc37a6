/* must fail: run_pipeline.one */
/* Insists on a pipe: one program alone is refused. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    if (n == 1) {
        errno = EINVAL;
        return -1;
    }
    return right_run_pipeline(n, argvs, status);
}
