#include "cmd/grade_loop.h"

#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { SETTLE_MS = 150 };

int saved_init(struct saved *s, const char *path)
{
    char *for_folder = strdup(path), *for_name = strdup(path);
    int error = -ENOMEM;
    *s = (struct saved){.inotify = -1};
    if (!for_folder || !for_name || !(s->name = strdup(basename(for_name))))
        goto out;
    error = 0;
    s->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (s->inotify < 0 ||
        inotify_add_watch(s->inotify, dirname(for_folder), IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
        error = -errno;
out:
    free(for_folder);
    free(for_name);
    if (error)
        saved_fini(s);
    return error;
}

void saved_fini(struct saved *s)
{
    if (s->inotify >= 0)
        close(s->inotify);
    free(s->name);
    *s = (struct saved){.inotify = -1};
}

/* Take all events that are there. True: our file was among them. */
static bool take_events(struct saved *s)
{
    _Alignas(struct inotify_event) char bytes[4096];
    bool is_saved = false;
    ssize_t n;
    while ((n = read(s->inotify, bytes, sizeof bytes)) > 0)
        for (ssize_t at = 0; at < n;) {
            const void *place = bytes + at;
            const struct inotify_event *event = place;
            if (event->len > 0 && strcmp(event->name, s->name) == 0)
                is_saved = true;
            at += (ssize_t)(sizeof *event + event->len);
        }
    return is_saved;
}

int saved_wait(struct saved *s)
{
    struct pollfd p = {.fd = s->inotify, .events = POLLIN};
    bool is_saved = false;
    for (;;) {
        int n = poll(&p, 1, is_saved ? SETTLE_MS : -1);
        if (n < 0)
            return -errno;
        if (n == 0)
            return 0;
        is_saved = take_events(s) || is_saved;
    }
}
