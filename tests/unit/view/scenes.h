/*
 * scenes.h - moments made by hand, for the tests of what draws them: no history, no
 * /proc, no clock. A scene is built process by process, then finished.
 */
#ifndef PROCLAB_TESTS_SCENES_H
#define PROCLAB_TESTS_SCENES_H

#include "model/history.h"
#include "model/screen.h"
#include "support/snapshot_builder.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCENE_DEVICE 13

struct scene {
    struct history *history;   /* NULL: the moment is made by hand */
    struct snapshot *s, *past; /* past: the one that holds those who have ended */
    struct moment m;
    struct screen screen;
    struct screen_cell cells[20 * 100];
    struct narration narration;
    struct view_input in;
    struct view_state state;
};

static inline void scene_init(struct scene *sc, const char *title)
{
    *sc = (struct scene){.s = snapshot_new(), .past = snapshot_new()};
    sc->s->time_ns = 1000000000;
    sc->s->hidden = 0;
    sc->m.since_first_ns = UINT64_C(12400000000);
    sc->m.rate_hz = 20;
    sc->m.missed_at_most = 0;
    sc->in.title = title;
    sc->in.source_name = "LIVE";
    sc->state.subject = 1;
    sc->state.follow = true;
}

static inline struct process *scene_add(struct snapshot *s, pid_t pid, pid_t ppid, const char *comm,
                                        const char *args, char state, enum wait_kind kind, int fd)
{
    uint32_t comm_text = snapshot_add_text(s, comm, strlen(comm));
    char joined[512];
    size_t len = strlen(args);
    for (size_t i = 0; i <= len; i++)
        joined[i] = args[i] == '|' ? '\0' : args[i];
    uint32_t args_text = len ? snapshot_add_text(s, joined, len + 1) : 0;
    uint32_t call = 0;
    if (kind == WAIT_PIPE_READ)
        call = snapshot_add_text(s, "read", 4);
    else if (kind == WAIT_PIPE_WRITE)
        call = snapshot_add_text(s, "write", 5);
    else if (kind == WAIT_CHILD)
        call = snapshot_add_text(s, "wait4", 5);
    struct process *p = snapshot_add_process(s, pid);
    p->ppid = ppid;
    p->pgrp = p->session = 4709;
    p->start_ticks = (uint64_t)pid * 10;
    p->state = state;
    p->n_threads = 1;
    p->uid = 1000;
    p->is_detailed = true;
    p->comm_text = comm_text;
    p->args_text = args_text;
    p->args_bytes = len ? (uint32_t)len + 1 : 0;
    p->waiting = (struct waiting){.kind = kind, .fd = fd, .syscall_text = call};
    p->last_cpu = 1;
    p->user_ticks = 3;
    p->system_ticks = 9;
    p->minor_faults = 1204;
    p->major_faults = 0;
    p->rss_bytes = 1536 * 1024;
    p->run_ns = 123456789;
    p->queued_ns = 2345678;
    p->voluntary = 1042;
    p->involuntary = 9;
    p->read_bytes = 4096;
    p->written_bytes = 65536;
    struct waiting waiting = p->waiting;
    struct task *t = snapshot_add_task(s, pid);
    t->state = state;
    t->comm_text = comm_text;
    t->waiting = waiting;
    t->last_cpu = 1;
    t->run_ns = 123456789;
    t->queued_ns = 2345678;
    t->voluntary = 1042;
    t->involuntary = 9;
    return p;
}

/* args: separated by '|'. The pointer is good until the next process is added. */
static inline struct process *scene_process(struct scene *sc, pid_t pid, pid_t ppid,
                                            const char *comm, const char *args, char state,
                                            enum wait_kind kind, int fd)
{
    return scene_add(sc->s, pid, ppid, comm, args, state, kind, fd);
}

/* An fd of the process that was added last. */
static inline void scene_fd(struct scene *sc, int fd, enum fd_kind kind, unsigned access,
                            uint64_t inode, const char *target)
{
    uint32_t text = snapshot_add_text(sc->s, target, strlen(target));
    struct fd_entry *e = snapshot_add_fd(sc->s, fd);
    e->kind = kind;
    e->access = access;
    e->device = SCENE_DEVICE;
    e->inode = inode;
    e->target_text = text;
}

