/* must fail: process_switch_ns.two_pipes; may fail: process_switch_ns.no_pipe */
/* A socketpair in place of the pipes. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

#include <sys/socket.h>

static double by_socket(struct wires *w, size_t rounds)
{
    int ends[2];

    (void)w;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
        return -1;
    struct wires near = {{-1, ends[0]}, {ends[0], -1}};
    struct wires far = {{ends[1], -1}, {-1, ends[1]}};
    pid_t pid = fork();
    if (pid == -1) {
        close_pipe(ends);
        return -1;
    }
    if (pid == 0) {
        close(ends[0]);
        send_back(&far);
        _exit(0);
    }
    close(ends[1]);
    double ns = time_rounds(&near, rounds);
    close(ends[0]);
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(by_socket, rounds, cpu);
}
