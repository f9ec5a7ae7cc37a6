/* must fail: run_program.works; may fail: run_program.* */
/* Closes what the program should inherit. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        become(file, argv);
    }
    return wait_for(pid);
}
