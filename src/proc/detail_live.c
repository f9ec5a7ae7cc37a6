/* The live source's details: of the process that was asked for, or of everybody. */
#include "model/snapshot.h"
#include "proc/detail.h"
#include "proc/live_internal.h"

#include <errno.h>
#include <stdlib.h>

/* Of a larger tree nobody else is looked at closely: this costs some 30 us each, at each look. */
enum { MOST_DETAILS = 64 };

struct live_details {
    struct {
        uint64_t seen; /* number of the look at which it was last asked for */
        struct detail_reading reading;
    } rows[MOST_DETAILS];
};

/* Its row, or one that nobody needs: there are as many as are asked for at one look. */
static size_t row_of(const struct live_details *d, pid_t pid, uint64_t look)
{
    size_t row = 0;
    bool is_empty = false;
    for (size_t i = 0; i < MOST_DETAILS; i++) {
        if (d->rows[i].reading.figures.pid == pid)
            return i;
        if (!is_empty && d->rows[i].seen != look) {
            is_empty = d->rows[i].reading.figures.pid == 0;
            row = i;
        }
    }
    return row;
}

static int write_one(struct live *l, struct snapshot *s, const struct proc_track *t)
{
    if (!l->details && !(l->details = calloc(1, sizeof *l->details)))
        return -ENOMEM;
    size_t row = row_of(l->details, t->pid, l->look);
    l->details->rows[row].seen = l->look;
    struct detail_reading *reading = &l->details->rows[row].reading;
    int error = detail_read(&l->ctx.root, &t->stat, s->time_ns, reading);
    return error ? error : detail_write(reading, s);
}

static bool is_own_supervisor(const struct live *l, const struct proc_track *t)
{
    return l->options.is_supervisor && t->pid == l->options.root_pid;
}

static int write_all(struct live *l, struct snapshot *s)
{
    int error = 0;
    for (size_t i = 0; i < l->n_found && s->n_details < MOST_DETAILS && !error; i++)
        if (l->found[i]->role == TRACK_MEMBER && !is_own_supervisor(l, l->found[i]))
            error = write_one(l, s, l->found[i]);
    return error;
}

/* What is asked for no more, or has gone. */
static void drop_unseen(struct live *l)
{
    for (size_t i = 0; l->details && i < MOST_DETAILS; i++)
        if (l->details->rows[i].seen != l->look)
            detail_fini(&l->details->rows[i].reading);
}

int details_write(struct live *l, struct snapshot *s)
{
    const struct source_wish *wish = &l->wish;
    int error = 0;
    if (wish->all_details) {
        error = write_all(l, s);
    } else if (wish->detail_pid > 0) {
        const struct proc_track *t = live_find_track(l, wish->detail_pid);
        if (t && t->seen == l->look)
            error = write_one(l, s, t);
    }
    drop_unseen(l);
    return error;
}

void details_fini(struct live *l)
{
    for (size_t i = 0; l->details && i < MOST_DETAILS; i++)
        detail_fini(&l->details->rows[i].reading);
    free(l->details);
    l->details = NULL;
}
