/* must fail: reap_children.n_zero */
/* n 0 is taken for "all there are". */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    while (n == 0 && (wait(NULL) > 0 || errno == EINTR))
        ;
    return right_reap_children(n, pids, status);
}
