/*
 * probes.c - lab 03: calls the student's functions, one small probe for each
 * thing that exercise.h promises. What a probe saw is judged in grade.c.
 *
 * Nothing waits for a time: who must be first says so by a cell, a counter
 * that all processes of a probe share.
 */
#include "exercise.h"

#include "gradekit/probe/probe.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum cell {
    RETURNED, /* the student's function has returned */
    TICKS,    /* signals that interrupted the caller */
    ARRIVED,  /* programs that run */
    GO,       /* they may go on */
};

enum {
    LARGE = 1 << 20, /* 16 times what a pipe holds */
    TICKS_MAX = 3000,
    A_FEW_TICKS = 5, /* one of them surely meets the caller asleep */
};

/* ---- what probes and programs use --------------------------------------- */

/* One read; a non-blocking fd is waited for, unlike in a naive program. */
static ssize_t read_some(int fd, void *buf, size_t n)
{
    ssize_t got;

    while ((got = read(fd, buf, n)) == -1 &&
           (errno == EINTR || errno == EAGAIN))
        poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
    return got;
}

static size_t take(int fd, void *buf, size_t n)
{
    size_t have = 0;
    ssize_t got;

    while (have < n && (got = read_some(fd, (char *)buf + have, n - have)) > 0)
        have += (size_t)got;
    return have;
}

/* False: nobody reads any more. */
static bool give(int fd, const void *bytes, size_t n)
{
    size_t sent = 0;

    while (sent < n) {
        ssize_t put = write(fd, (const char *)bytes + sent, n - sent);
        if (put == -1 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
        else if (put == -1 && errno != EINTR)
            return false;
        else if (put > 0)
            sent += (size_t)put;
    }
    return true;
}

/* Until what is in the pipe was taken; or nobody reads it any more, or the
   function has returned; or for a second or two. */
static void wait_until_taken(int fd)
{
    int left;

    for (int i = 0; i < 5000 && probe_cell(RETURNED) == 0; i++) {
        struct pollfd end = {.fd = fd, .events = POLLOUT};
        poll(&end, 1, 0);
        if (ioctl(fd, FIONREAD, &left) == -1 || left == 0 ||
            end.revents & POLLERR)
            return;
        probe_rest();
    }
}

static void *bytes_of(size_t n)
{
    void *bytes = malloc(n);

    probe_must(bytes != NULL);
    probe_pattern_fill(bytes, n);
    return bytes;
}

static void make_pipe(int ends[2])
{
    probe_must(pipe2(ends, O_CLOEXEC) == 0);
}

/* The result of a call, and let go who waits for its end. */
static void put_returned(long returned)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
    probe_cell_add(RETURNED, 1);
    probe_cell_add(TICKS, TICKS_MAX);
}

/* ---- read_full ---------------------------------------------------------- */

PROBE(read_full_works)
{
    int ends[2];
    char buf[16] = "";

    make_pipe(ends);
    probe_must(write(ends[1], "hello", 5) == 5);
    put_returned(PROBE_CALL(read_full(ends[0], buf, 5)));
    probe_put_bytes("buf", buf, 5);
}

/* A child writes pieces of 1, 2, 3 and 4 bytes, each one when the one before
   was taken, and keeps its end open. */
PROBE(read_full_short_reads)
{
    int ends[2];
    char buf[16] = "";

    make_pipe(ends);
    pid_t feeder = probe_fork("feeder");
    if (feeder == 0) {
        const char *next = "0123456789";
        for (int n = 1; n <= 4; next += n++) {
            give(ends[1], next, (size_t)n);
            wait_until_taken(ends[1]);
        }
        probe_cell_wait(RETURNED, 1);
        _exit(0);
    }
    close(ends[1]);
    put_returned(PROBE_CALL(read_full(ends[0], buf, 10)));
    probe_put_bytes("buf", buf, 10);
    probe_reap(feeder);
}

PROBE(read_full_eof)
{
    int ends[2];
    char buf[16] = "";

    make_pipe(ends);
    probe_must(write(ends[1], "hello", 5) == 5);
    close(ends[1]);
    put_returned(PROBE_CALL(read_full(ends[0], buf, 10)));
    probe_put_bytes("buf", buf, 5);
    probe_put_int("again", PROBE_CALL(read_full(ends[0], buf, 10)));
}

/* The caller has a handler without SA_RESTART, and gets a signal each
   millisecond; nothing can be read before some of them came. */
