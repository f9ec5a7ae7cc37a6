/* must fail: run_with_env.status; may fail: run_with_env.exec_fails run_with_env.path */
/* Hands on the raw wait status. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    int status = right_run_with_env(file, argv, changes);

    return status == -1                   ? -1
           : status > 128 && status < 193 ? status - 128
                                          : status << 8;
}
