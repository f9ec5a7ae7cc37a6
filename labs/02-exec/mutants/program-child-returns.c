/* must fail: run_program.child_returns; may fail: run_program.not_found run_program.cannot_run run_program.exit run_program.no_zombie run_program.other_children run_program.caller */
/* exec failed, and the child goes on as a second parent. */
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
        return errno == ENOENT || errno == ENOTDIR ? 127 : 126;
    }
    return wait_for(pid);
}
