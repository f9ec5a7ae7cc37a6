/* must fail: run_pipeline.many */
/* A table of fixed size: no more than eight programs. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    if (n > 8) {
        errno = E2BIG;
        return -1;
    }
    return right_run_pipeline(n, argvs, status);
}
