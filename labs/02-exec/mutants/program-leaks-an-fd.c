/* must fail: run_program.caller; may fail: run_program.no_process */
/* Opens something and forgets it. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) == -1)
        return -1;
    return right_run_program(file, argv);
}
