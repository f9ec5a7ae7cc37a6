/*
 * Do no harm: what happens to watched processes is the same as without a watcher. Each test
 * has the source take snapshots as fast as it can meanwhile, which no dashboard does.
 *
 * One thing is known and said in peek.h: a write in the 4 us of a peek, after the last reader died,
 * succeeds; the next one gets the SIGPIPE. So a writer is asked to die of SIGPIPE, not to die at
 * its very next write.
 */
#include "actor.h"

#include "model/snapshot.h"
#include "proc/live.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void look(struct source *source)
{
    struct snapshot *s = NULL;
    int rc = source_next(source, &s);
    cr_assert_eq(rc, 0, "next: %s", rc < 0 ? strerrorname_np(-rc) : "");
    snapshot_free(s);
}

/* Look on until pid has ended; its wait status. */
static int look_until_ended(struct source *source, pid_t pid)
{
    int status;
    time_t end = time(NULL) + 20;
    for (;;) {
        pid_t ended = CHECK(waitpid(pid, &status, WNOHANG));
        if (ended == pid)
            return status;
        cr_assert_lt(time(NULL), end, "%d has not ended", (int)pid);
        look(source);
    }
}

static int write_until_it_fails(void *arg)
{
    int *ends = arg;
    char block[512] = "";
    close(ends[0]);
    while (write(ends[1], block, sizeof block) > 0)
        ;
    return errno == EPIPE ? 3 : 4;
}

/* Reads a little, then exits: the last reader has gone. */
static int read_a_while(void *arg)
{
    int *ends = arg;
    char block[4096];
    close(ends[1]);
    for (int i = 0; i < 200; i++)
        if (read(ends[0], block, sizeof block) <= 0)
            return 1;
    return 0;
}

static int hold_pair(void *arg)
{
    (void)arg;
    int ends[2];
    if (pipe(ends) == -1)
        return 1;
    pid_t writer = actor_fork();
    if (writer == 0)
        _exit(write_until_it_fails(ends));
    pid_t reader = actor_fork();
    if (reader == 0)
        _exit(read_a_while(ends));
    close(ends[0]);
    close(ends[1]);
    int status;
    if (waitpid(reader, &status, 0) == -1 || waitpid(writer, &status, 0) == -1)
        return 2;
    return WIFSIGNALED(status) ? 100 + WTERMSIG(status) : 50 + WEXITSTATUS(status);
}

Test(harm, a_writer_whose_last_reader_goes_dies_of_sigpipe, .timeout = 60)
{
    for (int round = 0; round < 15; round++) {
        pid_t pair = actor_start(hold_pair, NULL);
        struct source *source = actor_watch(pair);
        int status = look_until_ended(source, pair);
        cr_assert(WIFEXITED(status));
        cr_assert_eq(WEXITSTATUS(status), 100 + SIGPIPE, "round %d: %d", round,
                     WEXITSTATUS(status));
        source_free(source);
    }
}

/* The writer is blocked on the full pipe when the last reader goes. */
Test(harm, a_blocked_writer_is_woken_by_sigpipe, .timeout = 60)
{
    for (int round = 0; round < 15; round++) {
        int ends[2];
        CHECK(pipe2(ends, O_CLOEXEC));
        pid_t writer = actor_start(write_until_it_fails, ends);
        close(ends[1]);
        struct source *source = actor_watch(writer);
        int fill = 0;
        while (fill < 65536) {
            look(source);
            CHECK(ioctl(ends[0], FIONREAD, &fill));
        }
        close(ends[0]);
        int status = look_until_ended(source, writer);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE, "round %d: %#x", round,
                  (unsigned)status);
        source_free(source);
    }
}

static int read_to_eof(void *arg)
{
    int *ends = arg;
    char block[4096];
    ssize_t n;
    close(ends[1]);
    while ((n = read(ends[0], block, sizeof block)) > 0)
        ;
    return n == 0 ? 0 : 1;
}

Test(harm, a_reader_gets_eof_when_the_last_writer_closes, .timeout = 60)
{
    for (int round = 0; round < 15; round++) {
        int ends[2];
        CHECK(pipe2(ends, O_CLOEXEC));
        pid_t reader = actor_start(read_to_eof, ends);
        close(ends[0]);
        struct source *source = actor_watch(reader);
        for (int i = 0; i < 20; i++)
            look(source);
        CHECK((int)write(ends[1], "last words", 10));
        close(ends[1]);
        int status = look_until_ended(source, reader);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "round %d: %#x", round,
                  (unsigned)status);
        source_free(source);
    }
}

