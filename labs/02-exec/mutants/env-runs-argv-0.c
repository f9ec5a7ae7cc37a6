/* must fail: run_with_env.direct; may fail: run_with_env.path */
/* Runs what argv[0] says, not file. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    (void)file;
    return right_run_with_env(argv[0], argv, changes);
}
