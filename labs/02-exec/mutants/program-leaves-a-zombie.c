/* must fail: run_program.no_zombie; may fail: run_program.caller */
/* WNOWAIT: looks at the status and leaves the zombie. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    siginfo_t info;
    if (pid == 0)
        become(file, argv);
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
        if (errno != EINTR)
            return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
