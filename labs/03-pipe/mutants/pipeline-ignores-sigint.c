/* must fail: run_pipeline.dispositions */
/* Ignores SIGINT meanwhile, as system(3) does: the programs inherit that. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    sighandler_t before = signal(SIGINT, SIG_IGN);
    int last = right_run_pipeline(n, argvs, status);
    int error = errno;

    signal(SIGINT, before);
    errno = error;
    return last;
}
