/* must fail: run_with_env.many */
/* An array of 64 changes, and no more. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    char *some[65] = {NULL};

    for (size_t i = 0; i < 64 && changes[i] != NULL; i++)
        some[i] = changes[i];
    return right_run_with_env(file, argv, some);
}
