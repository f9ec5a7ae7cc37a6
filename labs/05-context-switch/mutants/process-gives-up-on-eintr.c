/* must fail: process_switch_ns.eintr */
/* A signal handler has run: it takes that for a failure. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

static double rounds_once(const struct wires *w, size_t rounds)
{
    char byte = 'x';
    double start = now_ns();

    for (size_t i = 0; i < rounds; i++)
        if (write(w->there[1], &byte, 1) != 1 ||
            read(w->back[0], &byte, 1) != 1)
            return -1;
    return (now_ns() - start) / 2 / (double)rounds;
}

static double once_process(struct wires *w, size_t rounds)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        close_end(&w->there[1]);
        send_back(w);
        _exit(0);
    }
    double ns = rounds_once(w, rounds);
    close_end(&w->there[1]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(once_process, rounds, cpu);
}