PROBE(read_full_eintr)
{
    int ends[2];
    char buf[16] = "";

    make_pipe(ends);
    pid_t feeder = probe_fork("feeder");
    if (feeder == 0) {
        probe_cell_wait(TICKS, 4 * A_FEW_TICKS);
        give(ends[1], "abcd", 4);
        probe_cell_wait(RETURNED, 1);
        _exit(0);
    }
    close(ends[1]);
    probe_interrupt_start(TICKS, TICKS_MAX);
    long returned = PROBE_CALL(read_full(ends[0], buf, 4));
    int error = errno;
    probe_interrupt_stop();
    errno = error;
    put_returned(returned);
    probe_put_bytes("buf", buf, 4);
    probe_reap(feeder);
}

PROBE(read_full_error)
{
    int ends[2];
    char buf[16];

    make_pipe(ends);
    probe_must(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    probe_put_int("empty", PROBE_CALL(read_full(ends[0], buf, 10)));
    probe_put_int("empty_errno", errno);
    probe_must(write(ends[1], "hello", 5) == 5);
    probe_put_int("part", PROBE_CALL(read_full(ends[0], buf, 10)));
    probe_put_int("part_errno", errno);
    close(ends[0]);
    put_returned(PROBE_CALL(read_full(ends[0], buf, 10)));
}

PROBE(read_full_exact)
{
    int ends[2], left = -1;
    char buf[16];

    memset(buf, '#', sizeof buf);
    make_pipe(ends);
    probe_must(write(ends[1], "0123456789", 10) == 10);
    put_returned(PROBE_CALL(read_full(ends[0], buf, 4)));
    probe_put_bytes("buf", buf, 6);
    ioctl(ends[0], FIONREAD, &left);
    probe_put_int("left", left);
}

PROBE(read_full_n_zero)
{
    int ends[2];
    char buf[1];

    make_pipe(ends);
    put_returned(PROBE_CALL(read_full(ends[0], buf, 0)));
}

PROBE(read_full_large)
{
    int ends[2];
    char *buf = calloc(1, LARGE);

    probe_must(buf != NULL);
    make_pipe(ends);
    pid_t feeder = probe_fork("feeder");
    if (feeder == 0) {
        close(ends[0]);
        give(ends[1], bytes_of(LARGE), LARGE);
        _exit(0);
    }
    close(ends[1]);
    put_returned(PROBE_CALL(read_full(ends[0], buf, LARGE)));
    probe_put_int("right", (long)probe_pattern_check(buf, LARGE));
    close(ends[0]);
    probe_reap(feeder);
}

/* ---- write_full --------------------------------------------------------- */

/* Read to EOF and put what came: how much, and how much of it is right. */
static void drain(int fd, const char *came, const char *right)
{
    char *all = malloc(2 * LARGE);

    probe_must(all != NULL);
    size_t n = take(fd, all, 2 * LARGE);
    probe_put_int(came, (long)n);
    probe_put_int(right, (long)probe_pattern_check(all, n));
    free(all);
}

PROBE(write_full_works)
{
    int ends[2];
    char buf[16] = "";

    make_pipe(ends);
    put_returned(PROBE_CALL(write_full(ends[1], "hello", 5)));
    close(ends[1]);
    probe_put_bytes("sent", buf, take(ends[0], buf, sizeof buf));
}

static void see_signal(int number)
{
    (void)number;
    probe_cell_add(TICKS, 1);
}

/* One signal, when the pipe is full and the caller asleep in the middle of
   its write(2): that write returns what went out so far. */
PROBE(write_full_short_writes)
{
    int ends[2];

    make_pipe(ends);
    probe_must(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = see_signal},
                         NULL) == 0);
    void *bytes = bytes_of(LARGE);
    pid_t reader = probe_fork("reader");
    if (reader == 0) {
        int filled = 0;
        close(ends[1]);
        while (ioctl(ends[0], FIONREAD, &filled) == 0 && filled < 32768 &&
               probe_cell(RETURNED) == 0)
            probe_rest();
        probe_wait_asleep();
        probe_signal(probe_caller(), SIGUSR1);
        probe_cell_wait(TICKS, 1);
        drain(ends[0], "came", "right");
        _exit(0);
    }
    close(ends[0]);
    put_returned(PROBE_CALL(write_full(ends[1], bytes, LARGE)));
    close(ends[1]);
    probe_reap(reader);
}

/* The pipe is full before the call, so that not a byte can go out: the
   signals that come are EINTR, not a short write. */
