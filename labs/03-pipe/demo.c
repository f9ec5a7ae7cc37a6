/*
 * demo.c - lab 03, pipes, in six acts. Usage: demo [--auto] [--act N]
 *
 * What to notice: a pipe has two ends and a fixed capacity. Who may go on, who
 * sleeps, who sees EOF and who gets SIGPIPE follows from how many bytes are in
 * it and from which processes still hold which end. pipe(7); TLPI, chapter 44.
 */
#include "labkit/children.h"
#include "labkit/facts.h"
#include "labkit/lab.h"
#include "labkit/look.h"
#include "labkit/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 5000, BLOCK = 3000 };

/* How a child tells the demo things: shared memory, for a pipe would show. */
struct notes {
    sem_t go, done;
    atomic_long bytes;
    atomic_int result, error;
};

static struct notes *new_notes(void)
{
    struct notes *notes = shared_new(sizeof *notes);

    gate_init(&notes->go);
    gate_init(&notes->done);
    return notes;
}

static void close_end(int fd)
{
    if (close(fd) == -1)
        lab_die("close");
}

/* Bytes that are in a pipe now. Either end can be asked. */
static int bytes_in(int fd)
{
    int bytes;

    if (ioctl(fd, FIONREAD, &bytes) == -1)
        lab_die("ioctl(FIONREAD)");
    return bytes;
}

/* State that a child sleeps in read or write, once it does. */
static void say_asleep(struct lab *lab, const char *name, pid_t pid,
                       const char *call)
{
    struct look look;
    char words[64], source[96];

    if (look_until_asleep_in(pid, call, LOOK_MS, &look))
        fact_text(lab, name, look_words(&look, words, sizeof words),
                  FACT_SAMPLED, look_source(&look, source, sizeof source));
    else
        fact_unknown(lab, name, NULL, "it was not seen asleep in that call");
}

/* State how a child ended that should have exited. */
static void say_exit(struct lab *lab, const char *name, int status)
{
    if (WIFEXITED(status))
        fact_int(lab, name, WEXITSTATUS(status), NULL, FACT_EXACT,
                 "WEXITSTATUS");
    else
        fact_unknown(lab, name, NULL, "it did not exit: a signal killed it");
}

/* ---- act 1 -------------------------------------------------------------- */

/* State which ends the demo and the reader hold; fd: an end that is open. */
static void say_ends(struct lab *lab, const char *when, pid_t reader, int fd)
{
    char name[64], ours[64], theirs[64];
    int n = look_pipe_ends(getpid(), fd, ours, sizeof ours);
    int m = look_pipe_ends(reader, fd, theirs, sizeof theirs);

    snprintf(name, sizeof name, "%s_demo", when);
    fact_text(lab, name, ours, FACT_EXACT, "/proc/self/fd");
    snprintf(name, sizeof name, "%s_reader", when);
    fact_text(lab, name, theirs, FACT_EXACT, "/proc/PID/fd");
    snprintf(name, sizeof name, "%s_open_ends", when);
    fact_int(lab, name, n + m, "ends", FACT_EXACT, "fds with the pipe's inode");
}

/* The child: closes the end it does not use, reads until EOF. */
static _Noreturn void read_to_eof(const int ends[2], struct notes *notes)
{
    char buf[64];
    ssize_t n;

    gate_pass(&notes->go);
    close_end(ends[1]); /* a reader that holds a write end sees no EOF */
    gate_open(&notes->done);
    while ((n = read(ends[0], buf, sizeof buf)) > 0)
        notes->bytes += n;
    if (n == -1)
        lab_die("read");
    _exit(0);
}

