/* must fail: run_with_env.no_changes; may fail: run_with_env.none */
/* Takes no changes for a mistake. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    if (changes[0] == NULL) {
        errno = EINVAL;
        return -1;
    }
    return right_run_with_env(file, argv, changes);
}