PROBE(write_full_eintr)
{
    int ends[2];
    char *sent = malloc(LARGE);
    size_t before = 0;

    make_pipe(ends);
    probe_must(sent != NULL && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    while (write(ends[1], "#", 1) == 1)
        before++;
    probe_must(fcntl(ends[1], F_SETFL, 0) == 0);
    pid_t reader = probe_fork("reader");
    if (reader == 0) {
        close(ends[1]);
        probe_cell_wait(TICKS, 4 * A_FEW_TICKS);
        size_t n = take(ends[0], sent, LARGE);
        probe_put_bytes("sent", sent + before, n - before);
        _exit(0);
    }
    close(ends[0]);
    probe_interrupt_start(TICKS, TICKS_MAX);
    long returned = PROBE_CALL(write_full(ends[1], "hello", 5));
    int error = errno;
    probe_interrupt_stop();
    errno = error;
    put_returned(returned);
    close(ends[1]);
    probe_reap(reader);
}

/* The caller ignores SIGPIPE: what is seen is EPIPE. */
PROBE(write_full_error)
{
    int full[2], broken[2];
    void *bytes = bytes_of(LARGE);

    signal(SIGPIPE, SIG_IGN);
    make_pipe(full);
    probe_must(fcntl(full[1], F_SETFL, O_NONBLOCK) == 0);
    probe_put_int("full", PROBE_CALL(write_full(full[1], bytes, LARGE)));
    probe_put_int("full_errno", errno);

    make_pipe(broken);
    pid_t reader = probe_fork("reader"); /* takes a part and goes away */
    if (reader == 0) {
        char some[1000];
        take(broken[0], some, sizeof some);
        _exit(0);
    }
    close(broken[0]);
    probe_put_int("broken", PROBE_CALL(write_full(broken[1], bytes, LARGE)));
    probe_put_int("broken_errno", errno);
    probe_reap(reader);

    close(broken[1]);
    put_returned(PROBE_CALL(write_full(broken[1], bytes, 10)));
}

PROBE(write_full_sigpipe)
{
    int ends[2];

    make_pipe(ends);
    close(ends[0]);
    pid_t caller = probe_fork_caller();
    if (caller == 0) {
        PROBE_CALL(write_full(ends[1], "hello", 5));
        _exit(0);
    }
    int wstatus = probe_reap(caller);
    probe_put_int("signal", WIFSIGNALED(wstatus) ? WTERMSIG(wstatus) : 0);
}

PROBE(write_full_n_zero)
{
    int ends[2], left = -1;

    make_pipe(ends);
    put_returned(PROBE_CALL(write_full(ends[1], "hello", 0)));
    ioctl(ends[0], FIONREAD, &left);
    probe_put_int("left", left);
}

/* ---- programs, for the other three to start ----------------------------- */

/* say TEXT [CODE]: print it. */
HELPER(say)
{
    give(STDOUT_FILENO, argv[1], strlen(argv[1]));
    return argc > 2 ? atoi(argv[2]) : 0;
}

/* code N: only exit. */
HELPER(code)
{
    (void)argc;
    return atoi(argv[1]);
}

/* die SIGNAL: be killed by it. */
HELPER(die)
{
    (void)argc;
    probe_signal(getpid(), atoi(argv[1]));
    pause();
    return 0;
}

/* next N: copy N bytes, each one increased by 1. Does not wait for EOF. */
HELPER(next)
{
    (void)argc;
    char bytes[64];
    size_t n = take(STDIN_FILENO, bytes, (size_t)atoi(argv[1]));
    for (size_t i = 0; i < n; i++)
        bytes[i]++;
    give(STDOUT_FILENO, bytes, n);
    return 0;
}

/* loud N: the same, and a ! to standard error. */
HELPER(loud)
{
    give(STDERR_FILENO, "!", 1);
    return helper_next(argc, argv);
}

/* taken N KEY: read N bytes and put them. Does not wait for EOF. */
HELPER(taken)
{
    (void)argc;
    char bytes[64];
    probe_put_bytes(argv[2], bytes,
                    take(STDIN_FILENO, bytes, (size_t)atoi(argv[1])));
    return 0;
}

/* copy: from standard input to standard output until EOF. */
HELPER(copy)
{
    (void)argc, (void)argv;
    char bytes[16384];
    ssize_t n;
    while ((n = read_some(STDIN_FILENO, bytes, sizeof bytes)) > 0)
        give(STDOUT_FILENO, bytes, (size_t)n);
    return 0;
}

/* flood N: write N bytes of the pattern; 0: until nobody reads. */
HELPER(flood)
{
    (void)argc;
    size_t n = (size_t)atoi(argv[1]);
    void *bytes = bytes_of(LARGE);
    if (n > 0)
        give(STDOUT_FILENO, bytes, n);
    else
        while (give(STDOUT_FILENO, bytes, LARGE))
            ;
    return 0;
}

/* drain: read until EOF; put how much came, and how much of it is right. */
HELPER(drain)
{
    (void)argc, (void)argv;
    drain(STDIN_FILENO, "came", "right");
    return 0;
}

/* mark KEY: put that it ran. */
HELPER(mark)
{
    (void)argc;
    probe_put_int(argv[1], 1);
    return 0;
}

/* meet N: wait until N programs run. */
HELPER(meet)
{
    (void)argc;
    probe_cell_add(ARRIVED, 1);
    probe_cell_wait(ARRIVED, (uint32_t)atoi(argv[1]));
    return 0;
}

/* member I N: when all N run and the caller waits, have them looked at. */
HELPER(member)
{
    (void)argc;
    probe_cell_add(ARRIVED, 1);
    probe_cell_wait(ARRIVED, (uint32_t)atoi(argv[2]));
    if (atoi(argv[1]) == 0) {
        probe_wait_asleep();
        probe_hold("running");
        probe_cell_add(GO, 1);
    }
    probe_cell_wait(GO, 1);
    return 0;
}

/* until N TEXT: print it when the caller was interrupted N times, and let it
   see EOF; end when it was interrupted as often again. */
HELPER(until)
{
    (void)argc;
    uint32_t n = (uint32_t)atoi(argv[1]);
    probe_cell_wait(TICKS, n);
    give(STDOUT_FILENO, argv[2], strlen(argv[2]));
    close(STDOUT_FILENO);
    probe_cell_wait(TICKS, 2 * n);
    return 0;
}

/* last: say that it is about to end; let those go who wait for that. */
HELPER(last)
{
    (void)argc, (void)argv;
    probe_cell_add(GO, 1);
    return 0;
}

/* outlive: end only when `last` is about to. */
HELPER(outlive)
{
    (void)argc, (void)argv;
    probe_cell_wait(GO, 1);
    for (int i = 0; i < 20; i++)
        probe_rest();
    return 0;
}

/* block: until killed, or let go. */
HELPER(block)
{
    (void)argc, (void)argv;
    probe_cell_wait(GO, 1);
    return 0;
}

/* argument TEXT: put it as it came. */
HELPER(argument)
{
    (void)argc;
    probe_put_bytes("argument", argv[1], strlen(argv[1]));
    return 0;
}

/* signals KEY KEY: put its signal mask, and what it ignores. */
HELPER(signals)
{
    (void)argc;
    probe_put_signals(argv[1], argv[2]);
    return 0;
}

/* inherited: the same, and its fds, their flags, and a variable. */
HELPER(inherited)
{
    char fds[512] = "";

    (void)argc, (void)argv;
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            snprintf(fds + strlen(fds), sizeof fds - strlen(fds), " %d", fd);
    const char *value = getenv("PROCLAB_LAB");
    probe_put_signals("program_mask", "program_ignored");
    probe_put_text("program_fds", "%s", fds);
    probe_put_text("program_value", "%s", value ? value : "(not set)");
    probe_put_int("stdin_flags", fcntl(STDIN_FILENO, F_GETFL));
    probe_put_int("stdout_flags", fcntl(STDOUT_FILENO, F_GETFL));
    return 0;
}

/* pieces: "one ", "two ", "three", each one when the one before was taken. */
HELPER(pieces)
{
    static const char *const words[] = {"one ", "two ", "three"};

    (void)argc, (void)argv;
    for (int i = 0; i < 3; i++) {
        give(STDOUT_FILENO, words[i], strlen(words[i]));
        wait_until_taken(STDOUT_FILENO);
    }
    return 0;
}

/* raw: some bytes that are no text. */
HELPER(raw)
{
    (void)argc, (void)argv;
    give(STDOUT_FILENO, "a\0b\377\n\0", 6);
    return 0;
}

/* errors TEXT: to standard error. */
HELPER(errors)
{
    (void)argc;
    give(STDOUT_FILENO, "out", 3);
    give(STDERR_FILENO, argv[1], strlen(argv[1]));
    return 0;
}

/* leaver: ends at once, but leaves a child that prints afterwards. */
HELPER(leaver)
{
    (void)argc, (void)argv;
    pid_t parent = getpid();
    give(STDOUT_FILENO, "early ", 6);
    if (probe_fork("late") == 0) {
        while (getppid() == parent)
            probe_rest();
        for (int i = 0; i < 20; i++) /* let the caller see the end first */
            probe_rest();
        give(STDOUT_FILENO, "late", 4);
        _exit(0);
    }
    return 3;
}

/* eof: wait for the end of the input; print what came. */
HELPER(eof)
{
    (void)argc, (void)argv;
    char bytes[64];
    size_t n = take(STDIN_FILENO, bytes, sizeof bytes);
    give(STDOUT_FILENO, bytes, n);
    give(STDOUT_FILENO, ".", 1);
    return 0;
}

/* talker: write LARGE bytes, and only then read all. */
HELPER(talker)
{
    (void)argc, (void)argv;
    give(STDOUT_FILENO, bytes_of(LARGE), LARGE);
    drain(STDIN_FILENO, "came", "right");
    return 0;
}

/* mute: close standard output, then read all. */
HELPER(mute)
{
    (void)argc, (void)argv;
    close(STDOUT_FILENO);
    drain(STDIN_FILENO, "came", "right");
    return 4;
}

/* deaf: read a little, close standard input, go on writing. */
HELPER(deaf)
{
    (void)argc, (void)argv;
    char some[10];
    take(STDIN_FILENO, some, sizeof some);
    close(STDIN_FILENO);
    give(STDOUT_FILENO, bytes_of(LARGE), LARGE);
    return 0;
}

/* ---- run_pipeline ------------------------------------------------------- */

/* Run n programs; put status[i] as status_i. */
static int pipeline(size_t n, char **argvs[])
{
    int *status = malloc(n * sizeof *status);

    probe_must(status != NULL);
    for (size_t i = 0; i < n; i++)
        status[i] = -99;
    int returned =
        PROBE_CALL(run_pipeline(n, (char *const *const *)argvs, status));
    put_returned(returned);
    for (size_t i = 0; i < n; i++) {
        char key[32];
        snprintf(key, sizeof key, "status_%zu", i);
        probe_put_int(key, status[i]);
    }
    free(status);
    return returned;
}

#define PIPELINE(...)                                                          \
    pipeline(sizeof(char **[]){__VA_ARGS__} / sizeof(char **),                 \
             (char **[]){__VA_ARGS__})

/* The caller's standard streams are files; what is in them is put. */
struct streams {
    int in, out, err;
};

static struct streams take_streams(const char *in)
{
    struct streams s = {probe_file(), probe_file(), probe_file()};

    probe_must(pwrite(s.in, in, strlen(in), 0) == (ssize_t)strlen(in));
    /* Writers that share a memfd's offset can overwrite each other: the kernel
       takes the lock on it for regular files only. Appending is atomic. */
    probe_must(fcntl(s.out, F_SETFL, O_APPEND) == 0);
    probe_must(fcntl(s.err, F_SETFL, O_APPEND) == 0);
    probe_become(s.in, STDIN_FILENO);
    probe_become(s.out, STDOUT_FILENO);
    probe_become(s.err, STDERR_FILENO);
    return s;
}

static void put_streams(struct streams s)
{
    size_t len;
    char *bytes = probe_file_read(s.out, &len);

    probe_put_bytes("stdout", bytes, len);
    bytes = probe_file_read(s.err, &len);
    probe_put_bytes("stderr", bytes, len);
}

PROBE(run_pipeline_works)
{
    struct streams s = take_streams("AKX");

    PIPELINE(helper_argv("loud", "3", NULL), helper_argv("loud", "3", NULL),
             helper_argv("loud", "3", NULL));
    put_streams(s);
}

PROBE(run_pipeline_one)
{
    struct streams s = take_streams("AKX");

    PIPELINE(helper_argv("next", "3", NULL));
    put_streams(s);
}

PROBE(run_pipeline_many)
{
    enum { MANY = 32 };
    struct streams s = take_streams("A");
    char **argvs[MANY];

    for (size_t i = 0; i < MANY; i++)
        argvs[i] = helper_argv("next", "1", NULL);
    pipeline(MANY, argvs);
    put_streams(s);
}

PROBE(run_pipeline_n_zero)
{
    int status[1];

    put_returned(PROBE_CALL(run_pipeline(0, NULL, status)));
}

PROBE(run_pipeline_status)
{
    probe_put_int("killed", PIPELINE(helper_argv("code", "0", NULL),
                                     helper_argv("die", "9", NULL)));
    PIPELINE(helper_argv("code", "3", NULL), helper_argv("die", "9", NULL),
             helper_argv("code", "255", NULL), helper_argv("die", "15", NULL),
             helper_argv("code", "0", NULL), helper_argv("code", "7", NULL));
}

PROBE(run_pipeline_exec_fails)
{
    char **missing = probe_argv("no-such-program", NULL);
    char **under_file = probe_argv("/etc/passwd/x", NULL);
    char **no_program = probe_argv("/etc/passwd", NULL);

    PIPELINE(helper_argv("mark", "ran_0", NULL), missing,
             helper_argv("mark", "ran_2", NULL), under_file, no_program,
             helper_argv("mark", "ran_5", NULL));
}

PROBE(run_pipeline_side_by_side)
{
    PIPELINE(helper_argv("meet", "3", NULL), helper_argv("meet", "3", NULL),
             helper_argv("meet", "3", NULL));
}

PROBE(run_pipeline_ends)
{
    PIPELINE(helper_argv("member", "0", "3", NULL),
             helper_argv("member", "1", "3", NULL),
             helper_argv("member", "2", "3", NULL));
}

PROBE(run_pipeline_eof)
{
    PIPELINE(helper_argv("say", "hello", NULL), helper_argv("copy", NULL),
             helper_argv("drain", NULL));
}

PROBE(run_pipeline_large)
{
    PIPELINE(helper_argv("flood", "1048576", NULL), helper_argv("copy", NULL),
             helper_argv("drain", NULL));
}

PROBE(run_pipeline_sigpipe)
{
    PIPELINE(helper_argv("flood", "0", NULL),
             helper_argv("taken", "10", "buf", NULL));
}

/* The first program ends only when the last one is about to. */
PROBE(run_pipeline_no_zombie)
{
    PIPELINE(helper_argv("outlive", NULL), helper_argv("outlive", NULL),
             helper_argv("last", NULL));
}

/* The third of four processes cannot be made; the others run until killed.
   Where it is made all the same, it lets them go. */
PROBE(run_pipeline_failure)
{
    probe_fail_processes(2);
    PIPELINE(helper_argv("block", NULL), helper_argv("block", NULL),
             helper_argv("last", NULL), helper_argv("block", NULL));
    probe_put_int("failed", probe_failed_processes());
    probe_fail_nothing();
}

/* All fds that can be had are taken, but for n. Not by a lower limit: with
   that, F_DUPFD to a number above it would fail in another way. */
static int fillers[1024];
static size_t n_fillers;

static void leave_fds(size_t n)
{
    int fd;

    while (n_fillers < 1024 &&
           (fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) != -1)
        fillers[n_fillers++] = fd;
    probe_must(n_fillers < 1024 && n_fillers >= n);
    while (n-- > 0)
        close(fillers[--n_fillers]);
}

static void leave_all_fds(void)
{
    while (n_fillers > 0)
        close(fillers[--n_fillers]);
}

/* Too few fds for the first pipe; then for the second one, when a program may
   run already. */
PROBE(run_pipeline_no_pipe)
{
    char **argv = helper_argv("block", NULL);

    leave_fds(1);
    probe_put_int("first", PIPELINE(argv, argv, argv));
    probe_put_int("first_errno", errno);
    leave_all_fds();
    leave_fds(2);
    PIPELINE(argv, argv, argv);
    leave_all_fds();
}

/* ---- capture_output and feed_and_capture -------------------------------- */

static char not_set[] = "not set";
static char *captured;
static size_t captured_len;

static void put_captured(int returned)
{
    put_returned(returned);
    probe_put_int("is_null", captured == NULL);
    if (captured == NULL)
        return;
    probe_put_int("len", (long)captured_len);
    if (captured_len > 4 * LARGE)
        return; /* surely wrong: do not look there */
    probe_put_bytes("out", captured, captured_len);
    probe_put_int("out_right",
                  (long)probe_pattern_check(captured, captured_len));
    probe_put_int("nul", captured[captured_len] == '\0');
}

/* malloc() gives memory that is not zero, so that a missing NUL is seen. */
static int capture(char **argv)
{
    mallopt(M_PERTURB, 0x55);
    captured = not_set;
    captured_len = 7;
    int returned = PROBE_CALL(capture_output(argv, &captured, &captured_len));
    put_captured(returned);
    return returned;
}

static int feed(char **argv, const void *in, size_t in_len)
{
    mallopt(M_PERTURB, 0x55);
    captured = not_set;
    captured_len = 7;
    int returned = PROBE_CALL(
        feed_and_capture(argv, in, in_len, &captured, &captured_len));
    put_captured(returned);
    return returned;
}

PROBE(capture_output_works)
{
    capture(helper_argv("say", "hello", NULL));
}

PROBE(capture_output_short_reads)
{
    capture(helper_argv("pieces", NULL));
}

PROBE(capture_output_any_bytes)
{
    capture(helper_argv("raw", NULL));
}

/* Does free(3) take what was captured? A child tries it first. */
static bool can_be_freed(void)
{
    pid_t child = probe_fork("free");

    if (child == 0) {
        free(captured);
        _exit(0);
    }
    if (probe_reap(child) != 0)
        return false;
    free(captured);
    return true;
}

/* Lengths at which a buffer may just be full. Each one is freed before the
   next is asked for. */
PROBE(capture_output_nul)
{
    static const char *const lengths[] = {"0",    "1",     "127",  "128",
                                          "1023", "1024",  "4095", "4096",
                                          "8192", "16384", "32768"};
    long missing = -1;
    bool is_freed = true;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0] && is_freed;
         i++) {
        char **argv = i == 0 ? helper_argv("code", "0", NULL)
                             : helper_argv("flood", lengths[i], NULL);
        if (capture(argv) == -1 || captured == NULL)
            continue;
        if (captured[captured_len] != '\0')
            missing = (long)captured_len;
        is_freed = can_be_freed();
    }
    probe_put_int("missing", missing);
    probe_put_int("freed", is_freed);
}

