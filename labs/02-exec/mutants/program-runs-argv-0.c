/* must fail: run_program.direct */
/* Runs what argv[0] says, not file. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    (void)file;
    if (pid == 0)
        become(argv[0], argv);
    return wait_for(pid);
}
