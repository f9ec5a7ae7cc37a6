/* must fail: run_program.caller */
/* Says on standard error, in the child, why exec has failed. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <stdio.h>

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        execvp(file, argv);
        int error = errno;
        perror(file);
        _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
    }
    return wait_for(pid);
}
