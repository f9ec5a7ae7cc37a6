/* must fail: run_redirected.caller */
/* Says on standard error which file could not be opened. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

#include <stdio.h>

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    int result = right_run_redirected(file, argv, in, out, err);

    if (result == -1) {
        int error = errno;
        perror("open");
        errno = error;
    }
    return result;
}