static void act_four_ends(struct lab *lab)
{
    struct notes *notes = new_notes();
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    pid_t reader = child_fork("reader");
    if (reader == 0)
        read_to_eof(ends, notes);
    say_ends(lab, "after_fork", reader, ends[1]);
    lab_hold(lab, "fork() copied both descriptors: one pipe, four open ends.");

    close_end(ends[0]); /* the demo only writes: see act 4 for why */
    gate_open(&notes->go);
    gate_pass(&notes->done);
    say_ends(lab, "after_close", reader, ends[1]);
    lab_hold(lab, "Each side has closed the end it does not use.");

    if (write(ends[1], "hello", 5) != 5)
        lab_die("write");
    close_end(ends[1]); /* the last write end: EOF for the reader */
    int status = child_wait(reader);
    fact_int(lab, "reader_got", notes->bytes, "bytes", FACT_EXACT,
             "before its read() returned 0, EOF");
    say_exit(lab, "reader_exit_code", status);
    lab_say(lab, "Two ends were enough, and the two others had to go: EOF and "
                 "SIGPIPE both wait for the last copy of an end.");
    shared_free(notes, sizeof *notes);
}

/* ---- act 2 -------------------------------------------------------------- */

/* Fill a pipe with 1-byte writes until write() would block. */
static void measure_capacity(struct lab *lab)
{
    int ends[2];
    long bytes = 0;

    if (pipe2(ends, O_NONBLOCK) == -1)
        lab_die("pipe2");
    while (write(ends[1], "x", 1) == 1)
        bytes++;
    if (errno != EAGAIN)
        lab_die("write");
    fact_int(lab, "capacity", fcntl(ends[1], F_GETPIPE_SZ), "bytes", FACT_EXACT,
             "fcntl(F_GETPIPE_SZ)");
    fact_int(lab, "measured_capacity", bytes, "bytes", FACT_EXACT,
             "1-byte writes until EAGAIN");
    close_end(ends[0]);
    close_end(ends[1]);
}

/* A child that writes blocks for ever. */
static _Noreturn void write_on(int fd, struct notes *notes)
{
    char block[BLOCK] = {0};

    for (;;) {
        ssize_t n = write(fd, block, sizeof block);
        if (n == -1)
            lab_die("write");
        notes->bytes += n;
    }
}

/* A child that reads whatever comes. */
static _Noreturn void read_on(int fd, struct notes *notes)
{
    char block[BLOCK];
    ssize_t n;

    while ((n = read(fd, block, sizeof block)) > 0)
        notes->bytes += n;
    _exit(n == 0 ? 0 : 1);
}

static void read_a_block(void *arg)
{
    char block[BLOCK];

    if (read(*(int *)arg, block, sizeof block) == -1)
        lab_die("read");
}

static void write_a_block(void *arg)
{
    const char block[BLOCK] = {0};

    if (write(*(int *)arg, block, sizeof block) == -1)
        lab_die("write");
}

/* Why less is in a full pipe than its capacity. */
static void explain_fill(struct lab *lab, int capacity)
{
    long page = sysconf(_SC_PAGESIZE);

    lab_say(lab,
            "A pipe is a row of pages, and a write that does not fit into "
            "what the last page has left begins a new one: %ld pages, %ld "
            "bytes in each.",
            capacity / page, page / BLOCK * BLOCK);
}

static void fast_writer(struct lab *lab)
{
    struct notes *notes = new_notes();
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    pid_t writer = child_fork("writer");
    if (writer == 0) {
        close_end(ends[0]);
        write_on(ends[1], notes);
    }
    close_end(ends[1]);
    say_asleep(lab, "fast_writer", writer, "write");
    fact_int(lab, "fill_when_it_blocks", bytes_in(ends[0]), "bytes", FACT_EXACT,
             "FIONREAD");
    fact_int(lab, "written_until_then", notes->bytes, "bytes", FACT_EXACT,
             "summed up by it");
    explain_fill(lab, fcntl(ends[0], F_GETPIPE_SZ));
    lab_hold(lab, "Full: the writer sleeps in write() until somebody reads.");
    lab_hold_with(lab, "We read 3,000 bytes 20 times a second; it keeps up.",
                  read_a_block, &ends[0]);
    say_asleep(lab, "fast_writer_again", writer, "write");
    fact_int(lab, "fill_slow_reader", bytes_in(ends[0]), "bytes", FACT_SAMPLED,
             "FIONREAD");
    child_end(writer);
    close_end(ends[0]);
    shared_free(notes, sizeof *notes);
}

