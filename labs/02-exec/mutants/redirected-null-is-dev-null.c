/* must fail: run_redirected.inherits; may fail: run_redirected.each run_redirected.low_closed */
/* NULL is taken for /dev/null. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    return right_run_redirected(file, argv, in ? in : "/dev/null",
                                out ? out : "/dev/null",
                                err ? err : "/dev/null");
}
