/* must fail: process_switch_ns.no_zombie; may fail: process_switch_ns.switches process_switch_ns.no_process process_switch_ns.eintr */
/* The child is left as a zombie. */
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
        if (!put(w->there[1]) || !take(w->back[0]))
            return -1;
    ns = (now_ns() - start) / 2 / (double)rounds;
    close_end(&w->there[1]);
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(wrong_way, rounds, cpu);
}