static void slow_writer(struct lab *lab)
{
    struct notes *notes = new_notes();
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    pid_t reader = child_fork("reader");
    if (reader == 0) {
        close_end(ends[1]);
        read_on(ends[0], notes);
    }
    close_end(ends[0]);
    say_asleep(lab, "fast_reader", reader, "read");
    lab_hold_with(lab, "Now we write, slowly: the reader sleeps in read().",
                  write_a_block, &ends[1]);
    say_asleep(lab, "fast_reader_again", reader, "read");
    fact_int(lab, "fill_slow_writer", bytes_in(ends[1]), "bytes", FACT_SAMPLED,
             "FIONREAD");
    close_end(ends[1]);
    child_wait(reader);
    shared_free(notes, sizeof *notes);
}

static void try_size(struct lab *lab, int fd, const char *name, int wanted)
{
    int got = fcntl(fd, F_SETPIPE_SZ, wanted);

    if (got == -1)
        fact_text(lab, name, strerrorname_np(errno), FACT_EXACT,
                  "errno of F_SETPIPE_SZ");
    else
        fact_int(lab, name, got, "bytes", FACT_EXACT, "from F_SETPIPE_SZ");
}

static void change_capacity(struct lab *lab)
{
    const char block[5000] = {0};
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    try_size(lab, ends[1], "asked_for_1", 1);
    try_size(lab, ends[1], "asked_for_5000", 5000);
    try_size(lab, ends[1], "asked_for_1_MiB", 1 << 20);
    if (write(ends[1], block, sizeof block) == -1)
        lab_die("write");
    try_size(lab, ends[1], "shrunk_below_content", 1);
    close_end(ends[0]);
    close_end(ends[1]);
}

static void act_full_pipe(struct lab *lab)
{
    measure_capacity(lab);
    fast_writer(lab);
    slow_writer(lab);
    lab_say(lab, "And the capacity can be changed, to a power of two of pages, "
                 "but not below what is in it:");
    change_capacity(lab);
}

/* ---- act 3 -------------------------------------------------------------- */

static int forgotten_end;

static void close_forgotten(int sig)
{
    (void)sig;
    close(forgotten_end);
}

/* A reader that forgot to close its own write end, until SIGUSR1 comes. */
static _Noreturn void read_and_hold_a_write_end(const int ends[2],
                                                struct notes *notes)
{
    /* SA_RESTART: the read() that the signal interrupts goes on */
    struct sigaction action = {.sa_handler = close_forgotten,
                               .sa_flags = SA_RESTART};

    forgotten_end = ends[1];
    if (sigaction(SIGUSR1, &action, NULL) == -1)
        lab_die("sigaction");
    read_on(ends[0], notes);
}

static void act_eof(struct lab *lab)
{
    struct notes *notes = new_notes();
    char words[64];
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    pid_t reader = child_fork("reader");
    if (reader == 0)
        read_and_hold_a_write_end(ends, notes);
    close_end(ends[0]);
    if (write(ends[1], "hello", 5) != 5)
        lab_die("write");
    say_asleep(lab, "reader", reader, "read");
    fact_int(lab, "fill", bytes_in(ends[1]), "bytes", FACT_EXACT, "FIONREAD");
    look_pipe_ends(reader, ends[1], words, sizeof words);
    fact_text(lab, "reader_holds", words, FACT_EXACT, "/proc/PID/fd");
    close_end(ends[1]); /* the demo's last end */
    say_asleep(lab, "reader_after_our_close", reader, "read");
    lab_hold(lab, "We closed our write end, but the reader still holds its "
                  "own copy: it waits for itself, and would for ever.");

    if (kill(reader, SIGUSR1) == -1) /* its handler closes that copy */
        lab_die("kill");
    int status = child_wait(reader);
    fact_int(lab, "reader_got", notes->bytes, "bytes", FACT_EXACT,
             "before its read() returned 0, EOF");
    say_exit(lab, "reader_exit_code", status);
    lab_say(lab,
            "When the reader's own copy was closed too, by a signal's "
            "handler, read() returned 0 at last: close what you don't use.");
    shared_free(notes, sizeof *notes);
}

