/*
 * cells PID - what is shown of a process and its descendants live, its pages among it, and what is shown of the same looks
 * when they come out of a recording, are the same cells, and every table is the same.
 *
 * Exit status: 0 they are; 1 they are not, and where; 2 wrong usage.
 */
#include "model/history.h"
#include "proc/live.h"
#include "record/recording.h"
#include "support/snapshot_compare.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { N_LOOKS = 120 };

static void demand(int is_so, const char *what)
{
    if (is_so)
        return;
    printf("%s\n", what);
    exit(1);
}

static struct history *record(pid_t pid, int fd)
{
    static const struct timespec pause = {.tv_nsec = 10000000};
    struct history *history = history_new((size_t)1 << 30);
    struct recording_header header;
    struct recording_writer *w;
    struct source *source;
    recording_header_init(&header, "cells", 100);
    demand(recording_writer_open(fd, false, &header, &w) == 0, "cannot begin");
    demand(live_open(&(struct live_options){.root_pid = pid}, &source) == 0, "cannot look");
    source_want(source, &(struct source_wish){.memory_pid = pid, .all_details = true});
    for (int i = 0; i < N_LOOKS; i++) {
        struct snapshot *s;
        demand(source_next(source, &s) == 0, "cannot look");
        demand(recording_writer_look(w, s) == 0, "cannot record");
        history_push(history, s);
        nanosleep(&pause, NULL);
    }
    source_free(source);
    demand(recording_writer_close(w, 0, -1) == 0, "cannot end");
    return history;
}

static struct history *read_back(int fd)
{
    struct history *history = history_new((size_t)1 << 30);
    struct recording *r;
    enum recording_trouble trouble;
    struct snapshot *s;
    lseek(fd, 0, SEEK_SET);
    demand(recording_open(fd, false, NULL, &r, &trouble) == 0, "cannot open");
    while (source_next(recording_source(r), &s) == 0)
        history_push(history, s);
    source_free(recording_source(r));
    return history;
}

static void draw(struct grid *grid, struct history *history, size_t i, int subject)
{
    struct view_state state = {.subject = subject, .follow = true, .show_threads = i % 2};
    struct moment moment;
    demand(history_moment(history, i, &moment) == 0, "no memory");
    const struct view_input input = {
        .moment = &moment, .history = history, .index = i, .title = "cells", .source_name = "LIVE"};
    grid_clear(grid);
    view_draw(grid, &input, &state);
    moment_fini(&moment);
}

static void compare_pictures(struct history *live, struct history *replayed, int rows, int cols)
{
    struct grid a, b;
    demand(grid_init(&a, rows, cols) == 0 && grid_init(&b, rows, cols) == 0, "no memory");
    for (size_t i = 0; i < history_count(live); i++)
        for (int subject = 1; subject <= 5; subject++) {
            draw(&a, live, i, subject);
            draw(&b, replayed, i, subject);
            demand(memcmp(a.cells, b.cells, sizeof *a.cells * (size_t)rows * (size_t)cols) == 0,
                   "other cells are drawn");
        }
    grid_fini(&a);
    grid_fini(&b);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    int fd = memfd_create("cells", MFD_CLOEXEC);
    struct history *live = record((pid_t)strtol(argv[1], NULL, 10), fd);
    struct history *replayed = read_back(fd);
    demand(history_count(live) == N_LOOKS && history_count(replayed) == N_LOOKS, "looks are lost");
    demand(history_snapshot(live, N_LOOKS - 1)->n_cells > 0, "no pages were seen");
    demand(history_snapshot(live, N_LOOKS - 1)->n_details > 1, "no details were seen");
    for (size_t i = 0; i < N_LOOKS; i++) {
        const char *difference =
            snapshot_difference(history_snapshot(live, i), history_snapshot(replayed, i));
        demand(!difference, difference);
    }
    compare_pictures(live, replayed, 24, 80);
    compare_pictures(live, replayed, 50, 160);
    history_free(live);
    history_free(replayed);
    printf("%d looks, 5 subjects, 2 sizes: the same\n", N_LOOKS);
    return 0;
}
