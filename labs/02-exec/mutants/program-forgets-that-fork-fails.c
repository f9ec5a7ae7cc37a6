/* must fail: run_program.no_process */
/* waitpid(-1): it waits for any child, and there is none. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0)
        become(file, argv);
    return wait_for(pid);
}
