/* must fail: capture_output.inherited; may fail: capture_output.failure */
/* Ignores SIGINT while the program runs, and ever after. */
#include <signal.h>
#include <unistd.h>

static int exec_with_default(const char *file, char *const argv[])
{
    signal(SIGINT, SIG_DFL);
    return execvp(file, argv);
}

#define execvp         exec_with_default
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    signal(SIGINT, SIG_IGN);
    return right_capture_output(argv, out, len);
}
