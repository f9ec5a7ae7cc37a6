#include "support/snapshot_compare.h"

#include "model/snapshot.h"

#include <stdio.h>
#include <string.h>

/* Said field by field, not by what src/record lists: a field that is forgotten there shows here. */
static char words[160];

#define SAME(what, field)                                                                          \
    do {                                                                                           \
        if (x->field != y->field) {                                                                \
            snprintf(words, sizeof words, "%s: %s", what, #field);                                 \
            return words;                                                                          \
        }                                                                                          \
    } while (0)

#define SAME_TEXT(what, field)                                                                     \
    do {                                                                                           \
        if (strcmp(snapshot_text(a, x->field), snapshot_text(b, y->field)) != 0) {                 \
            snprintf(words, sizeof words, "%s: %s", what, #field);                                 \
            return words;                                                                          \
        }                                                                                          \
    } while (0)

#define SAME_WAITING(what)                                                                         \
    do {                                                                                           \
        SAME(what, waiting.kind);                                                                  \
        SAME(what, waiting.fd);                                                                    \
        SAME_TEXT(what, waiting.syscall_text);                                                     \
        SAME_TEXT(what, waiting.channel_text);                                                     \
    } while (0)

static const char *compare_tasks(const struct snapshot *a, const struct process *p,
                                 const struct snapshot *b, const struct process *q)
{
    size_t n, m;
    const struct task *x = snapshot_tasks(a, p, &n), *y = snapshot_tasks(b, q, &m);
    if (n != m)
        return "the number of tasks";
    for (; n > 0; n--, x++, y++) {
        SAME("task", tid);
        SAME("task", state);
        SAME("task", last_cpu);
        SAME_TEXT("task", comm_text);
        SAME("task", run_ns);
        SAME("task", queued_ns);
        SAME("task", voluntary);
        SAME("task", involuntary);
        SAME_WAITING("task");
    }
    return NULL;
}

static const char *compare_fds(const struct snapshot *a, const struct process *p,
                               const struct snapshot *b, const struct process *q)
{
    size_t n, m;
    const struct fd_entry *x = snapshot_fds(a, p, &n), *y = snapshot_fds(b, q, &m);
    if (n != m)
        return "the number of fds";
    for (; n > 0; n--, x++, y++) {
        SAME("fd", fd);
        SAME("fd", kind);
        SAME("fd", access);
        SAME("fd", device);
        SAME("fd", inode);
        SAME_TEXT("fd", target_text);
    }
    return NULL;
}

static const char *compare_identity(const struct snapshot *a, const struct process *x,
                                    const struct snapshot *b, const struct process *y)
{
    size_t n, m;
    const char *p = snapshot_args(a, x, &n), *q = snapshot_args(b, y, &m);
    SAME("process", pid);
    SAME("process", start_ticks);
    SAME("process", ppid);
    SAME("process", pgrp);
    SAME("process", session);
    SAME("process", tty);
    SAME("process", uid);
    SAME("process", is_kernel);
    SAME("process", is_detailed);
    SAME("process", is_outside);
    SAME_TEXT("process", comm_text);
    return n != m || (n && memcmp(p, q, n) != 0) ? "process: args" : NULL;
}

static const char *compare_process(const struct snapshot *a, const struct process *x,
                                   const struct snapshot *b, const struct process *y)
{
    SAME("process", state);
    SAME("process", last_cpu);
    SAME("process", n_threads);
    SAME("process", exit_status);
    SAME("process", user_ticks);
    SAME("process", system_ticks);
    SAME("process", minor_faults);
    SAME("process", major_faults);
    SAME("process", rss_bytes);
    SAME("process", run_ns);
    SAME("process", queued_ns);
    SAME("process", voluntary);
    SAME("process", involuntary);
    SAME("process", read_bytes);
    SAME("process", written_bytes);
    SAME("process", fds_error);
    SAME_WAITING("process");
    return compare_identity(a, x, b, y);
}

static const char *compare_channels(const struct snapshot *a, const struct snapshot *b)
{
    const struct channel *x = a->channels, *y = b->channels;
    for (size_t i = 0; i < a->n_channels; i++, x++, y++) {
        SAME("channel", kind);
        SAME("channel", device);
        SAME("channel", inode);
        SAME("channel", peer_inode);
        SAME_TEXT("channel", path_text);
        SAME("channel", capacity_bytes);
        SAME("channel", fill_bytes);
        SAME("channel", fill_error);
    }
    return NULL;
}

static const char *compare_events(const struct snapshot *a, const struct snapshot *b)
{
    const struct event *x = a->events, *y = b->events;
    for (size_t i = 0; i < a->n_events; i++, x++, y++) {
        SAME("event", kind);
        SAME("event", obtained);
        SAME("event", time_ns);
        SAME("event", pid);
        SAME("event", start_ticks);
        SAME("event", other);
        SAME("event", status);
        SAME("event", count);
        if (strcmp(x->comm, y->comm) != 0)
            return "event: comm";
    }
    return NULL;
}

static const char *compare_regions(const struct snapshot *a, const struct snapshot *b)
{
    const struct region *x = a->regions, *y = b->regions;
    for (size_t i = 0; i < a->n_regions; i++, x++, y++) {
        size_t n, m;
        const uint8_t *cells = snapshot_cells(a, x, &n), *others = snapshot_cells(b, y, &m);
        SAME("region", pid);
        SAME("region", start);
        SAME("region", bytes);
        SAME_TEXT("region", name_text);
        SAME("region", error);
        SAME("region", obtained);
        SAME("region", page_bytes);
        SAME("region", pages_per_cell);
        SAME("region", pages_read);
        SAME("region", private_pages);
        SAME("region", shared_pages);
        SAME("region", swapped_pages);
        SAME("region", absent_pages);
        SAME("region", rss_bytes);
        SAME("region", pss_bytes);
        SAME("region", private_bytes);
        SAME("region", shared_bytes);
        if (n != m || (n && memcmp(cells, others, n) != 0))
            return "region: cells";
    }
    return NULL;
}

static const char *compare_details(const struct snapshot *a, const struct snapshot *b)
{
    const struct details *x = a->details, *y = b->details;
    for (size_t i = 0; i < a->n_details; i++, x++, y++) {
        SAME("details", pid);
        SAME("details", status_error);
        SAME_TEXT("details", groups_text);
        SAME("details", has_signals);
        SAME("details", has_capabilities);
        SAME("details", signals.pending);
        SAME("details", signals.all_pending);
        SAME("details", signals.blocked);
        SAME("details", signals.ignored);
        SAME("details", signals.caught);
        SAME("details", capabilities);
        SAME("details", no_new_privs);
        SAME("details", seccomp);
        SAME("details", umask);
        SAME("details", rss_anonymous_bytes);
        SAME("details", rss_file_bytes);
        SAME("details", rss_shared_bytes);
        SAME("details", swapped_bytes);
        SAME("details", highest_rss_bytes);
        SAME("details", limits_error);
        SAME("details", executable_error);
        SAME_TEXT("details", executable_text);
        SAME("details", folder_error);
        SAME_TEXT("details", folder_text);
        SAME("details", cgroup_error);
        SAME_TEXT("details", cgroup_text);
        SAME("details", environment_error);
        SAME("details", environment_bytes);
        SAME("details", environment_variables);
        SAME("details", maps_error);
        for (int k = 0; k < ID_COUNT; k++) {
            SAME("details", uids[k]);
            SAME("details", gids[k]);
        }
        for (int k = 0; k < LIMIT_COUNT; k++) {
            SAME("details", limits[k].soft);
            SAME("details", limits[k].hard);
        }
        for (int k = 0; k < MAP_KIND_COUNT; k++) {
            SAME("details", maps[k].n);
            SAME("details", maps[k].bytes);
        }
    }
    return NULL;
}

const char *snapshot_difference(const struct snapshot *a, const struct snapshot *b)
{
    const struct snapshot *x = a, *y = b;
    SAME("snapshot", time_ns);
    SAME("snapshot", root_pid);
    SAME("snapshot", adopter_pid);
    SAME("snapshot", obtained);
    SAME("snapshot", births);
    SAME("snapshot", births_before);
    SAME("snapshot", hidden);
    SAME("snapshot", n_processes);
    SAME("snapshot", n_tasks);
    SAME("snapshot", n_fds);
    SAME("snapshot", n_channels);
    SAME("snapshot", events_from);
    SAME("snapshot", n_events);
    SAME("snapshot", n_regions);
    SAME("snapshot", n_details);
    const char *difference = compare_channels(a, b);
    if (!difference)
        difference = compare_events(a, b);
    if (!difference)
        difference = compare_regions(a, b);
    if (!difference)
        difference = compare_details(a, b);
    for (size_t i = 0; i < a->n_processes && !difference; i++) {
        const struct process *p = &a->processes[i], *q = &b->processes[i];
        difference = compare_process(a, p, b, q);
        if (!difference)
            difference = compare_tasks(a, p, b, q);
        if (!difference)
            difference = compare_fds(a, p, b, q);
    }
    return difference;
}