PROBE(capture_output_large)
{
    capture(helper_argv("flood", "1048576", NULL));
}

PROBE(capture_output_eof)
{
    capture(helper_argv("leaver", NULL));
}

PROBE(capture_output_stdin)
{
    take_streams("AKX");
    capture(helper_argv("next", "3", NULL));
}

PROBE(capture_output_stderr)
{
    struct streams s = take_streams("");

    capture(helper_argv("errors", "complaint", NULL));
    put_streams(s);
}

PROBE(feed_and_capture_works)
{
    feed(helper_argv("next", "5", NULL), "gdkkn", 5);
}

PROBE(feed_and_capture_eof)
{
    feed(helper_argv("eof", NULL), "hello", 5);
}

PROBE(feed_and_capture_empty)
{
    feed(helper_argv("eof", NULL), NULL, 0);
}

PROBE(feed_and_capture_no_deadlock)
{
    feed(helper_argv("copy", NULL), bytes_of(LARGE), LARGE);
}

PROBE(feed_and_capture_talks_first)
{
    feed(helper_argv("talker", NULL), bytes_of(LARGE), LARGE);
}

/* The caller ignores SIGPIPE, so that this one is about EPIPE alone. */
PROBE(feed_and_capture_early_close)
{
    signal(SIGPIPE, SIG_IGN);
    feed(helper_argv("say", "hello", "6", NULL), bytes_of(LARGE), LARGE);
}