static inline void scene_pipe_fd(struct scene *sc, int fd, unsigned access, uint64_t inode)
{
    char target[40];
    snprintf(target, sizeof target, "pipe:[%llu]", (unsigned long long)inode);
    scene_fd(sc, fd, FD_PIPE, access, inode, target);
}

static inline struct channel *scene_channel(struct scene *sc, enum channel_kind kind,
                                            uint64_t inode, int64_t capacity, int64_t fill)
{
    struct channel *c = snapshot_add_channel(sc->s, kind, SCENE_DEVICE, inode);
    c->capacity_bytes = capacity;
    c->fill_bytes = fill;
    return c;
}

/* Rows, pipes and flows from what was added. */
static inline void scene_finish(struct scene *sc)
{
    struct tree tree;
    snapshot_finish(sc->s);
    sc->m.now = sc->s;
    sc->in.moment = &sc->m;
    if (tree_init(&tree, sc->s) || pipes_init(&sc->m.pipes, sc->s))
        abort();
    sc->m.n_rows = tree.n;
    sc->m.rows = calloc(tree.n + 8, sizeof *sc->m.rows); /* some may be put between */
    sc->m.flows = calloc(sc->m.pipes.n + 1, sizeof *sc->m.flows);
    for (size_t i = 0; i < tree.n; i++)
        sc->m.rows[i] = (struct moment_row){.snapshot = sc->s,
                                            .process = &sc->s->processes[tree.nodes[i].process],
                                            .depth = tree.nodes[i].depth,
                                            .is_last = tree.nodes[i].is_last,
                                            .parent = tree.nodes[i].parent,
                                            .exit_status = -1};
    for (size_t i = 0; i < sc->m.pipes.n; i++) {
        sc->m.pipes.lanes[i].number = (int)i + 1;
        sc->m.flows[i] = (struct moment_flow){.bytes_per_s = -1, .total_bytes = -1};
    }
    tree_fini(&tree);
}

static inline struct moment_row *scene_row(struct scene *sc, pid_t pid)
{
    for (size_t i = 0; i < sc->m.n_rows; i++)
        if (sc->m.rows[i].process->pid == pid)
            return &sc->m.rows[i];
    abort();
}

/* One that has ended, as the last child of a row's process. */
static inline void scene_exited(struct scene *sc, pid_t parent, pid_t pid, const char *comm,
                                int status)
{
    struct moment *m = &sc->m;
    size_t up = (size_t)(scene_row(sc, parent) - m->rows), at = up + 1;
    scene_add(sc->past, pid, parent, comm, "", 'R', WAIT_NOTHING, -1);
    while (at < m->n_rows && m->rows[at].depth > m->rows[up].depth)
        at++;
    for (size_t i = m->n_rows++; i > at; i--) {
        m->rows[i] = m->rows[i - 1];
        if (m->rows[i].parent != TREE_NONE && m->rows[i].parent >= at)
            m->rows[i].parent++;
    }
    for (size_t i = up + 1; i < at; i++)
        if (m->rows[i].parent == up)
            m->rows[i].is_last = false;
    m->rows[at] = (struct moment_row){.snapshot = sc->past,
                                      .process = &sc->past->processes[sc->past->n_processes - 1],
                                      .depth = m->rows[up].depth + 1,
                                      .is_last = true,
                                      .parent = up,
                                      .marks = MARK_EXITED,
                                      .exit_status = status,
                                      .cpu_percent = -1};
}

static inline void scene_select(struct scene *sc, pid_t pid)
{
    const struct process *p = scene_row(sc, pid)->process;
    sc->state.selected_pid = p->pid;
    sc->state.selected_start = p->start_ticks;
}

/* The program's screen: lines of ASCII, separated by '\n'. */
static inline void scene_output(struct scene *sc, int rows, int cols, const char *text)
{
    sc->screen = (struct screen){.rows = rows, .cols = cols, .cells = sc->cells};
    for (int i = 0; i < rows * cols; i++)
        sc->cells[i] = (struct screen_cell){.width = 1, .color = -1};
    int row = 0, col = 0;
    for (; *text; text++) {
        if (*text == '\n') {
            row++;
            col = 0;
        } else if (row < rows && col < cols) {
            sc->cells[row * cols + col++].rune = (unsigned char)*text;
        }
    }
    sc->screen.cursor_row = row < rows ? row : rows - 1;
    sc->screen.cursor_col = col;
    sc->in.screen = &sc->screen;
}

