/* must fail: run_program.status */
/* WEXITSTATUS of a program that a signal killed. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    int wstatus;
    if (pid == 0)
        become(file, argv);
    while (waitpid(pid, &wstatus, 0) == -1)
        if (errno != EINTR)
            return -1;
    return WEXITSTATUS(wstatus);
}
