/* must fail: run_pipeline.dispositions */
/* SIGPIPE is at its default in the programs, whatever the caller has. */
#include <signal.h>
#include <unistd.h>

static int exec_with_default(const char *file, char *const argv[])
{
    signal(SIGPIPE, SIG_DFL);
    return execvp(file, argv);
}

#define execvp exec_with_default
#include "../solution.c"