/* ---- act 4 -------------------------------------------------------------- */

static void killed_by_sigpipe(struct lab *lab)
{
    struct notes *notes = new_notes();
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    pid_t writer = child_fork("writer");
    if (writer == 0) {
        close_end(ends[0]); /* else it would be a reader of its own pipe */
        write_on(ends[1], notes);
    }
    close_end(ends[1]);
    say_asleep(lab, "writer", writer, "write");
    lab_hold(lab, "The demo has the only read end. Next it closes it.");

    close_end(ends[0]);
    int status = child_wait(writer);
    if (WIFSIGNALED(status)) {
        char name[16];
        snprintf(name, sizeof name, "SIG%s", sigabbrev_np(WTERMSIG(status)));
        fact_text(lab, "writer_killed_by", name, FACT_EXACT,
                  "WTERMSIG of its wait status");
    } else {
        fact_unknown(lab, "writer_killed_by", NULL, "it was not killed");
    }
    shared_free(notes, sizeof *notes);
}

static void told_by_epipe(struct lab *lab)
{
    struct notes *notes = new_notes();
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    close_end(ends[0]);
    pid_t writer = child_fork("writer");
    if (writer == 0) {
        signal(SIGPIPE, SIG_IGN);
        notes->result = (int)write(ends[1], "x", 1);
        notes->error = errno;
        _exit(0);
    }
    child_wait(writer);
    fact_int(lab, "with_SIGPIPE_ignored", notes->result, NULL, FACT_EXACT,
             "what write() returned");
    fact_text(lab, "and_errno", strerrorname_np(notes->error), FACT_EXACT,
              "errno after it");
    close_end(ends[1]);
    shared_free(notes, sizeof *notes);
}

static void act_sigpipe(struct lab *lab)
{
    killed_by_sigpipe(lab);
    told_by_epipe(lab);
    lab_say(lab, "Without a reader a write can come to nothing. SIGPIPE ends "
                 "a program that does not look at what write() returns; one "
                 "that ignores it has to look.");
}

/* ---- act 5 -------------------------------------------------------------- */

enum { WRITERS = 4, LINES = 1000, TRIES = 10 };

/* A child: LINES lines of size bytes, each of one letter and in one write(). */
static _Noreturn void write_lines(int fd, size_t size, char letter)
{
    char *line = malloc(size);

    if (line == NULL)
        lab_die("malloc");
    memset(line, letter, size - 1);
    line[size - 1] = '\n';
    for (int i = 0; i < LINES; i++)
        if (write(fd, line, size) != (ssize_t)size)
            lab_die("write");
    _exit(0);
}

/* Whole: of the right length, and of one letter. */
static bool is_whole(const char *line, ssize_t len, size_t size)
{
    return (size_t)len == size &&
           strspn(line, (char[]){line[0], '\0'}) == size - 1;
}

