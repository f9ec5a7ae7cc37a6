/*
 * recording.c - what a recording costs: its size, and the time to write, to open and to jump.
 *
 *     recording [PROCESSES [LOOKS]]
 *
 * By default an hour of 20 processes at 10 Hz. The processes are made up, and busier than real ones
 * are: one in four of them, then all, have run before each look (CPU time, switches, faults, bytes,
 * another wait), with a task and two fds each and a pipe whose fill changes. Nothing passes or fails by these figures.
 */
#include "record/recording.h"
#include "model/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HZ = 10, JUMPS = 200 };

struct actor {
    int64_t run_ns, queued_ns, ticks, voluntary, involuntary, faults, written;
    bool waits;
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The same story each time, whatever the C library's random() is. */
static unsigned chance(void)
{
    static unsigned long long state = 42;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(state >> 33);
}

static void act(struct actor *a)
{
    a->run_ns += 1000000 + chance() % 50000000;
    a->queued_ns += chance() % 1000000;
    a->ticks += chance() % 5;
    a->voluntary += 1 + chance() % 20;
    a->involuntary += chance() % 3;
    a->faults += chance() % 2 ? 0 : chance() % 10;
    a->written += chance() % 100000;
    a->waits = chance() % 2;
}

static void add(struct snapshot *s, int i, const struct actor *a)
{
    char args[64];
    int len = snprintf(args, sizeof args, "worker%c--number=%d", 0, i) + 1;
    uint32_t comm = snapshot_add_text(s, "worker", 6),
             all = snapshot_add_text(s, args, (size_t)len);
    uint32_t call = snapshot_add_text(s, "write", 5);
    uint32_t wchan = snapshot_add_text(s, "anon_pipe_write", 15);
    struct process *p = snapshot_add_process(s, 1000 + i);
    p->start_ticks = 123456 + (uint64_t)i;
    p->ppid = i ? 1000 : 999;
    p->pgrp = p->session = 1000;
    p->state = a->waits ? 'S' : 'R';
    p->n_threads = 1;
    p->last_cpu = (int)(a->run_ns % 2);
    p->comm_text = comm;
    p->args_text = all;
    p->args_bytes = (uint32_t)len;
    p->is_detailed = true;
    p->user_ticks = a->ticks;
    p->system_ticks = a->ticks / 3;
    p->minor_faults = a->faults;
    p->major_faults = 0;
    p->rss_bytes = 1 << 20;
    p->run_ns = a->run_ns;
    p->queued_ns = a->queued_ns;
    p->voluntary = a->voluntary;
    p->involuntary = a->involuntary;
    p->read_bytes = 4096;
    p->written_bytes = a->written;
    p->waiting.kind = a->waits ? WAIT_PIPE_WRITE : WAIT_NOTHING;
    p->waiting.fd = a->waits ? 1 : -1;
    p->waiting.syscall_text = a->waits ? call : 0;
    p->waiting.channel_text = a->waits ? wchan : 0;
    struct task *t = snapshot_add_task(s, 1000 + i);
    t->state = p->state;
    t->last_cpu = p->last_cpu;
    t->comm_text = comm;
    t->run_ns = p->run_ns;
    t->queued_ns = p->queued_ns;
    t->voluntary = p->voluntary;
    t->involuntary = p->involuntary;
    t->waiting = p->waiting;
    for (int fd = 0; fd < 2; fd++) {
        struct fd_entry *e = snapshot_add_fd(s, fd);
        e->kind = FD_PIPE;
        e->access = fd ? FD_WRITE : FD_READ;
        e->device = 14;
        e->inode = 50000 + (uint64_t)i;
    }
    struct channel *c = snapshot_add_channel(s, CHANNEL_PIPE, 14, 50000 + (uint64_t)i);
    c->capacity_bytes = 65536;
    c->fill_bytes = a->written % 65536;
}

static struct snapshot *look(struct actor *actors, int n, unsigned busy, int64_t at)
{
    struct snapshot *s = snapshot_new();
    s->time_ns = (uint64_t)(at + 1) * (1000000000 / HZ) + chance() % 1000000;
    s->root_pid = 1000;
    s->births = 5000 + at;
    s->hidden = 0;
    for (int i = 0; i < n; i++) {
        if (chance() % 4 < busy)
            act(&actors[i]);
        add(s, i, &actors[i]);
    }
    snapshot_finish(s);
    return s;
}

static void jump(FILE *file, long n_looks)
{
    struct recording *r;
    enum recording_trouble trouble;
    struct snapshot *s;
    double begin = seconds(), worst = 0, sum = 0;
    rewind(file);
    if (recording_open(fileno(file), false, NULL, &r, &trouble) < 0)
        abort();
    double opened = seconds();
    for (int i = 0; i < JUMPS; i++) {
        double before = seconds();
        if (recording_seek(r, chance() % (unsigned)n_looks) < 0 ||
            source_next(recording_source(r), &s) < 0)
            abort();
        snapshot_free(s);
        double took = seconds() - before;
        sum += took;
        worst = took > worst ? took : worst;
    }
    printf("   open %.3f s   jump %.1f ms (worst of %d: %.1f ms)\n", opened - begin,
           sum / JUMPS * 1e3, JUMPS, worst * 1e3);
    source_free(recording_source(r));
}

static void measure(const char *name, bool is_packed, int n, unsigned busy, long n_looks)
{
    struct actor *actors = calloc((size_t)n, sizeof *actors);
    FILE *file = tmpfile();
    struct recording_header header;
    struct recording_writer *w;
    double writing = 0;
    recording_header_init(&header, "bench", HZ);
    if (!actors || !file || recording_writer_open(fileno(file), is_packed, &header, &w) < 0)
        abort();
    for (long i = 0; i < n_looks; i++) {
        struct snapshot *s = look(actors, n, busy, i);
        double before = seconds();
        if (recording_writer_look(w, s) < 0)
            abort();
        writing += seconds() - before;
        snapshot_free(s);
    }
    double bytes = (double)recording_writer_bytes(w);
    recording_writer_close(w, 0, -1);
    printf("%-6s %8.2f MB  %6.1f bytes a process and second   write %.0f us a look", name,
           bytes / 1e6, bytes / ((double)n_looks / HZ * n), writing / (double)n_looks * 1e6);
    jump(file, n_looks);
    fclose(file);
    free(actors);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 20;
    long n_looks = argc > 2 ? strtol(argv[2], NULL, 10) : 3600L * HZ;
    if (n < 1 || n_looks < 1)
        return 2;
    for (unsigned busy = 1; busy <= 4; busy += 3) {
        printf("%d processes, %ld looks at %d Hz, %u in 4 have run before each:\n", n, n_looks, HZ,
               busy);
        measure("plain", false, n, busy, n_looks);
        measure("zstd", true, n, busy, n_looks);
    }
    return 0;
}
