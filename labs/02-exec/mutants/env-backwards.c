/* must fail: run_with_env.order */
/* From the last change to the first. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    size_t n = 0;
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        while (changes[n] != NULL)
            n++;
        while (n-- > 0)
            change_env(changes[n]);
        become(file, argv);
    }
    return wait_for(pid);
}