static void read_lines(int fd, size_t size, long *lines, long *torn)
{
    FILE *file = fdopen(fd, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    if (file == NULL)
        lab_die("fdopen");
    while ((len = getline(&line, &room, file)) > 0) {
        *lines += 1;
        *torn += !is_whole(line, len, size);
    }
    free(line);
    fclose(file);
}

/* Four writers, one pipe: count what arrives, and how much of it torn. */
static void mix_lines(struct lab *lab, size_t size, const char *hold,
                      long *lines, long *torn)
{
    pid_t writers[WRITERS];
    int ends[2];

    if (pipe(ends) == -1)
        lab_die("pipe");
    for (int i = 0; i < WRITERS; i++) {
        char name[16];
        snprintf(name, sizeof name, "writer-%c", 'A' + i);
        writers[i] = child_fork(name);
        if (writers[i] == 0) {
            close_end(ends[0]);
            write_lines(ends[1], size, (char)('A' + i));
        }
    }
    close_end(ends[1]);
    if (hold != NULL)
        lab_hold(lab, hold);
    read_lines(ends[0], size, lines, torn);
    for (int i = 0; i < WRITERS; i++)
        child_wait(writers[i]);
}

/* State how many are torn. Where some may be: again until one is seen. */
static void count_torn(struct lab *lab, size_t size, const char *hold)
{
    long lines = 0, torn = 0;
    char name[32], note[96];
    int tries = 0, most = size > PIPE_BUF ? TRIES : 1;

    while (tries < most && torn == 0) {
        mix_lines(lab, size, tries == 0 ? hold : NULL, &lines, &torn);
        tries++;
    }
    snprintf(name, sizeof name, "torn_at_%zu_bytes", size);
    snprintf(note, sizeof note, "of %ld lines from %d writers, %d %s", lines,
             WRITERS, tries, tries == 1 ? "round" : "rounds");
    fact_int(lab, name, torn, "lines", FACT_EXACT, note);
}

static void act_pipe_buf(struct lab *lab)
{
    fact_int(lab, "PIPE_BUF", PIPE_BUF, "bytes", FACT_EXACT, "<limits.h>");
    count_torn(lab, PIPE_BUF, "Four writers, one pipe: nobody reads yet.");
    count_torn(lab, PIPE_BUF + 1, NULL);
    count_torn(lab, (size_t)2 * PIPE_BUF, NULL);
    lab_say(lab,
            "Up to PIPE_BUF bytes a write goes in whole or waits. A longer "
            "one goes in by parts, and another writer's may come between: "
            "not every time, which makes it worse.");
}

/* ---- act 6 -------------------------------------------------------------- */

enum { WARM_UP = 2, ROUNDS = 15, ROUND_NS = 15000000, LARGEST = 65536 };

/* Blocks in shared memory; two semaphores count the full and the free. */
struct ring {
    sem_t full, free;
    char data[LARGEST];
};

/* What carries bytes from the writer to the demo. */
struct wire {
    int ends[2];       /* -1: none, there is a ring */
    struct ring *ring; /* NULL: none */
    size_t block;      /* bytes at a time */
    size_t next;       /* each side's own place in the ring */
};

static void make_pipe(struct wire *wire)
{
    if (pipe(wire->ends) == -1)
        lab_die("pipe");
}

static void make_socketpair(struct wire *wire)
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, wire->ends) == -1)
        lab_die("socketpair");
}

static void make_ring(struct wire *wire)
{
    wire->ring = shared_new(sizeof *wire->ring);
    if (sem_init(&wire->ring->full, 1, 0) == -1 ||
        sem_init(&wire->ring->free, 1, LARGEST / wire->block) == -1)
        lab_die("sem_init");
}

static void put_in_fd(struct wire *wire, const char *buf)
{
    if (write(wire->ends[1], buf, wire->block) == -1)
        lab_die("write");
}

static size_t take_from_fd(struct wire *wire, char *buf)
{
    ssize_t n = read(wire->ends[0], buf, wire->block);

    if (n <= 0)
        lab_die("read");
    return (size_t)n;
}

static char *next_slot(struct wire *wire)
{
    size_t at = wire->next;

    wire->next = (at + wire->block) % LARGEST;
    return wire->ring->data + at;
}

static void put_in_ring(struct wire *wire, const char *buf)
{
    if (sem_wait(&wire->ring->free) == -1)
        lab_die("sem_wait");
    memcpy(next_slot(wire), buf, wire->block);
    sem_post(&wire->ring->full);
}

static size_t take_from_ring(struct wire *wire, char *buf)
{
    if (sem_wait(&wire->ring->full) == -1)
        lab_die("sem_wait");
    memcpy(buf, next_slot(wire), wire->block);
    sem_post(&wire->ring->free);
    return wire->block;
}

