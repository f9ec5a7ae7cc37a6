/* must fail: run_program.status; may fail: run_program.not_found run_program.cannot_run run_program.stopped */
/* Hands on the raw wait status. */
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
    return wstatus;
}