PROBE(feed_and_capture_stops_reading)
{
    signal(SIGPIPE, SIG_IGN);
    feed(helper_argv("deaf", NULL), bytes_of(LARGE), LARGE);
}

PROBE(feed_and_capture_output_first)
{
    feed(helper_argv("mute", NULL), bytes_of(LARGE), LARGE);
}

PROBE(feed_and_capture_sigpipe)
{
    feed(helper_argv("say", "hello", NULL), bytes_of(LARGE), LARGE);
}

static bool is_pending(void)
{
    sigset_t set;

    sigpending(&set);
    return sigismember(&set, SIGPIPE) == 1;
}

/* A caller that itself blocks SIGPIPE, and has a handler for it. */
PROBE(feed_and_capture_pending)
{
    sigset_t set;

    signal(SIGPIPE, see_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, NULL);
    feed(helper_argv("say", "hello", NULL), bytes_of(LARGE), LARGE);
    probe_put_int("pending_after_none", is_pending());
    int unused;
    if (is_pending())
        sigwait(&set, &unused);
    raise(SIGPIPE);
    feed(helper_argv("say", "hello", NULL), bytes_of(LARGE), LARGE);
    probe_put_int("pending_after_one", is_pending());
}

/* ---- what the three promise alike --------------------------------------- */

