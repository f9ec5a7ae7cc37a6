/* must fail: run_program.status; may fail: run_program.* */
/* Does not wait: takes a program that was started for one that did well. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0)
        become(file, argv);
    return 0;
}
