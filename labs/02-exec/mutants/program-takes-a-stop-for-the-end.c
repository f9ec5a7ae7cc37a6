/* must fail: run_program.stopped */
/* Asks for stopped children, too, and takes one for one that has ended. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    int wstatus;
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0)
        become(file, argv);
    while (waitpid(pid, &wstatus, WUNTRACED) == -1)
        if (errno != EINTR)
            return -1;
    if (WIFSTOPPED(wstatus))
        return 128 + WSTOPSIG(wstatus);
    return WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : 128 + WTERMSIG(wstatus);
}