static inline void scene_fini(struct scene *sc)
{
    pipes_fini(&sc->m.pipes);
    free(sc->m.rows);
    free(sc->m.flows);
    history_free(sc->history);
    snapshot_free(sc->s);
    snapshot_free(sc->past);
}

/* ---- the scenes ---------------------------------------------------------------------- */

/* sh -c 'yes | { read _ </dev/tty; head; }'. */
static inline void scene_full_pipe(struct scene *sc)
{
    scene_init(sc, "03-pipe · a full pipe");
    scene_process(sc, 4709, 1, "sh", "sh|-c|yes; sh", 'S', WAIT_CHILD, -1);
    scene_fd(sc, 0, FD_TTY, FD_READ | FD_WRITE, 3, "/dev/pts/3");
    scene_process(sc, 4711, 4709, "yes", "yes", 'S', WAIT_PIPE_WRITE, 1);
    scene_fd(sc, 0, FD_TTY, FD_READ | FD_WRITE, 3, "/dev/pts/3");
    scene_pipe_fd(sc, 1, FD_WRITE, 5501);
    scene_process(sc, 4712, 4709, "sh", "sh", 'S', WAIT_TTY, 9);
    scene_pipe_fd(sc, 0, FD_READ, 5501);
    scene_fd(sc, 9, FD_TTY, FD_READ, 3, "/dev/pts/3");
    scene_channel(sc, CHANNEL_PIPE, 5501, 65536, 65536);
    scene_finish(sc);
    scene_exited(sc, 4709, 4710, "true", 0);
    sc->m.flows[0] =
        (struct moment_flow){.bytes_per_s = 0, .obtained = OBTAINED_ESTIMATE, .total_bytes = 65536};
    scene_select(sc, 4711);
    sc->narration = (struct narration){
        .title = "Act 2 of 6: the fast writer and the slow reader",
        .text = "Nobody reads yet. What will become of yes when the pipe is full?",
        .awaits_enter = true};
    sc->in.narration = &sc->narration;
    scene_output(sc, 8, 78,
                 "Act 2: the fast writer and the slow reader\n"
                 "  capacity        65536 bytes   (F_GETPIPE_SZ)\n"
                 "  the writer is asleep in write(1)\n"
                 "press Enter ");
}

/* 64 pages, a fork, and a child that has written to 12 of them. */
static inline void scene_cow(struct scene *sc)
{
    static const pid_t pids[] = {4711, 4712};
    scene_init(sc, "watch -- cow");
    scene_process(sc, 4711, 1, "cow", "cow", 'S', WAIT_CHILD, -1);
    scene_process(sc, 4712, 4711, "cow", "cow", 'S', WAIT_SIGNAL, -1);
    for (int i = 0; i < 2; i++) {
        struct region *r = snapshot_add_region(sc->s, pids[i]);
        uint8_t *cells = snapshot_add_cells(sc->s, 64);
        for (int k = 0; k < 64; k++)
            cells[k] = k % 5 == 0 && k < 60 ? PAGE_PRIVATE : PAGE_SHARED;
        r->start = 0x7f0000200000;
        r->bytes = 64 * 4096;
        r->obtained = OBTAINED_EXACT;
        r->page_bytes = 4096;
        r->pages_read = 64;
        r->private_pages = 12;
        r->shared_pages = 52;
        r->swapped_pages = r->absent_pages = 0;
        r->rss_bytes = 1310720;
        r->pss_bytes = i ? -1 : 700416;
        r->private_bytes = 200704;
        r->shared_bytes = 1110016;
    }
    scene_finish(sc);
    sc->m.rows[0].faults_per_s = -1;
    sc->m.rows[1].faults_per_s = 12;
    scene_select(sc, 4712);
}

static inline void scene_cow_output(struct scene *sc)
{
    scene_cow(sc);
    scene_output(sc, 5, 78, "the child writes to 12 pages");
}

