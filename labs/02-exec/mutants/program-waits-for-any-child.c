/* must fail: run_program.other_children; may fail: run_program.stopped */
/* wait() takes whichever child ends first. */
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
    while (wait(&wstatus) == -1)
        if (errno != EINTR)
            return -1;
    if (WIFSIGNALED(wstatus))
        return 128 + WTERMSIG(wstatus);
    return WEXITSTATUS(wstatus);
}
