/* must fail: process_switch_ns.time; may fail: process_switch_ns.* */
/* The seconds of the time are left out. */
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

static double without_seconds(struct wires *w, size_t rounds)
{
    struct timespec start, end;
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
    clock_gettime(CLOCK_MONOTONIC, &start);
    bool is_done = make_trips(w, rounds);
    clock_gettime(CLOCK_MONOTONIC, &end);
    close_end(&w->there[1]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return is_done ? (double)(end.tv_nsec - start.tv_nsec) / 2 / (double)rounds
                   : -1;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(without_seconds, rounds, cpu);
}
