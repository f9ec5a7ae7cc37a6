/* must fail: run_redirected.status; may fail: run_redirected.exec_fails run_redirected.low_closed */
/* Hands on the raw wait status. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    int status = right_run_redirected(file, argv, in, out, err);

    return status == -1                   ? -1
           : status > 128 && status < 193 ? status - 128
                                          : status << 8;
}
