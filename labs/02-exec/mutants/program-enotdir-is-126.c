/* must fail: run_program.not_found */
/* ENOTDIR is not found, too. */
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
        _exit(errno == ENOENT ? 127 : 126);
    }
    return wait_for(pid);
}
