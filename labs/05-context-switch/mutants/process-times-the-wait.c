/* must fail: process_switch_ns.only_trips */
/* The clock runs until the child has ended. */
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

static double with_the_wait(struct wires *w, size_t rounds)
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
    double start = now_ns();
    bool is_done = make_trips(w, rounds);
    close_end(&w->there[1]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return is_done ? (now_ns() - start) / 2 / (double)rounds : -1;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(with_the_wait, rounds, cpu);
}
