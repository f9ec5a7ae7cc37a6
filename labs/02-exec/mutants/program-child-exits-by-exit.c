/* must fail: run_program.exit */
/* exit() in place of _exit(): the child writes the caller's buffers, too. */
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
        exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    return wait_for(pid);
}
