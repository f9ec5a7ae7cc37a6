/* must fail: process_switch_ns.switches; may fail: process_switch_ns.eintr process_switch_ns.not_subtracted process_switch_ns.processes process_switch_ns.pinned process_switch_ns.two_pipes process_switch_ns.time */
/* All bytes there, and then all back: nobody has to wait for each. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

static double wrong_way(struct wires *w, size_t rounds)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        close_end(&w->there[1]);
        close_end(&w->back[0]);
        send_back(w);
        _exit(0);
    }
    close_end(&w->there[0]);
    close_end(&w->back[1]);
    double start = now_ns(), ns;
    for (size_t i = 0; i < rounds; i++)
        put(w->there[1]);
    for (size_t i = 0; i < rounds; i++)
        take(w->back[0]);
    ns = (now_ns() - start) / 2 / (double)rounds;
    close_end(&w->there[1]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(wrong_way, rounds, cpu);
}
