/* must fail: process_switch_ns.works; may fail: process_switch_ns.* */
/* The child holds a copy of the write end: it never sees EOF. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

static double wrong_way(struct wires *w, size_t rounds)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        send_back(w);
        _exit(0);
    }
    double ns = time_rounds(w, rounds);
    close_end(&w->there[1]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(wrong_way, rounds, cpu);
}