/* One process closely: a set-uid program with all that there is to be said of one. */
static inline struct details *scene_details(struct scene *sc)
{
    scene_init(sc, "watch -- passwd");
    scene_process(sc, 4711, 1, "bash", "bash", 'S', WAIT_CHILD, -1);
    scene_process(sc, 4712, 4711, "passwd", "passwd|--stdin", 'S', WAIT_TTY, 0);
    scene_fd(sc, 0, FD_TTY, FD_READ | FD_WRITE, 6, "/dev/pts/3");
    scene_fd(sc, 1, FD_TTY, FD_READ | FD_WRITE, 6, "/dev/pts/3");
    scene_fd(sc, 3, FD_OTHER, FD_READ, 7001, "/etc/passwd");
    sc->s->processes[1].tty = 0x8803;
    struct details *d = snapshot_add_details(sc->s, 4712);
    static const char groups[] = "4 24 27 1000", program[] = "/usr/bin/passwd",
                      folder[] = "/home/a \xff\nb", cgroup[] = "/user.slice/user-1000.slice";
    d->uids[ID_REAL] = 1000;
    d->uids[ID_EFFECTIVE] = d->uids[ID_SAVED] = 0;
    d->gids[ID_REAL] = d->gids[ID_EFFECTIVE] = d->gids[ID_SAVED] = 1000;
    d->has_signals = d->has_capabilities = true;
    d->signals =
        (struct signal_sets){.pending = 1 << 1, .blocked = ~UINT64_C(0x30040101), .caught = 0x4000};
    d->capabilities = ~UINT64_C(0x1000000) & ((UINT64_C(1) << 41) - 1);
    d->no_new_privs = 0;
    d->seccomp = 2;
    d->rss_anonymous_bytes = 131072;
    d->rss_file_bytes = 1441792;
    d->rss_shared_bytes = 0;
    d->swapped_bytes = 4096;
    d->highest_rss_bytes = 1683456;
    for (int i = 0; i < LIMIT_COUNT; i++)
        d->limits[i] = (struct limit){LIMIT_NONE, LIMIT_NONE};
    d->limits[LIMIT_OPEN_FILES] = (struct limit){1024, 1048576};
    d->limits[LIMIT_STACK] = (struct limit){8388608, LIMIT_NONE};
    d->limits[LIMIT_CORE] = (struct limit){0, 0};
    d->limits[LIMIT_CPU] = (struct limit){-1, -1};
    d->environment_bytes = 1834;
    d->environment_variables = 23;
    d->maps[MAP_OF_PROGRAM] = (struct map_sum){5, 40960};
    d->maps[MAP_OF_LIBRARY] = (struct map_sum){14, 3145728};
    d->maps[MAP_OF_STACK] = (struct map_sum){1, 135168};
    d->groups_text = snapshot_add_text(sc->s, groups, sizeof groups - 1);
    d->executable_text = snapshot_add_text(sc->s, program, sizeof program - 1);
    d->folder_text = snapshot_add_text(sc->s, folder, sizeof folder - 1);
    d->cgroup_text = snapshot_add_text(sc->s, cgroup, sizeof cgroup - 1);
    scene_finish(sc);
    scene_select(sc, 4712);
    return d;
}

static inline void scene_detail(struct scene *sc)
{
    scene_details(sc);
}

/* Somebody else's: most of it may not be read. */
static inline void scene_detail_denied(struct scene *sc)
{
    struct details *d = scene_details(sc);
    d->executable_error = d->folder_error = d->environment_error = d->maps_error = 13;
    d->executable_text = d->folder_text = 0;
    d->limits_error = 1;
    sc->s->processes[1].fds_error = 13;
    sc->s->processes[1].n_fds = 0;
}

/* 8 GiB read by stride, a heap that may not be read, and more kin than fit. */
static inline void scene_huge_region(struct scene *sc)
{
    scene_init(sc, "watch -- huge");
    for (int i = 0; i < 8; i++)
        scene_process(sc, 900 + i, i ? 900 : 1, "huge", "huge", 'R', WAIT_NOTHING, -1);
    for (int i = 0; i < 8; i++) {
        struct region *r = snapshot_add_region(sc->s, 900 + i);
        r->start = 0x7e0000000000;
        r->bytes = UINT64_C(8) << 30;
        r->page_bytes = 4096;
        r->error = i == 1 ? 13 : 0;
        if (r->error)
            continue;
        uint8_t *cells = snapshot_add_cells(sc->s, 1024);
        for (int k = 0; k < 1024; k++)
            cells[k] = k < 300 ? PAGE_PRIVATE : k < 700 ? PAGE_MIXED : PAGE_ABSENT;
        r->obtained = OBTAINED_ESTIMATE;
        r->pages_per_cell = 2048;
        r->pages_read = 131072;
        r->private_pages = 65536;
        r->shared_pages = r->swapped_pages = 0;
        r->absent_pages = 65536;
        r->rss_bytes = INT64_C(4) << 30;
    }
    scene_finish(sc);
    scene_select(sc, 900);
}