/* Run one program by each of them: in a pipeline, it is the second. */
static int by_pipeline(char **argv)
{
    return PIPELINE(helper_argv("code", "0", NULL), argv);
}

static int by_capture(char **argv)
{
    return capture(argv);
}

/* Nothing: they do not read, and whether a write meets EPIPE would be luck. */
static int by_feed(char **argv)
{
    return feed(argv, NULL, 0);
}

#define PROMISE(name_)                                                         \
    static void promise_##name_(int (*run)(char **argv));                      \
    PROBE(run_pipeline_##name_)                                                \
    {                                                                          \
        promise_##name_(by_pipeline);                                          \
    }                                                                          \
    PROBE(capture_output_##name_)                                              \
    {                                                                          \
        promise_##name_(by_capture);                                           \
    }                                                                          \
    PROBE(feed_and_capture_##name_)                                            \
    {                                                                          \
        promise_##name_(by_feed);                                              \
    }                                                                          \
    static void promise_##name_(int (*run)(char **argv))

/* Three calls: an exit code and two signals. */
PROMISE(statuses)
{
    probe_put_int("code_3", run(helper_argv("code", "3", NULL)));
    probe_put_int("code_255", run(helper_argv("code", "255", NULL)));
    probe_put_int("signal_9", run(helper_argv("die", "9", NULL)));
    probe_put_int("signal_15", run(helper_argv("die", "15", NULL)));
}

/* What is captured from a program that could not be run: an empty string. */
static bool is_empty(void)
{
    return captured != NULL && captured_len == 0;
}

PROMISE(exec)
{
    char **missing = probe_argv("no-such-program", NULL);
    char **no_program = probe_argv("/etc/passwd", NULL);

    probe_put_int("missing", run(missing));
    probe_put_int("missing_is_empty", is_empty());
    probe_put_int("no_program", run(no_program));
    probe_put_int("no_program_is_empty", is_empty());
}

/* exec fails in the child, which must not go on in the probe. */
PROMISE(child_returns)
{
    char **argv = probe_argv("no-such-program", NULL);

    run(argv);
}

/* The caller has something in a stdio buffer that is not written yet. */
PROMISE(exit)
{
    char **argv = probe_argv("no-such-program", NULL);
    int fd = probe_file();
    FILE *file = fdopen(fd, "w");

    probe_must(file != NULL);
    fputs("once", file);
    run(argv);
    fflush(file);
    size_t len;
    char *bytes = probe_file_read(fd, &len);
    probe_put_bytes("file", bytes, len);
}

PROMISE(path)
{
    char **argv = probe_argv("sh", "-c", "exit 0", NULL);

    run(argv);
}

PROMISE(direct)
{
    run(helper_argv("argument", "a  b; exit 9 #*'", NULL));
}

PROMISE(eintr)
{
    char **argv = helper_argv("until", "20", "done", NULL);

    probe_interrupt_start(TICKS, TICKS_MAX);
    int returned = run(argv);
    probe_interrupt_stop();
    probe_put_int("ran", returned);
}

/* Two children of the caller's own: one has ended, one runs. */
PROMISE(other_children)
{
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);
    run(helper_argv("code", "5", NULL));
    probe_bystanders_put(b);
}

/* The caller blocks SIGUSR2 and ignores SIGUSR1, and so do the programs. Then it
   blocks and ignores SIGPIPE, too, which one may be tempted to set back. */
PROMISE(inherited)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGUSR1, SIG_IGN);
    setenv("PROCLAB_LAB", "03", 1);
    run(helper_argv("inherited", NULL));
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    run(helper_argv("signals", "mask_with_pipe", "ignored_with_pipe", NULL));
}