/* Three ways, one interface. */
static const struct way {
    const char *name;
    void (*make)(struct wire *wire);
    void (*put)(struct wire *wire, const char *buf);
    size_t (*take)(struct wire *wire, char *buf);
} ways[] = {
    {"pipe", make_pipe, put_in_fd, take_from_fd},
    {"socketpair", make_socketpair, put_in_fd, take_from_fd},
    {"memory", make_ring, put_in_ring, take_from_ring},
};

struct reading {
    const struct way *way;
    struct wire *wire;
    char *buf;
};

/* Take what comes for ROUND_NS; MB/s. */
static double take_for_a_round(void *arg)
{
    struct reading *r = arg;
    uint64_t start = measure_now_ns(), now = start;
    size_t bytes = 0;

    while (now - start < ROUND_NS) {
        size_t until = bytes + LARGEST; /* so the clock is seldom asked */
        while (bytes < until)
            bytes += r->way->take(r->wire, r->buf);
        now = measure_now_ns();
    }
    return (double)bytes * 1e3 / (double)(now - start);
}

static _Noreturn void put_for_ever(const struct way *way, struct wire *wire,
                                   int cpu)
{
    char *buf = calloc(1, wire->block);

    if (buf == NULL)
        lab_die("calloc");
    if (measure_pin(cpu) < 0)
        lab_die("sched_setaffinity");
    if (wire->ends[0] != -1)
        close_end(wire->ends[0]);
    for (;;)
        way->put(wire, buf);
}

/* One way, one size of block: a figure. */
static void measure_way(struct lab *lab, const struct way *way, size_t block,
                        int writer_cpu)
{
    struct wire wire = {.ends = {-1, -1}, .block = block};
    struct reading reading = {way, &wire, malloc(block)};
    double mb_s[ROUNDS];
    struct measure m;
    char name[32];

    if (reading.buf == NULL)
        lab_die("malloc");
    way->make(&wire);
    pid_t writer = child_fork("writer");
    if (writer == 0)
        put_for_ever(way, &wire, writer_cpu);
    if (wire.ends[1] != -1)
        close_end(wire.ends[1]);
    measure_rounds(take_for_a_round, &reading, WARM_UP, ROUNDS, mb_s);
    child_end(writer);
    if (wire.ends[0] != -1)
        close_end(wire.ends[0]);
    if (wire.ring != NULL)
        shared_free(wire.ring, sizeof *wire.ring);
    free(reading.buf);

    measure_summarize(mb_s, ROUNDS, &m);
    snprintf(name, sizeof name, "%s_%zu", way->name, block);
    measure_fact(lab, name, &m, "MB/s", NULL);
}

enum { TRIPS = 1000 };

/* Two pipes between two processes: a byte there, a byte back. */
struct ping {
    int to[2], from[2];
};

static _Noreturn void answer(struct ping *ping)
{
    char byte;

    close_end(ping->to[1]);
    close_end(ping->from[0]);
    while (read(ping->to[0], &byte, 1) == 1)
        if (write(ping->from[1], &byte, 1) != 1)
            lab_die("write");
    _exit(0);
}

/* Of TRIPS round trips, one: microseconds. */
static double go_there_and_back(void *arg)
{
    struct ping *ping = arg;
    uint64_t start = measure_now_ns();
    char byte = 0;

    for (int i = 0; i < TRIPS; i++)
        if (write(ping->to[1], &byte, 1) != 1 ||
            read(ping->from[0], &byte, 1) != 1)
            lab_die("ping");
    return (double)(measure_now_ns() - start) / 1e3 / TRIPS;
}

/* The latency: both on this CPU, so each trip is two switches as well. */
static void measure_latency(struct lab *lab, int cpu)
{
    struct ping ping;
    double us[ROUNDS];
    struct measure m;
    char method[96];

    if (measure_pin(cpu) < 0)
        lab_die("sched_setaffinity");
    if (pipe(ping.to) == -1 || pipe(ping.from) == -1)
        lab_die("pipe");
    pid_t partner = child_fork("partner");
    if (partner == 0)
        answer(&ping);
    close_end(ping.to[0]);
    close_end(ping.from[1]);
    measure_rounds(go_there_and_back, &ping, WARM_UP, ROUNDS, us);
    close_end(ping.to[1]); /* the partner reads EOF */
    close_end(ping.from[0]);
    child_wait(partner);

    measure_summarize(us, ROUNDS, &m);
    snprintf(method, sizeof method,
             "a byte there and back, both processes on CPU %d, "
             "%d times a round, nothing subtracted",
             cpu, TRIPS);
    measure_fact(lab, "round_trip", &m, "us", method);
}

