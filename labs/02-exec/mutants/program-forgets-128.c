/* must fail: run_program.status */
/* The signal's number alone, taken for an exit code. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    int status = right_run_program(file, argv);

    return status > 128 && status < 193 ? status - 128 : status;
}
