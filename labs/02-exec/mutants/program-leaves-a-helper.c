/* must fail: run_program.caller; may fail: run_program.no_zombie */
/* A second process of its own, that nobody ends. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t helper = fork();

    if (helper == -1)
        return -1;
    if (helper == 0) {
        pause();
        _exit(0);
    }
    return right_run_program(file, argv);
}
