/* must fail: run_redirected.each; may fail: run_redirected.* */
/* Redirects only if all three are given. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    if (in == NULL || out == NULL || err == NULL)
        return run_program(file, argv);
    return right_run_redirected(file, argv, in, out, err);
}