/* A reader that kept a write end of the pipe that it reads. */
static inline void scene_eof_withheld(struct scene *sc)
{
    scene_init(sc, "03-pipe · EOF that never comes");
    scene_process(sc, 23001, 1, "03-pipe", "./demo", 'S', WAIT_CHILD, -1);
    scene_process(sc, 23007, 23001, "reader", "reader|--all", 'S', WAIT_PIPE_READ, 3);
    scene_pipe_fd(sc, 3, FD_READ, 77120);
    scene_pipe_fd(sc, 4, FD_WRITE, 77120);
    scene_channel(sc, CHANNEL_PIPE, 77120, 65536, 0);
    scene_finish(sc);
    scene_exited(sc, 23001, 23006, "writer", 0);
    sc->m.flows[0] =
        (struct moment_flow){.bytes_per_s = 0, .obtained = OBTAINED_BOUND, .total_bytes = 1834};
}

static inline void scene_socketpair(struct scene *sc)
{
    scene_init(sc, "watch -- ./talk");
    scene_process(sc, 901, 1, "talk", "./talk", 'S', WAIT_SLEEP, -1);
    scene_fd(sc, 3, FD_SOCKET, FD_READ | FD_WRITE, 4001, "socket:[4001]");
    scene_process(sc, 902, 901, "talk", "./talk|--listen", 'S', WAIT_SOCKET, 4);
    scene_fd(sc, 4, FD_SOCKET, FD_READ | FD_WRITE, 4002, "socket:[4002]");
    sc->s->tasks[1].waiting.syscall_text = snapshot_add_text(sc->s, "recvfrom", 8);
    scene_process(sc, 903, 901, "logger", "logger|-t|talk", 'S', WAIT_PIPE_READ, 0);
    scene_fd(sc, 0, FD_FIFO, FD_READ, 600, "/run/user/1000/talk/log");
    struct process *p = scene_process(sc, 77, 1, "syslogd", "syslogd", 'S', WAIT_POLL, -1);
    p->is_outside = true;
    scene_fd(sc, 6, FD_FIFO, FD_WRITE, 600, "/run/user/1000/talk/log");
    struct channel *c = scene_channel(sc, CHANNEL_SOCKETPAIR, 4001, -1, 1234);
    c->peer_inode = 4002;
    c = scene_channel(sc, CHANNEL_SOCKETPAIR, 4002, -1, 0);
    c->peer_inode = 4001;
    c = scene_channel(sc, CHANNEL_FIFO, 600, 65536, -1);
    c->fill_error = 13; /* EACCES */
    c->path_text = snapshot_add_text(sc->s, "/run/user/1000/talk/log", 23);
    scene_finish(sc);
    for (size_t i = 0; i < sc->m.pipes.n; i++)
        sc->m.flows[i] = (struct moment_flow){
            .bytes_per_s = 1.25e6, .obtained = OBTAINED_BOUND, .total_bytes = 98765432};
}

static inline void scene_empty(struct scene *sc)
{
    scene_init(sc, "watch -- true");
    scene_finish(sc);
    sc->in.program_ended = "exited 0";
}

/* A machine: 300 processes in families of ten, two of them on a pipe far below. */
static inline void scene_many(struct scene *sc)
{
    scene_init(sc, "watch");
    for (pid_t pid = 1; pid <= 300; pid++) {
        char comm[16];
        snprintf(comm, sizeof comm, pid % 10 == 1 ? "daemon%d" : "worker%d", (int)pid);
        bool reads = pid == 251 || pid == 257;
        scene_process(sc, pid,
                      pid % 10 == 1 ? (pid == 1 ? 0 : 1)
                                    : pid - pid % 10 + 1 - (pid % 10 == 0 ? 10 : 0),
                      comm, "prog|--flag", pid == 42 ? 'R' : 'S',
                      pid == 42 ? WAIT_NOTHING
                      : reads   ? WAIT_PIPE_READ
                                : WAIT_SLEEP,
                      reads ? 5 : -1);
        if (pid % 25 == 0 || reads)
            scene_pipe_fd(sc, 5, reads ? FD_READ : FD_WRITE, 9000 + (uint64_t)(pid / 50));
    }
    for (uint64_t i = 0; i < 7; i++)
        scene_channel(sc, CHANNEL_PIPE, 9000 + i, 65536, i == 5 ? 0 : (int64_t)i * 4000);
    sc->s->hidden = 17;
    scene_finish(sc);
    scene_row(sc, 299)->marks = MARK_NEW;
    sc->state.follow = false;
    sc->m.missed_at_most = 12;
    sc->m.rate_hz = 1.5;
}