PROMISE(ended)
{
    run(helper_argv("code", "0", NULL));
}

/* With so few fds a pipe cannot be made: the first one, or a second one. Then no
   process can be. */
PROMISE(cannot)
{
    char **argv = helper_argv("code", "0", NULL);

    size_t too_few = run == by_feed ? 3 : 1;
    for (size_t fds = 1; fds <= too_few; fds++) {
        char key[32];
        leave_fds(fds);
        int returned = run(argv);
        int error = errno;
        leave_all_fds();
        snprintf(key, sizeof key, "with_%zu", fds);
        probe_put_int(key, returned);
        snprintf(key, sizeof key, "with_%zu_errno", fds);
        probe_put_int(key, error);
        snprintf(key, sizeof key, "with_%zu_is_null", fds);
        probe_put_int(key, captured == NULL);
    }
    probe_fail_processes(0);
    run(argv);
    probe_put_int("failed", probe_failed_processes());
    probe_fail_nothing();
}

/* Call f(key) with each combination of fds 0 to 2 closed. */
static void with_low_fds_closed(void (*f)(const char *key, const int kept[3],
                                          int closed))
{
    int kept[3];

    for (int fd = 0; fd <= 2; fd++)
        kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 20);
    for (int closed = 1; closed < 8; closed++) {
        char key[16];
        snprintf(key, sizeof key, "buf_%d", closed);
        f(key, kept, closed);
    }
}

