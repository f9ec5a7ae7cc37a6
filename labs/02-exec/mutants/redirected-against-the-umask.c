/* must fail: run_redirected.creates */
/* Makes it 0644 whatever the umask is. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    mode_t before = umask(0);
    int status = right_run_redirected(file, argv, in, out, err);

    umask(before);
    return status;
}
