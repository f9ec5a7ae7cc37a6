/* must fail: thread_switch_ns.two_pipes; may fail: thread_switch_ns.no_pipe */
/* A socketpair in place of the pipes. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

#include <sys/socket.h>

static double by_socket(struct wires *w, size_t rounds)
{
    int ends[2];

    (void)w;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
        return -1;
    struct wires near = {{-1, ends[0]}, {ends[0], -1}};
    struct wires far = {{ends[1], -1}, {-1, ends[1]}};
    pthread_t thread;
    if (pthread_create(&thread, NULL, thread_main, &far) != 0) {
        close_pipe(ends);
        return -1;
    }
    double ns = time_rounds(&near, rounds);
    close(ends[0]);
    pthread_join(thread, NULL);
    close(ends[1]);
    return ns;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(by_socket, rounds, cpu);
}
