/* must fail: process_switch_ns.one_byte */
/* Pages, not bytes. */
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
        char page[4096];
        ssize_t n;
        while ((n = read(w->there[0], page, sizeof page)) != 0)
            if (n > 0)
                write(w->back[1], page, (size_t)n);
        _exit(0);
    }
    close_end(&w->there[0]);
    close_end(&w->back[1]);
    double start = now_ns(), ns;
    static char page[4096];
    for (size_t i = 0; i < rounds; i++)
        if (TEMP_FAILURE_RETRY(write(w->there[1], page, sizeof page)) == -1 ||
            TEMP_FAILURE_RETRY(read(w->back[0], page, sizeof page)) == -1)
            return -1;
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
