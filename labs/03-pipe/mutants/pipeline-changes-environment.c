/* must fail: run_pipeline.no_leak; may fail: run_pipeline.no_pipe run_pipeline.failure */
/* Changes the environment for the programs, and so the caller's. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    setenv("PIPELINE", "1", 1);
    return right_run_pipeline(n, argvs, status);
}
