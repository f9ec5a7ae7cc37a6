#include "proc/lifecycle.h"

#include "proc/feed.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Between two looks; beyond it they are lost, which is counted. 4 MiB at most. */
enum { QUEUE_MOST = 1 << 16 };

struct queue {
    struct lifecycle_record *records;
    size_t n, cap;
};

struct lifecycle {
    struct feed_sink sink; /* first: a sink's pointer is a lifecycle's */
    struct feed *feed;
    pid_t root;
    pthread_t thread;
    bool has_thread;
    int stop_fd;          /* an eventfd; readable: the thread is to end */
    pthread_mutex_t lock; /* of feed and all below */
    struct queue waiting, taken;
    int64_t n_overflowed;
};

/* ---- the queue ------------------------------------------------------------------------------ */

static bool queue_add(struct queue *q, const struct lifecycle_record *record)
{
    if (q->n == q->cap) {
        size_t cap = q->cap ? q->cap * 2 : 256;
        void *grown = realloc(q->records, cap * sizeof *q->records);
        if (!grown)
            return false;
        q->records = grown;
        q->cap = cap;
    }
    q->records[q->n++] = *record;
    return true;
}

static void put(struct feed_sink *sink, const struct lifecycle_record *record)
{
    struct lifecycle *lc = (struct lifecycle *)sink;
    if (lc->waiting.n >= QUEUE_MOST || !queue_add(&lc->waiting, record))
        lc->n_overflowed++;
}

/* The kernel's order where times are equal: a birth comes before what the child does. */
static int compare_records(const void *a, const void *b)
{
    const struct lifecycle_record *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static int take(struct lifecycle *lc, uint64_t until_ns)
{
    size_t n_left = 0;
    lc->taken.n = 0;
    for (size_t i = 0; i < lc->waiting.n; i++) {
        const struct lifecycle_record *record = &lc->waiting.records[i];
        if (record->time_ns > until_ns)
            lc->waiting.records[n_left++] = *record;
        else if (!queue_add(&lc->taken, record))
            return -ENOMEM;
    }
    lc->waiting.n = n_left;
    if (lc->n_overflowed > 0) {
        struct lifecycle_record lost = {
            .time_ns = until_ns, .kind = LIFECYCLE_LOST, .count = lc->n_overflowed};
        if (!queue_add(&lc->taken, &lost))
            return -ENOMEM;
        lc->n_overflowed = 0;
    }
    return 0;
}

int lifecycle_take(struct lifecycle *lc, uint64_t until_ns, const struct lifecycle_record **records,
                   size_t *n)
{
    pthread_mutex_lock(&lc->lock);
    lc->feed->ops->drain(lc->feed, &lc->sink);
    int rc = take(lc, until_ns);
    pthread_mutex_unlock(&lc->lock); /* the kernel's buffers fill up while it is held */
    if (lc->taken.n > 0)
        qsort(lc->taken.records, lc->taken.n, sizeof *lc->taken.records, compare_records);
    *records = lc->taken.records;
    *n = rc == 0 ? lc->taken.n : 0;
    return rc;
}

/* ---- the thread ----------------------------------------------------------------------------- */

static void *listen_on(void *arg)
{
    struct lifecycle *lc = arg;
    const struct feed *feed = lc->feed;
    struct pollfd fds[2] = {{.fd = lc->stop_fd, .events = POLLIN},
                            {.fd = feed->fd, .events = POLLIN}};
    while (!fds[0].revents) {
        if (feed->fd >= 0)
            poll(fds, 2, -1);
        pthread_mutex_lock(&lc->lock);
        feed->ops->drain(lc->feed, &lc->sink);
        pthread_mutex_unlock(&lc->lock);
        poll(fds, 1, feed->gather_ms);
    }
    return NULL;
}

/* Signals are for the thread that has handlers, or a signalfd. */
static int start_thread(struct lifecycle *lc)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&lc->thread, NULL, listen_on, lc);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    lc->has_thread = error == 0;
    return -error;
}

/* ---- begin and end -------------------------------------------------------------------------- */

/* The first of the ways that is to be had. */
static int open_feed(struct lifecycle *lc, unsigned ways, struct lifecycle_errors *errors)
{
    int rc = -ENOTSUP;
    if (ways & LIFECYCLE_PERF)
        errors->perf = -(rc = feed_perf_open(lc->root, &lc->feed));
    if (rc < 0 && ways & LIFECYCLE_CONNECTOR)
        errors->connector = -(rc = feed_connector_open(&lc->feed));
    if (rc < 0 && ways & LIFECYCLE_PTRACE)
        errors->ptrace = -(rc = feed_ptrace_open(lc->root, &lc->feed));
    return rc == 0 || rc == -ENOMEM ? rc : -ENOTSUP;
}

int lifecycle_open(pid_t root, unsigned ways, struct lifecycle **out,
                   struct lifecycle_errors *errors)
{
    struct lifecycle_errors unused;
    struct lifecycle *lc = calloc(1, sizeof *lc);
    if (!lc)
        return -ENOMEM;
    lc->sink.put = put;
    lc->root = root;
    lc->stop_fd = eventfd(0, EFD_CLOEXEC);
    pthread_mutex_init(&lc->lock, NULL);
    errors = errors ? errors : &unused;
    *errors = (struct lifecycle_errors){0};
    int rc = lc->stop_fd < 0 ? -errno : open_feed(lc, ways, errors);
    if (rc == 0 && (lc->feed->fd >= 0 || lc->feed->gather_ms > 0))
        rc = start_thread(lc);
    if (rc < 0)
        lifecycle_free(lc);
    else
        *out = lc;
    return rc;
}

void lifecycle_free(struct lifecycle *lc)
{
    const uint64_t one = 1;
    if (!lc)
        return;
    if (lc->has_thread && write(lc->stop_fd, &one, sizeof one) == (ssize_t)sizeof one)
        pthread_join(lc->thread, NULL);
    if (lc->feed)
        lc->feed->ops->free(lc->feed);
    if (lc->stop_fd >= 0)
        close(lc->stop_fd);
    pthread_mutex_destroy(&lc->lock);
    free(lc->waiting.records);
    free(lc->taken.records);
    free(lc);
}

enum events_from lifecycle_from(const struct lifecycle *lc)
{
    return lc->feed->ops->from;
}
