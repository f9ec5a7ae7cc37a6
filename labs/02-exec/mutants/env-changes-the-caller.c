/* must fail: run_with_env.caller */
/* Changes the caller's own environment, before the fork. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    for (size_t i = 0; changes[i] != NULL; i++)
        change_env(changes[i]);
    return run_program(file, argv);
}