/* Names that would like to draw on the screen themselves. */
static inline void scene_hostile(struct scene *sc)
{
    scene_init(sc, "watch 10");
    scene_process(sc, 10, 1, "\033[31mred) (x", "\033]0;owned\007|\r\n\t|-x", 'S', WAIT_SLEEP, -1);
    scene_process(sc, 11, 10, "\xff\xfe\x80 bytes", "a\x80|b\xc3", 'R', WAIT_NOTHING, -1);
    scene_pipe_fd(sc, 1, FD_WRITE, 5);
    scene_process(sc, 12, 10, "日本語の名前", "日本語の名前|--長い引数|x", 'S', WAIT_PIPE_READ, 0);
    scene_pipe_fd(sc, 0, FD_READ, 5);
    scene_process(sc, 13, 10, "e\xcc\x81t\xe2\x80\xaegnp", "", 'S', WAIT_FUTEX, -1);
    scene_process(sc, 14, 10, "line\nbreak", "sh|-c|echo a\nrm -rf /", 'T', WAIT_NOTHING, -1);
    scene_channel(sc, CHANNEL_PIPE, 5, 65536, 3);
    scene_finish(sc);
}

/* A shell's children by the dozen on one pipe, and more pipes than circled numbers. */
static inline void scene_crowd(struct scene *sc)
{
    scene_init(sc, "watch -- make -j16");
    scene_process(sc, 500, 1, "make", "make|-j16", 'S', WAIT_PIPE_READ, 3);
    scene_pipe_fd(sc, 3, FD_READ, 70);
    for (pid_t pid = 501; pid <= 516; pid++) {
        scene_process(sc, pid, 500, pid == 514 ? "stuck" : "cc1plus", "cc1plus|-O2",
                      pid == 514 ? 'S' : 'R', pid == 514 ? WAIT_PIPE_WRITE : WAIT_NOTHING,
                      pid == 514 ? 4 : -1);
        scene_pipe_fd(sc, 4, FD_WRITE, 70);
        for (int fd = 5; pid == 516 && fd < 29; fd++)
            scene_pipe_fd(sc, fd, fd == 9 ? FD_WRITE : FD_READ | FD_WRITE, 71 + (uint64_t)fd);
    }
    scene_channel(sc, CHANNEL_PIPE, 70, 4096, 1000);
    for (int fd = 5; fd < 29; fd++)
        scene_channel(sc, CHANNEL_PIPE, 71 + (uint64_t)fd, 65536, fd * 1000);
    scene_finish(sc);
    for (size_t i = 0; i < sc->m.pipes.n; i++)
        sc->m.flows[i] = (struct moment_flow){
            .bytes_per_s = 2048, .obtained = OBTAINED_ESTIMATE, .total_bytes = 1000000};
    sc->state.subject_top = 0;
}

/* A fork chain, deeper than any screen is wide. */
static inline void scene_chain(struct scene *sc)
{
    scene_init(sc, "watch -- ./chain 1000");
    for (pid_t pid = 1000; pid < 2000; pid++)
        scene_process(sc, pid, pid - 1, "chain", "chain|1000", 'S',
                      pid < 1999 ? WAIT_CHILD : WAIT_SLEEP, -1);
    scene_finish(sc);
    scene_select(sc, 1700);
}

/* bash -c 'coproc cat; wait': two pipes, of which bash keeps the wrong end open. */
static inline void scene_coproc(struct scene *sc)
{
    scene_init(sc, "watch -- bash -c coproc cat; wait");
    sc->s->hidden = -1; /* as where /proc is mounted with hidepid */
    scene_process(sc, 26568, 1, "bash", "bash|-c|coproc cat; wait", 'S', WAIT_CHILD, -1);
    scene_pipe_fd(sc, 60, FD_WRITE, 802);
    scene_pipe_fd(sc, 63, FD_READ, 801);
    scene_process(sc, 26580, 26568, "cat", "cat", 'S', WAIT_PIPE_READ, 0);
    scene_pipe_fd(sc, 0, FD_READ, 802);
    scene_pipe_fd(sc, 1, FD_WRITE, 801);
    scene_channel(sc, CHANNEL_PIPE, 801, 65536, 0);
    scene_channel(sc, CHANNEL_PIPE, 802, 65536, 0);
    scene_finish(sc);
    for (size_t i = 0; i < 2; i++)
        sc->m.flows[i] =
            (struct moment_flow){.bytes_per_s = 0, .obtained = OBTAINED_ESTIMATE, .total_bytes = 0};
    scene_output(sc, 4, 78, "");
}