static void close_low(int closed)
{
    for (int fd = 0; fd <= 2; fd++)
        if (closed & 1 << fd)
            close(fd);
}

static void open_low(const int kept[3], int closed)
{
    for (int fd = 0; fd <= 2; fd++)
        if (closed & 1 << fd)
            dup2(kept[fd], fd);
}

static void low_pipeline(const char *key, const int kept[3], int closed)
{
    char **say = helper_argv("say", "hello", NULL);
    char **copy = helper_argv("copy", NULL);
    char **taken = helper_argv("taken", "5", key, NULL);

    close_low(closed);
    PIPELINE(say, copy, taken);
    open_low(kept, closed);
}

static void low_capture(const char *key, const int kept[3], int closed)
{
    char **argv = helper_argv("say", "hello", NULL);

    close_low(closed);
    capture(argv);
    open_low(kept, closed);
    if (captured != NULL)
        probe_put_bytes(key, captured, captured_len);
}

static void low_feed(const char *key, const int kept[3], int closed)
{
    char **argv = helper_argv("eof", NULL);

    close_low(closed);
    feed(argv, "hello", 5);
    open_low(kept, closed);
    if (captured != NULL)
        probe_put_bytes(key, captured, captured_len);
}

PROBE(run_pipeline_low_fds)
{
    with_low_fds_closed(low_pipeline);
}

PROBE(capture_output_low_fds)
{
    with_low_fds_closed(low_capture);
}

PROBE(feed_and_capture_low_fds)
{
    with_low_fds_closed(low_feed);
}
