/* must fail: process_switch_ns.eintr */
/* A signal that interrupts waitpid() is taken for the end of the child. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

static double wait_once(struct wires *w, size_t rounds)
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
    double ns = time_rounds(w, rounds);
    close_end(&w->there[1]);
    waitpid(pid, NULL, 0);
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(wait_once, rounds, cpu);
}
