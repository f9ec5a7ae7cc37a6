/* must fail: run_program.inherited */
/* Opens something that is not close-on-exec: the program has it, too. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    int fd = open("/dev/null", O_RDONLY);
    int status = right_run_program(file, argv);

    close(fd);
    return status;
}
