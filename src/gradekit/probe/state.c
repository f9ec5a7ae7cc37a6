/*
 * state.c - what of the caller a function must leave as it was.
 */
#include "gradekit/probe/internal.h"
#include "gradekit/probe/probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FDS = 256, SIGNALS = 65 }; /* RLIMIT_NOFILE of a probe is 256 */

struct fd_state {
    bool is_open;
    int fd_flags, file_flags;
    dev_t device;
    ino_t inode;
};

static struct {
    struct fd_state fds[FDS];
    struct sigaction actions[SIGNALS];
    sigset_t mask, pending;
    char **environment; /* copies */
} before;

static struct fd_state look_at_fd(int fd)
{
    struct fd_state state = {.fd_flags = fcntl(fd, F_GETFD)};
    struct stat st;
    if (state.fd_flags < 0 || fstat(fd, &st) < 0)
        return (struct fd_state){0};
    state.is_open = true;
    state.file_flags = fcntl(fd, F_GETFL);
    state.device = st.st_dev;
    state.inode = st.st_ino;
    return state;
}

static char **copy_environment(void)
{
    size_t n = 0;
    while (environ && environ[n])
        n++;
    char **copy = calloc(n + 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++)
        copy[i] = strdup(environ[i]);
    return copy;
}

void probe_state_note(void)
{
    for (int fd = 0; fd < FDS; fd++)
        before.fds[fd] = look_at_fd(fd);
    for (int s = 1; s < SIGNALS; s++)
        sigaction(s, NULL, &before.actions[s]);
    sigprocmask(SIG_SETMASK, NULL, &before.mask);
    sigpending(&before.pending);
    before.environment = copy_environment();
}

/* "fd 5 (pipe:[4711])" */
static void name_fd(int fd, char *buf, size_t len)
{
    char path[64], target[128];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(path, target, sizeof target - 1);
    const char *kind = "";
    if (n > 0) {
        target[n] = '\0';
        kind = strncmp(target, "pipe:", 5) == 0     ? " (a pipe end)"
               : strncmp(target, "socket:", 7) == 0 ? " (a socket)"
                                                    : "";
    }
    snprintf(buf, len, "fd %d%s", fd, kind);
}

static void add_text(char *text, size_t len, const char *more)
{
    size_t used = strlen(text);
    snprintf(text + used, len - used, "%s%s", used ? ", " : "", more);
}

static void compare_fds(void)
{
    char text[512] = "";
    for (int fd = 0; fd < FDS; fd++) {
        const struct fd_state *old = &before.fds[fd];
        struct fd_state now = look_at_fd(fd);
        char name[64], line[128] = "";
        name_fd(fd, name, sizeof name);
        if (now.is_open && !old->is_open)
            snprintf(line, sizeof line, "%s was left open", name);
        else if (!now.is_open && old->is_open)
            snprintf(line, sizeof line, "fd %d was closed", fd);
        else if (now.device != old->device || now.inode != old->inode)
            snprintf(line, sizeof line, "fd %d refers to something else", fd);
        else if (now.fd_flags != old->fd_flags || now.file_flags != old->file_flags)
            snprintf(line, sizeof line, "fd %d has other flags", fd);
        if (line[0])
            add_text(text, sizeof text, line);
    }
    if (text[0])
        probe_put_text("changed_fds", "%s", text);
}

/* "SIGPIPE", or the number of a signal without a name. */
static const char *signal_name(int s, char buf[16])
{
    const char *name = sigabbrev_np(s);
    snprintf(buf, 16, name ? "SIG%s" : "signal %.0s%d", name ? name : "", s);
    return buf;
}

static const char *disposition(const struct sigaction *a)
{
    return a->sa_handler == SIG_DFL   ? "default"
           : a->sa_handler == SIG_IGN ? "ignored"
                                      : "a handler";
}

static void compare_dispositions(void)
{
    char text[512] = "", name[16], line[96];
    for (int s = 1; s < SIGNALS; s++) {
        struct sigaction now;
        if (sigaction(s, NULL, &now) < 0)
            continue;
        const struct sigaction *old = &before.actions[s];
        bool is_same = now.sa_handler == old->sa_handler &&
                       (now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN ||
                        now.sa_flags == old->sa_flags);
        if (is_same)
            continue;
        snprintf(line, sizeof line, "%s: was %s, is %s", signal_name(s, name), disposition(old),
                 disposition(&now));
        add_text(text, sizeof text, line);
    }
    if (text[0])
        probe_put_text("changed_dispositions", "%s", text);
}

static void compare_sets(const char *key, const sigset_t *old, const sigset_t *now,
                         const char *more, const char *fewer)
{
    char text[512] = "", name[16], line[64];
    for (int s = 1; s < SIGNALS; s++) {
        int was = sigismember(old, s), is = sigismember(now, s);
        if (was == is)
            continue;
        snprintf(line, sizeof line, "%s is %s", signal_name(s, name), is == 1 ? more : fewer);
        add_text(text, sizeof text, line);
    }
    if (text[0])
        probe_put_text(key, "%s", text);
}

static void compare_environment(void)
{
    char **old = before.environment;
    size_t i = 0;
    if (!old)
        return;
    while (old[i] && environ && environ[i] && strcmp(old[i], environ[i]) == 0)
        i++;
    const char *now = environ ? environ[i] : NULL;
    if (old[i] || now)
        probe_put_text("changed_environment", "\"%s\" was \"%s\"", now ? now : "(nothing)",
                       old[i] ? old[i] : "(nothing)");
    for (i = 0; old[i]; i++)
        free(old[i]);
    free(old);
    before.environment = NULL;
}

void probe_state_compare(void)
{
    sigset_t mask, pending;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    sigpending(&pending);
    compare_fds();
    compare_dispositions();
    compare_sets("changed_mask", &before.mask, &mask, "blocked, and was not",
                 "not blocked any more");
    sigdelset(&pending, SIGALRM); /* the probe's own interruptions */
    sigdelset(&pending, SIGCHLD);
    compare_sets("changed_pending", &before.pending, &pending, "left pending",
                 "not pending any more");
    compare_environment();
}