/* Pipe ends, FIFOs and sockets among our own fds, but for those that were there before. */
static size_t count_own_channels(void)
{
    size_t n = 0;
    DIR *dir = opendir("/proc/self/fd");
    cr_assert_not_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        struct stat st;
        if (fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISFIFO(st.st_mode))
            n++;
    }
    closedir(dir);
    return n;
}

Test(harm, no_pipe_end_is_held_between_looks, .timeout = 60)
{
    int ends[2];
    CHECK(pipe(ends));
    CHECK((int)write(ends[1], "x", 1));
    pid_t holder = actor_start(actor_hold, NULL);
    close(ends[0]);
    close(ends[1]);
    size_t before = count_own_channels();
    for (int whole = 0; whole < 2; whole++) {
        struct live_options options = {.root_pid = whole ? 0 : holder, .all_details = whole};
        struct source *source;
        cr_assert_eq(live_open(&options, &source), 0);
        for (int i = 0; i < 10; i++) {
            look(source);
            cr_assert_eq(count_own_channels(), before, "after look %d", i);
        }
        source_free(source);
    }
    cr_expect_eq(count_own_channels(), before);
    actor_end(holder);
}

/* Looks while a pipe is filled step by step: the same bytes fit, the same write blocks. */
static void fill_and_count(struct source *source, size_t block, int fills[], size_t *n, size_t most)
{
    int ends[2];
    char bytes[8192] = "";
    CHECK(pipe2(ends, O_NONBLOCK | O_CLOEXEC));
    for (*n = 0; *n < most; (*n)++) {
        if (source)
            look(source);
        if (write(ends[1], bytes, block) == -1) {
            cr_assert_eq(errno, EAGAIN);
            break;
        }
        CHECK(ioctl(ends[0], FIONREAD, &fills[*n]));
    }
    close(ends[0]);
    close(ends[1]);
}

Test(harm, the_same_fill_and_the_same_blocking_with_and_without, .timeout = 60)
{
    static const size_t blocks[] = {1, 2049, 3000, 4096, 5000};
    static int alone[300], watched[300];
    struct source *source = actor_watch(getpid());
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        size_t n_alone, n_watched;
        fill_and_count(NULL, blocks[b], alone, &n_alone, 300);
        fill_and_count(source, blocks[b], watched, &n_watched, 300);
        cr_assert_eq(n_alone, n_watched, "blocks of %zu: %zu fit alone, %zu watched", blocks[b],
                     n_alone, n_watched);
        cr_expect_eq(memcmp(alone, watched, n_alone * sizeof *alone), 0);
    }
    source_free(source);
}

/* Nobody reads: each write fails. One that succeeds met a reader: the watcher. */
static int write_to_nobody(void *arg)
{
    int *ends = arg;
    signal(SIGPIPE, SIG_IGN);
    while (write(ends[1], "x", 1) == -1 && errno == EPIPE)
        ;
    return 1;
}

Test(harm, without_a_reader_every_write_fails, .timeout = 60)
{
    int ends[2];
    CHECK(pipe2(ends, O_CLOEXEC));
    close(ends[0]);
    pid_t writer = actor_start(write_to_nobody, ends);
    struct source *source = actor_watch(writer);
    for (int i = 0; i < 2000; i++)
        look(source);
    cr_expect_eq(waitpid(writer, NULL, WNOHANG), 0, "a write succeeded");
    source_free(source);
    actor_end(writer);
}

/* Nobody writes: each read is EOF at once. One that waits met a writer. */
static int read_from_nobody(void *arg)
{
    int *ends = arg;
    char c;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    while (read(ends[0], &c, 1) == 0)
        ;
    return 1;
}

Test(harm, without_a_writer_every_read_is_eof, .timeout = 60)
{
    int ends[2];
    CHECK(pipe2(ends, O_CLOEXEC));
    close(ends[1]);
    pid_t reader = actor_start(read_from_nobody, ends);
    struct source *source = actor_watch(reader);
    for (int i = 0; i < 2000; i++)
        look(source);
    cr_expect_eq(waitpid(reader, NULL, WNOHANG), 0, "a read did not see EOF");
    source_free(source);
    actor_end(reader);
}
