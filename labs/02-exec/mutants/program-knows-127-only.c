/* must fail: run_program.cannot_run */
/* 127, whatever exec failed with. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        execvp(file, argv);
        _exit(127);
    }
    return wait_for(pid);
}
