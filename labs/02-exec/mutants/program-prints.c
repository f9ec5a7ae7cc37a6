/* must fail: run_program.caller */
/* Says what it runs. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <stdio.h>

int run_program(const char *file, char *const argv[])
{
    printf("running %s\n", file);
    return right_run_program(file, argv);
}
