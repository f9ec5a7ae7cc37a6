/* must fail: reap_children.many */
/* An array of fixed size. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    return right_reap_children(n < 32 ? n : 32, pids, status);
}