/* Bind the demo, and say where it and the writer run. */
static int place(struct lab *lab, cpu_set_t *before)
{
    char words[96];
    int cpus[2];
    int n = measure_cpus(cpus, 2);

    if (n < 1 || measure_keep_cpus(before) < 0 || measure_pin(cpus[n > 1]) < 0)
        lab_die("sched_setaffinity");
    snprintf(words, sizeof words, "writer on CPU %d, reader on CPU %d", cpus[0],
             cpus[n > 1]);
    fact_text(lab, "placement", words, FACT_EXACT, "sched_setaffinity");
    return cpus[0];
}

static void act_speed(struct lab *lab)
{
    static const size_t blocks[] = {64, 1024, 4096, LARGEST};
    cpu_set_t before;
    char machine[256];

    fact_text(lab, "machine", measure_machine(machine, sizeof machine),
              FACT_EXACT, "uname(2), /proc/cpuinfo");
    int writer_cpu = place(lab, &before);
    fact_text(lab, "method",
              "15 rounds of 15 ms after 2 to warm up: the median, and between "
              "what half of them lay; MB is 10^6 bytes",
              FACT_EXACT, "CLOCK_MONOTONIC");
    for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++)
        for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++)
            measure_way(lab, &ways[w], blocks[b], writer_cpu);
    measure_latency(lab, writer_cpu);
    if (sched_setaffinity(0, sizeof before, &before) == -1)
        lab_die("sched_setaffinity");
    lab_say(lab,
            "A system call costs nearly the same for 64 bytes as for 4,096: "
            "what is paid per call is shared by more bytes as blocks grow.");
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"One pipe, two processes, four ends",
     "The demo makes a pipe and forks a reader. Then each side closes the end "
     "that it does not use, the demo writes 5 bytes and closes its end.",
     "How many open ends has the pipe just after fork(), and how many should "
     "it have?",
     act_four_ends, "pipes"},
    {"The fast writer and the slow reader",
     "A writer writes 3,000 bytes at a time, as fast as it can, and nobody "
     "reads. Then the reverse: a reader, and hardly anything to read.",
     "How many bytes are in the pipe when the writer is put to sleep?",
     act_full_pipe, "pipes"},
    {"EOF comes when the last write end closes",
     "The demo writes 5 bytes to a reader and closes its write end. The "
     "reader forgot to close the write end that it got from fork().",
     "The reader has read the 5 bytes. What does its next read() return?",
     act_eof, "pipes"},
    {"SIGPIPE and EPIPE",
     "A writer sleeps on a full pipe, and the last read end closes. Then "
     "another one writes with SIGPIPE ignored.",
     "What becomes of each of the two writers?", act_sigpipe, "pipes"},
    {"PIPE_BUF: who may write without being torn apart",
     "Four writers share one pipe, each writes 1,000 lines of its own letter, "
     "a "
     "line a write(): lines of 4,096 bytes first, then longer ones.",
     "PIPE_BUF is 4,096. At which length do lines arrive torn?", act_pipe_buf,
     "pipes"},
    {"How fast is a pipe?",
     "A writer sends to the demo in blocks of 64 bytes to 64 KiB: through a "
     "pipe, a socketpair, and shared memory with two semaphores. Then a byte "
     "goes there and back.",
     "What is faster, and by how much: a pipe with blocks of 64 bytes or of "
     "64 KiB?",
     act_speed, "pipes"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "03-pipe", acts,
                       sizeof acts / sizeof acts[0]);
}
