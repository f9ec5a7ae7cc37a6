/* must fail: run_pipeline.exec_fails */
/* The child whose exec failed says so on standard error. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static int exec_or_complain(const char *file, char *const argv[])
{
    execvp(file, argv);
    int error = errno;
    perror(file);
    errno = error;
    return -1;
}

#define execvp exec_or_complain
#include "../solution.c"
