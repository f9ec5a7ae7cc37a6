/* must fail: process_switch_ns.only_trips */
/* The clock runs while the child is made. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

/* The trips alone. */
static bool make_trips(const struct wires *w, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++)
        if (!put(w->there[1]) || !take(w->back[0]))
            return false;
    return true;
}

static double with_the_fork(struct wires *w, size_t rounds)
{
    double start = now_ns();
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
    double ns = make_trips(w, rounds) ? now_ns() - start : -1;
    close_end(&w->there[1]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns / 2 / (double)rounds;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(with_the_fork, rounds, cpu);
}