/* Ended, zombie, orphan, exec'ed, new; and threads. */
static inline void scene_births(struct scene *sc)
{
    scene_init(sc, "01-fork · zombies and orphans");
    sc->s->adopter_pid = 4001;
    scene_process(sc, 4002, 4001, "01-fork", "./demo|--auto", 'S', WAIT_SLEEP, -1);
    scene_process(sc, 4010, 4002, "sleep", "sleep|60", 'S', WAIT_SLEEP, -1);
    struct process *p = scene_process(sc, 4011, 4002, "child", "", 'Z', WAIT_NOTHING, -1);
    p->exit_status = 3 << 8;
    p->args_bytes = 0;
    scene_process(sc, 4012, 4002, "fresh", "fresh", 'R', WAIT_NOTHING, -1);
    p = scene_process(sc, 4014, 4001, "lonely", "lonely|-v", 'S', WAIT_SLEEP, -1);
    p = scene_process(sc, 4020, 4012, "pool", "pool", 'S', WAIT_FUTEX, -1);
    p->n_threads = 3;
    for (pid_t tid = 4021; tid <= 4022; tid++) {
        uint32_t comm = snapshot_add_text(sc->s, "pool-worker", 11);
        struct task *t = snapshot_add_task(sc->s, tid);
        t->state = tid == 4021 ? 'R' : 'S';
        t->waiting.kind = tid == 4021 ? WAIT_NOTHING : WAIT_FUTEX;
        t->comm_text = comm;
        t->voluntary = 7;
        t->involuntary = 1200;
        t->run_ns = INT64_C(12345678901);
        t->queued_ns = 5000000;
        t->last_cpu = 0;
    }
    scene_finish(sc);
    scene_row(sc, 4010)->marks = MARK_EXEC;
    scene_row(sc, 4011)->exit_status = 3 << 8;
    scene_row(sc, 4012)->marks = MARK_NEW;
    scene_row(sc, 4012)->cpu_percent = 99.7;
    scene_row(sc, 4014)->marks = MARK_ORPHAN;
    scene_exited(sc, 4002, 4005, "parent", 0);
    scene_exited(sc, 4002, 4006, "victim", 9);
    scene_exited(sc, 4002, 4007, "crash", 11 | 0x80);
}

/* ---- scenes of many looks: what happened, for the panels that show it --------------------- */

/* One look more, in the words of snapshot_builder.h; tasks take the figures of their process. */
static inline void scene_look(struct scene *sc, const char *text)
{
    struct snapshot *s = build_snapshot(text);
    for (size_t i = 0; i < s->n_tasks; i++)
        for (size_t k = 0; k < s->n_processes; k++) {
            const struct process *p = &s->processes[k];
            struct task *t = &s->tasks[i];
            if (i < p->first_task || i >= p->first_task + p->n_tasks)
                continue;
            bool is_busy = p->n_tasks == 1 || t->state == 'R'; /* one at most does the work */
            t->comm_text = p->comm_text;
            t->last_cpu = p->last_cpu;
            t->run_ns = is_busy ? p->run_ns : 0;
            t->queued_ns = is_busy ? p->queued_ns : 0;
            t->voluntary = is_busy ? p->voluntary : 0;
            t->involuntary = is_busy ? p->involuntary : 0;
            if (t->tid == p->pid)
                t->waiting = p->waiting;
        }
    if (history_push(sc->history, s))
        abort();
}

/* The moment of the newest look. */
static inline void scene_show_newest(struct scene *sc)
{
    sc->in.history = sc->history;
    sc->in.index = history_count(sc->history) - 1;
    if (history_moment(sc->history, sc->in.index, &sc->m))
        abort();
    sc->in.moment = &sc->m;
}

