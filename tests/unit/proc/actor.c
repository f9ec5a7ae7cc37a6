#include "actor.h"

#include "proc/live.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

pid_t actor_fork(void)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        alarm(60);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
    }
    return pid;
}

pid_t actor_start(int (*act)(void *arg), void *arg)
{
    pid_t pid = CHECK(actor_fork());
    if (pid == 0)
        _exit(act(arg));
    return pid;
}

int actor_wait(pid_t pid)
{
    int status = -1;
    while (waitpid(pid, &status, 0) == -1)
        cr_assert_eq(errno, EINTR, "waitpid: %s", strerrorname_np(errno));
    return status;
}

void actor_end(pid_t pid)
{
    kill(pid, SIGKILL);
    actor_wait(pid);
}

int actor_hold(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

int actor_check(int result, const char *call)
{
    cr_assert_neq(result, -1, "%s [%s %s]", call, strerrorname_np(errno), strerror(errno));
    return result;
}

struct source *actor_watch(pid_t root)
{
    struct live_options options = {.root_pid = root};
    struct source *source = NULL;
    int rc = live_open(&options, &source);
    cr_assert_eq(rc, 0, "live_open: %s", rc < 0 ? strerrorname_np(-rc) : "");
    return source;
}

struct snapshot *actor_see(struct source *source, bool (*is_so)(const struct snapshot *, void *),
                           void *arg, const char *what)
{
    time_t end = time(NULL) + 10;
    do {
        struct snapshot *s = NULL;
        int rc = source_next(source, &s);
        cr_assert_eq(rc, 0, "next: %s", rc < 0 ? strerrorname_np(-rc) : "");
        if (is_so(s, arg))
            return s;
        snapshot_free(s);
    } while (time(NULL) < end);
    cr_assert_fail("never saw %s", what);
    return NULL;
}