/*
 * Twelve seconds of a shell and its children: two that take turns on CPU 0 (from 6 s on the second
 * has CPU 1 for itself), a writer whose pipe is full, and one that is forked, execs and dies.
 */
static inline void scene_turns(struct scene *sc)
{
    scene_init(sc, "04-switch · turns");
    sc->history = history_new((size_t)64 << 20);
    for (int i = 0; i <= 120; i++) {
        bool shares = i <= 60;
        int b = shares ? i * 50 : 3000 + (i - 60) * 100;
        char text[2048];
        int n = snprintf(text, sizeof text,
                         "snap time_ms=%d root=4700; pipe a fill=65536 cap=65536;"
                         "4700 1 sh wait +4700:wait start=99000 run_ns=5000000 queued_ns=0 vol=%d "
                         "invol=1 cpu=1 ticks=1 args=sh,turns.sh;"
                         "4701 4700 spin run +4701:run start=99001 run_ns=%d000000 "
                         "queued_ns=%d000000 vol=3 invol=%d cpu=0 ticks=1 args=spin;"
                         "4702 4700 spin run +4702:run start=99001 run_ns=%d000000 "
                         "queued_ns=%d000000 vol=3 invol=%d cpu=%d ticks=1 args=spin;"
                         "4703 4700 yes write(1) +4703:write(1) 1>a start=99002 run_ns=9000000 "
                         "queued_ns=0 vol=12 invol=2 cpu=1 ticks=1 args=yes;"
                         "4704 4700 sleep sleep +4704:sleep 0<a start=99002 run_ns=1000000 "
                         "queued_ns=0 vol=2 invol=0 cpu=1 ticks=1 args=sleep,100;",
                         1000000 + 100 * i, 10 + i, i * 50, i * 50, i * 12, b,
                         shares ? i * 50 : 3000, i * 12, shares ? 0 : 1);
        if (i >= 90 && i < 96)
            snprintf(text + n, sizeof text - (size_t)n,
                     "4710 4700 %s %s start=100895 run_ns=%d000000 queued_ns=0 vol=1 "
                     "invol=0 cpu=1 ticks=1%s;",
                     i < 92 ? "sh" : "true", i < 94 ? "run +4710:run" : "zombie=768", i * 3 - 268,
                     i < 94 ? i < 92 ? " args=sh,turns.sh" : " args=true" : "");
        if (i >= 100)
            snprintf(text + n, sizeof text - (size_t)n,
                     "4720 4700 pool futex +4720:futex +4721:run +4722:futex start=100990 "
                     "run_ns=%d000000 queued_ns=0 vol=%d invol=0 cpu=1 ticks=1 args=pool;",
                     (i - 99) * 20, (i - 99) * 40);
        scene_look(sc, text);
    }
    scene_show_newest(sc);
    scene_select(sc, 4702);
}

/* One look only: no rate is known, and no lane is longer than nothing. */
static inline void scene_first_look(struct scene *sc)
{
    scene_init(sc, "watch -- sh");
    sc->history = history_new((size_t)1 << 20);
    scene_look(sc, "snap time_ms=1000000 root=10; 10 1 sh wait +10:wait start=99000;"
                   "11 10 cat read(0) +11:read(0) start=99001");
    scene_show_newest(sc);
}

/* More lanes than rows: a shell that starts one after the other. */
static inline void scene_volley(struct scene *sc)
{
    scene_init(sc, "watch -- make");
    sc->history = history_new((size_t)64 << 20);
    for (int i = 0; i <= 100; i++) {
        char text[2048];
        int n = snprintf(text, sizeof text,
                         "snap time_ms=%d root=500; 500 1 make wait +500:wait start=99000 "
                         "run_ns=%d000000 queued_ns=0 vol=%d invol=0 cpu=0 args=make;",
                         1000000 + 100 * i, i * 2, i);
        for (int k = i / 4; k >= 0 && k > i / 4 - 4; k--)
            n += snprintf(text + n, sizeof text - (size_t)n,
                          "%d 500 cc1 run +%d:run start=%d run_ns=%d000000 queued_ns=%d000000 "
                          "vol=1 invol=%d cpu=%d args=cc1,%d.c;",
                          501 + k, 501 + k, 100000 + k * 40, (i - k * 4) * 45, (i - k * 4) * 55,
                          (i - k * 4) * 9, k % 2, k);
        scene_look(sc, text);
    }
    scene_show_newest(sc);
}

#endif
