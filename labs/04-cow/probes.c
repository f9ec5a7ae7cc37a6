/*
 * probes.c - lab 04: calls the student's functions, one small probe for each
 * thing that exercise.h promises. What a probe saw is judged in grade.c.
 *
 * How many faults and pages there must be is known beforehand: so many pages
 * were written to, and no other. A probe finds out first whether this machine
 * lets such things be seen at all, and gives up where it does not. A count of
 * faults is taken three times, and the least one put: what a thread faults
 * besides only adds to it, and seldom.
 */
#include "exercise.h"

#include "gradekit/probe/probe.h"
#include "gradekit/probe/tasks.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum cell {
    RETURNED, /* the student's function has returned */
    TICKS,    /* signals that interrupted the caller, or the writer */
    GO,       /* a bystander may take its next step */
    ARRIVED,  /* it has */
    AT_FORK,  /* children in which the hook below has run */
};

enum {
    PAGES = 64,
    TRIES = 3,
    CALLS_MAX = 20,
    MANY_PAGES = 5000,
    LARGE = 3 << 20, /* 48 times what a pipe holds */
    TICKS_MAX = 3000,
    A_FEW_TICKS = 5, /* one of them surely meets the caller asleep */
};

static size_t page; /* bytes */

__attribute__((constructor)) static void ask_page_size(void)
{
    page = (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- what probes use ---------------------------------------------------- */

/* The result of a call, and let go who waits for its end. */
static void put_returned(long returned)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
    probe_cell_add(RETURNED, 1);
    probe_cell_add(TICKS, TICKS_MAX);
}

/* Pages without huge ones, absent all; nothing is mapped beside them. */
static char *map_pages(size_t pages, int flags)
{
    char *all = mmap(NULL, (pages + 2) * page, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    probe_must(all != MAP_FAILED);
    if (pages == 0)
        return all + page;
    char *region =
        mmap(all + page, pages * page, PROT_READ | PROT_WRITE,
             flags | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    probe_must(region != MAP_FAILED);
    madvise(region, pages * page, MADV_NOHUGEPAGE); /* EINVAL: it has none */
    return region;
}

static void unmap_pages(char *region, size_t pages)
{
    munmap(region - page, (pages + 2) * page);
}

/* One byte into each page from first to before end. */
static void write_pages(volatile char *region, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        region[i * page] = (char)(1 + i % 100);
}

static volatile char read_byte;

static void read_pages(const volatile char *region, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        read_byte = region[i * page];
}

static bool is_unmapped(char *region, size_t pages)
{
    unsigned char in_core[PAGES];

    return mincore(region, pages * page, in_core) == -1 && errno == ENOMEM;
}

/* A child that shares all memory with us, and does step(i) whenever GO is
   increased. It ends with the call of the function, or when it is reaped. */
static pid_t start_bystander(void (*step)(int i), int steps)
{
    uint32_t go = probe_cell(GO), arrived = probe_cell(ARRIVED);
    pid_t pid = probe_fork("bystander");

    if (pid != 0) {
        probe_cell_wait(ARRIVED, arrived + 1);
        return pid;
    }
    probe_cell_add(ARRIVED, 1);
    for (int i = 0; i < steps; i++) {
        probe_cell_wait(GO, go + (uint32_t)i + 1);
        step(i);
        probe_cell_add(ARRIVED, 1);
    }
    for (;;)
        pause();
}

static void let_step(void)
{
    uint32_t arrived = probe_cell(ARRIVED);

    probe_cell_add(GO, 1);
    probe_cell_wait(ARRIVED, arrived + 1);
}

static void no_step(int i)
{
    (void)i;
}

static void end_bystander(pid_t pid)
{
    probe_signal(pid, SIGKILL);
    probe_reap(pid);
}

/* ---- a process's own pages ---------------------------------------------- */

/* After a fork a process faults for its stack and its variables, for code that
   it has not run yet, and where the kernel writes (rseq(2)). So that this does
   not count for the student's writes: read from each page that it has, or
   write back what is there. The region is left out. */
static struct {
    char *start, *end;
    bool is_written;
} ranges[256];
static size_t n_ranges;

static void list_ranges(const char *region)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];

    probe_must(maps != NULL);
    n_ranges = 0;
    while (fgets(line, sizeof line, maps) != NULL && n_ranges < 256) {
        char read, write, run, kind;
        void *start, *end;
        if (sscanf(line, "%p-%p %c%c%c%c", &start, &end, &read, &write, &run,
                   &kind) != 6 ||
            read != 'r' || kind != 'p' || start == region ||
            strstr(line, "[v") != NULL)
            continue;
        ranges[n_ranges].start = start;
        ranges[n_ranges].end = end;
        ranges[n_ranges++].is_written = write == 'w';
    }
    fclose(maps);
}

static void fault_all(void)
{
    for (size_t i = 0; i < n_ranges; i++)
        for (volatile char *at = ranges[i].start; at < ranges[i].end;
             at += page) {
            if (ranges[i].is_written)
                *at = *at;
            else
                read_byte = *at;
        }
}

/* Room below, so that deeper calls do not make the stack grow. */
static void grow_stack(void)
{
    volatile char room[128 << 10];

    for (size_t i = 0; i < sizeof room; i += page)
        room[i] = 0;
}

/* ---- can such things be seen here? -------------------------------------- */

#define GIVE_UP(what_) probe_give_up(what_, __FILE__, __LINE__)

/* The probe's own look: pages that are present, and those alone here. */
static bool look_at_pages(pid_t pid, const char *region, size_t pages,
                          size_t *present, size_t *alone)
{
    char path[64];
    uint64_t entry;
    bool is_read = true;

    *present = *alone = 0;
    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    for (size_t i = 0; i < pages && is_read; i++) {
        off_t at = (off_t)(((uintptr_t)region / page + i) * sizeof entry);
        is_read = pread(fd, &entry, sizeof entry, at) == sizeof entry;
        *present += is_read && (entry >> 63 & 1);
        *alone += is_read && (entry >> 63 & 1) && (entry >> 56 & 1);
    }
    int error = errno;
    close(fd);
    errno = error;
    return is_read;
}

static bool is_pagemap_right(void)
{
    char *region = map_pages(4, MAP_PRIVATE);
    size_t present = 0, alone = 0, present_after = 0, alone_after = 0;

    write_pages(region, 0, 3);
    errno = ENOTSUP;
    bool is_seen = look_at_pages(getpid(), region, 4, &present, &alone);
    int error = errno;
    pid_t child = start_bystander(no_step, 0);
    is_seen = is_seen &&
              look_at_pages(getpid(), region, 4, &present_after, &alone_after);
    end_bystander(child);
    unmap_pages(region, 4);
    errno = error;
    return is_seen && present == 3 && alone == 3 && present_after == 3 &&
           alone_after == 0;
}

/* Three times: a page that the kernel just moves is absent for a moment. */
static void need_pagemap(void)
{
    for (int i = 0; i < TRIES; i++)
        if (is_pagemap_right())
            return;
    GIVE_UP("see in /proc/PID/pagemap which pages a process has alone");
}

static long own_minor_faults(void)
{
    struct rusage usage;

    probe_must(getrusage(RUSAGE_THREAD, &usage) == 0);
    return usage.ru_minflt;
}

static void need_faults(void)
{
    for (int i = 0; i < TRIES; i++) {
        char *region = map_pages(16, MAP_PRIVATE);
        long before = own_minor_faults();
        write_pages(region, 0, 16);
        long after = own_minor_faults();
        unmap_pages(region, 16);
        if (after - before == 16)
            return;
    }
    errno = ENOTSUP;
    GIVE_UP("see a minor fault for each page that it writes to at first");
}

/* ---- count_minor_faults ------------------------------------------------- */

struct work {
    char *region;
    size_t pages;
    int calls;
    pid_t by; /* the thread that called last */
};

static void begin_work(struct work *work)
{
    work->calls++;
    work->by = gettid();
}

static void write_work(void *arg)
{
    struct work *work = arg;

    begin_work(work);
    write_pages(work->region, 0, work->pages);
}

static void read_work(void *arg)
{
    struct work *work = arg;

    begin_work(work);
    read_pages(work->region, 0, work->pages);
}

/* Count it three times, each time on pages that prepare() made; the least. */
static long least_count(void (*fn)(void *), size_t pages,
                        void (*prepare)(struct work *work),
                        void (*clear)(struct work *work))
{
    long least = -2;

    for (int i = 0; i < TRIES; i++) {
        struct work work = {map_pages(pages, MAP_PRIVATE), pages, 0, 0};
        if (prepare != NULL)
            prepare(&work);
        work.calls = 0;
        long count = PROBE_CALL(count_minor_faults(fn, &work));
        if (clear != NULL)
            clear(&work);
        probe_put_int("calls", work.calls);
        probe_put_int("same_thread", work.by == gettid());
        unmap_pages(work.region, pages);
        if (least == -2 || count < least)
            least = count;
    }
    return least;
}

PROBE(count_minor_faults_works)
{
    need_faults();
    put_returned(least_count(write_work, 37, NULL, NULL));
}

PROBE(count_minor_faults_numbers)
{
    static const size_t numbers[] = {0, 1, 2, 100, 3000};

    need_faults();
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char key[32];
        snprintf(key, sizeof key, "of_%zu", numbers[i]);
        probe_put_int(key, least_count(write_work, numbers[i], NULL, NULL));
    }
}

static void write_before(struct work *work)
{
    write_pages(work->region, 0, work->pages);
}

PROBE(count_minor_faults_warm)
{
    need_faults();
    probe_put_int("writes", least_count(write_work, 50, write_before, NULL));
    probe_put_int("reads", least_count(read_work, 50, write_before, NULL));
}

/* Pages that were there, that are full of what was written, and that a child
   has, too: no page is new, and yet each write faults. */
static pid_t sharer;

static void share(struct work *work)
{
    write_pages(work->region, 0, work->pages);
    grow_stack();
    list_ranges(work->region);
    sharer = start_bystander(no_step, 0);
    fault_all(); /* so that the caller has all but the region to itself */
}

static void end_sharer(struct work *work)
{
    (void)work;
    end_bystander(sharer);
}

PROBE(count_minor_faults_cow)
{
    need_faults();
    probe_put_int("writes", least_count(write_work, 50, share, end_sharer));
    probe_put_int("reads", least_count(read_work, 50, share, end_sharer));
}

/* Another thread of the process faults 500 times while fn runs. */
static void *fault_meanwhile(void *arg)
{
    char *region = map_pages(500, MAP_PRIVATE);

    (void)arg;
    for (uint32_t i = 0; i < CALLS_MAX; i++) {
        probe_cell_wait(GO, i + 1);
        madvise(region, 500 * page, MADV_DONTNEED);
        write_pages(region, 0, 500);
        probe_cell_add(ARRIVED, 1);
    }
    return NULL;
}

static void write_beside_a_thread(void *arg)
{
    uint32_t arrived = probe_cell(ARRIVED);

    write_work(arg);
    probe_cell_add(GO, 1);
    probe_cell_wait(ARRIVED, arrived + 1);
}

PROBE(count_minor_faults_thread)
{
    pthread_t thread;

    need_faults();
    probe_must(pthread_create(&thread, NULL, fault_meanwhile, NULL) == 0);
    put_returned(least_count(write_beside_a_thread, 40, NULL, NULL));
    /* Where fn was called too seldom, the thread would wait for ever. */
    probe_cell_add(GO, CALLS_MAX);
    pthread_join(thread, NULL);
}

/* ---- count_private_pages ------------------------------------------------ */

static char *shared_region; /* of the bystander and us */

static long count_private(pid_t pid, const char *region, size_t pages)
{
    return PROBE_CALL(count_private_pages(pid, region, pages));
}

PROBE(count_private_pages_works)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);

    need_pagemap();
    write_pages(region, 0, PAGES);
    put_returned(count_private(getpid(), region, PAGES));
}

static void write_twelve(int i)
{
    (void)i;
    write_pages(shared_region, 0, 12);
}

/* All 64 written, shared with a child, which then writes to 12. */
PROBE(count_private_pages_shared)
{
    need_pagemap();
    shared_region = map_pages(PAGES, MAP_PRIVATE);
    write_pages(shared_region, 0, PAGES);
    pid_t child = start_bystander(write_twelve, 1);
    probe_put_int("after_fork", count_private(getpid(), shared_region, PAGES));
    let_step();
    probe_put_int("after_write", count_private(getpid(), shared_region, PAGES));
    end_bystander(child);
    probe_put_int("after_end", count_private(getpid(), shared_region, PAGES));
}

/* The child throws 20 pages away and writes to 7 others: it has 7 alone, we
   have 27. */
static void drop_twenty_write_seven(int i)
{
    (void)i;
    madvise(shared_region, 20 * page, MADV_DONTNEED);
    write_pages(shared_region, 20, 27);
}

PROBE(count_private_pages_other)
{
    need_pagemap();
    shared_region = map_pages(PAGES, MAP_PRIVATE);
    write_pages(shared_region, 0, PAGES);
    pid_t child = start_bystander(drop_twenty_write_seven, 1);
    let_step();
    probe_put_int("child", count_private(child, shared_region, PAGES));
    probe_put_int("caller", count_private(getpid(), shared_region, PAGES));
    end_bystander(child);
}

/* The child has unmapped the region; we have written to it. And the reverse. */
static void unmap_it(int i)
{
    (void)i;
    munmap(shared_region, PAGES * page);
}

PROBE(count_private_pages_elsewhere)
{
    need_pagemap();
    shared_region = map_pages(PAGES, MAP_PRIVATE);
    write_pages(shared_region, 0, PAGES);
    pid_t child = start_bystander(unmap_it, 1);
    let_step();
    probe_put_int("child", count_private(child, shared_region, PAGES));
    probe_put_int("caller", count_private(getpid(), shared_region, PAGES));
    end_bystander(child);

    pid_t other = start_bystander(no_step, 0);
    probe_must(munmap(shared_region, PAGES * page) == 0);
    probe_put_int("child_only", count_private(other, shared_region, PAGES));
    probe_put_int("not_caller", count_private(getpid(), shared_region, PAGES));
    end_bystander(other);
}

/* Of 64: 34 written, 10 never touched, 10 unmapped, and 10 only read. Those are
   the page of zeros, which everybody has; a kernel without one (a guest's,
   sometimes) gives the reader pages of its own. */
PROBE(count_private_pages_absent)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);
    size_t present, alone;

    need_pagemap();
    write_pages(region, 0, 10);
    write_pages(region, 20, 30);
    probe_must(munmap(region + 20 * page, 10 * page) == 0);
    probe_must(is_unmapped(region + 20 * page, 10));
    read_pages(region, 30, 40);
    write_pages(region, 40, PAGES);
    probe_must(look_at_pages(getpid(), region, PAGES, &present, &alone));
    probe_must(alone == 34 || alone == 44);
    probe_put_int("alone", (int64_t)alone);
    put_returned(count_private(getpid(), region, PAGES));
    probe_put_int("never_touched",
                  count_private(getpid(), region + 10 * page, 10));
    probe_put_int("unmapped", count_private(getpid(), region + 20 * page, 10));
}

/* MAP_SHARED says who may see a page, not who does: one process maps it. */
PROBE(count_private_pages_map_shared)
{
    size_t present, alone;

    need_pagemap();
    shared_region = map_pages(PAGES, MAP_SHARED);
    write_pages(shared_region, 0, 30);
    probe_must(look_at_pages(getpid(), shared_region, PAGES, &present, &alone));
    probe_must(alone == 30);
    probe_put_int("alone", count_private(getpid(), shared_region, PAGES));

    shared_region = map_pages(PAGES, MAP_SHARED);
    write_pages(shared_region, 0, 30);
    pid_t child = start_bystander(write_twelve, 1);
    let_step();
    probe_must(look_at_pages(getpid(), shared_region, PAGES, &present, &alone));
    probe_must(alone == 18);
    probe_put_int("with_a_child",
                  count_private(getpid(), shared_region, PAGES));
    end_bystander(child);
}

/* Only those pages: the ones before and after are written to, too. */
PROBE(count_private_pages_range)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);

    need_pagemap();
    write_pages(region, 0, PAGES);
    probe_put_int("of_0", count_private(getpid(), region + 5 * page, 0));
    probe_put_int("of_1", count_private(getpid(), region + 5 * page, 1));
    probe_put_int("of_7", count_private(getpid(), region + 5 * page, 7));
    probe_must(munmap(region, 5 * page) == 0);
    probe_put_int("half", count_private(getpid(), region + 3 * page, 4));
}

/* 70,000 pages, some of them written to: at both ends, and around where an
   array of some thousand entries would end. */
PROBE(count_private_pages_large)
{
    static const size_t places[] = {0,     511,   512,   1023,  1024,
                                    4095,  4096,  8191,  8192,  16384,
                                    32767, 32768, 65535, 65536, 69999};
    const size_t n = sizeof places / sizeof places[0];
    char *region = map_pages(70000, MAP_PRIVATE);

    need_pagemap();
    for (size_t i = 0; i < n; i++)
        write_pages(region, places[i], places[i] + 1);
    put_returned(count_private(getpid(), region, 70000));
}

/* A PID of a child that was waited for. */
PROBE(count_private_pages_no_process)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);

    need_pagemap();
    write_pages(region, 0, PAGES);
    pid_t gone = probe_fork("bystander");
    if (gone == 0)
        _exit(0);
    probe_reap(gone);
    long returned = count_private(gone, region, PAGES);
    put_returned(returned);
}

/* A zombie has no memory; what is said of it is not judged. */
PROBE(count_private_pages_zombie)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);
    siginfo_t info;

    need_pagemap();
    pid_t zombie = probe_fork("bystander");
    if (zombie == 0)
        _exit(0);
    waitid(P_PID, (id_t)zombie, &info, WEXITED | WNOWAIT);
    put_returned(count_private(zombie, region, PAGES));
    probe_reap(zombie);
}

static void hide(int i)
{
    (void)i;
    prctl(PR_SET_DUMPABLE, 0); /* its /proc files are root's now */
}

/* Of a process that may not be looked at; where we may all the same, nothing
   is claimed. */
PROBE(count_private_pages_not_yours)
{
    size_t present, alone;

    need_pagemap();
    shared_region = map_pages(PAGES, MAP_PRIVATE);
    write_pages(shared_region, 0, PAGES);
    pid_t child = start_bystander(hide, 1);
    let_step();
    bool may = look_at_pages(child, shared_region, PAGES, &present, &alone);
    probe_put_int("may", may);
    put_returned(count_private(child, shared_region, PAGES));
    end_bystander(child);
}

/* No fd can be had. */
PROBE(count_private_pages_no_fd)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);
    struct rlimit before, none;

    need_pagemap();
    write_pages(region, 0, PAGES);
    int lowest = dup(STDERR_FILENO);
    probe_must(lowest != -1 && close(lowest) == 0);
    probe_must(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none = before;
    none.rlim_cur = (rlim_t)lowest;
    probe_must(setrlimit(RLIMIT_NOFILE, &none) == 0);
    long returned = count_private(getpid(), region, PAGES);
    int error = errno;
    setrlimit(RLIMIT_NOFILE, &before);
    errno = error;
    put_returned(returned);
}

/* ---- measure_cow -------------------------------------------------------- */

/* What runs in a child of the student's, at the end of fork(); NULL: nothing.
   A child that was made without fork(3) does not come by here. */
static void (*at_fork)(void);

static void run_at_fork(void)
{
    if (at_fork == NULL)
        return;
    at_fork();
    probe_cell_add(AT_FORK, 1);
}

static void hook_fork(void (*hook)(void))
{
    static bool is_hooked;

    at_fork = hook;
    if (!is_hooked)
        probe_must(pthread_atfork(NULL, NULL, run_at_fork) == 0);
    is_hooked = true;
}

static struct cow_report report;

/* Measure, and put the report, under keys that begin with `prefix`. */
static int measure(char *region, size_t pages, size_t touched,
                   const char *prefix)
{
    char key[48];

    report = (struct cow_report){-7, 7777777, 7777777};
    int returned = PROBE_CALL(measure_cow(region, pages, touched, &report));
    int error = errno;
    snprintf(key, sizeof key, "%sfaults", prefix);
    probe_put_int(key, report.child_faults);
    snprintf(key, sizeof key, "%safter_fork", prefix);
    probe_put_int(key, (int64_t)report.shared_after_fork);
    snprintf(key, sizeof key, "%safter_write", prefix);
    probe_put_int(key, (int64_t)report.shared_after_write);
    errno = error;
    return returned;
}

static char *full_region(size_t pages)
{
    char *region = map_pages(pages, MAP_PRIVATE);

    probe_pattern_fill(region, pages * page);
    return region;
}

static void need_both(void)
{
    need_faults();
    need_pagemap();
}

PROBE(measure_cow_works)
{
    char *region = full_region(PAGES);

    need_both();
    put_returned(measure(region, PAGES, 20, ""));
}

/* Each fourth page is absent. Of the first 40, 30 are present; of 64, 48. */
PROBE(measure_cow_absent)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);

    need_both();
    for (size_t i = 0; i < PAGES; i++)
        if (i % 4 != 3)
            write_pages(region, i, i + 1);
    put_returned(measure(region, PAGES, 40, ""));
}

/* Not one page is there. */
PROBE(measure_cow_all_absent)
{
    char *region = map_pages(PAGES, MAP_PRIVATE);

    need_both();
    put_returned(measure(region, PAGES, 9, ""));
}

PROBE(measure_cow_none)
{
    char *region = full_region(PAGES);

    need_both();
    probe_put_int("returned_none", measure(region, PAGES, 0, "none_"));
    probe_put_int("returned_one", measure(region, 1, 1, "one_"));
    probe_put_int("returned_empty", measure(region, 0, 0, "empty_"));
}

PROBE(measure_cow_all)
{
    char *region = full_region(PAGES);

    need_both();
    put_returned(measure(region, PAGES, PAGES, ""));
}

PROBE(measure_cow_large)
{
    char *region = map_pages(MANY_PAGES, MAP_PRIVATE);

    need_both();
    write_pages(region, 0, MANY_PAGES);
    put_returned(measure(region, MANY_PAGES, 4500, ""));
}

/* What of the address space is not private: nothing else maps such here. */
static long count_shared_mappings(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512], kind;
    long n = 0;

    probe_must(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL)
        n += sscanf(line, "%*s %*3c%c", &kind) == 1 && kind == 's';
    fclose(maps);
    return n;
}

/* Two calls: one mapping may be made once and kept, but not one for each. */
PROBE(measure_cow_memory)
{
    char *region = full_region(PAGES);

    need_both();
    put_returned(measure(region, PAGES, 20, ""));
    long before = count_shared_mappings();
    put_returned(measure(region, PAGES, 20, ""));
    probe_put_int("left_mapped", count_shared_mappings() - before);
    probe_put_int("right", (long)probe_pattern_check(region, PAGES * page));
    probe_put_int("page_bytes", (long)page);
}

PROBE(measure_cow_too_many)
{
    char *region = full_region(PAGES + 1);

    put_returned(measure(region, PAGES, PAGES + 1, ""));
}

/* In the child, before it sees anything: all that it has is its own, and so
   are 5 pages of those that it will write to, and 3 others. */
static void own_eight(void)
{
    fault_all();
    write_pages(shared_region, 3, 8);
    write_pages(shared_region, 40, 43);
}

PROBE(measure_cow_measured)
{
    long least = -2;

    need_both();
    shared_region = full_region(PAGES);
    grow_stack();
    for (int i = 0; i < TRIES; i++) {
        list_ranges(shared_region);
        hook_fork(own_eight);
        int returned = measure(shared_region, PAGES, 20, "");
        hook_fork(NULL);
        put_returned(returned);
        if (least == -2 || report.child_faults < least)
            least = report.child_faults;
    }
    probe_put_int("faults", least);
    probe_put_int("hooked", probe_cell(AT_FORK));
}

/* Every page of the region is read-only: who writes gets a SIGSEGV, whose
   handler notes the place and lets the write be done again. */
static struct notes {
    unsigned char by_child[PAGES], by_caller[PAGES];
} * notes;

static void see_write(int number, siginfo_t *info, void *unused)
{
    size_t at = (size_t)((char *)info->si_addr - shared_region) / page;
    bool is_caller = getpid() == probe_caller();

    (void)unused;
    if ((char *)info->si_addr < shared_region || at >= PAGES) {
        signal(number, SIG_DFL);
        return;
    }
    (is_caller ? notes->by_caller : notes->by_child)[at] = 1;
    mprotect(shared_region + at * page, page, PROT_READ | PROT_WRITE);
}

static long count_set(const unsigned char set[], size_t first, size_t end)
{
    long n = 0;

    for (size_t i = first; i < end; i++)
        n += set[i];
    return n;
}

PROBE(measure_cow_writes)
{
    need_both();
    notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    probe_must(notes != MAP_FAILED);
    shared_region = full_region(PAGES);
    probe_must(mprotect(shared_region, PAGES * page, PROT_READ) == 0);
    probe_must(sigaction(SIGSEGV,
                         &(struct sigaction){.sa_sigaction = see_write,
                                             .sa_flags = SA_SIGINFO},
                         NULL) == 0);
    put_returned(measure(shared_region, PAGES, 20, ""));
    probe_put_int("written", count_set(notes->by_child, 0, 20));
    probe_put_int("beyond", count_set(notes->by_child, 20, PAGES));
    probe_put_int("by_caller", count_set(notes->by_caller, 0, PAGES));
}

PROBE(measure_cow_no_process)
{
    char *region = full_region(PAGES);

    probe_fail_processes(0);
    put_returned(measure(region, PAGES, 20, ""));
    long before = count_shared_mappings();
    put_returned(measure(region, PAGES, 20, ""));
    probe_put_int("left_mapped", count_shared_mappings() - before);
    probe_put_int("failed", probe_failed_processes());
    probe_fail_nothing();
}

/* The child does not go on before the caller was interrupted some times, and
   does not end before it was interrupted some times more: what the caller does
   in between, and its wait, are two things. */
static void wait_for_ticks(void)
{
    probe_cell_wait(TICKS, 4 * A_FEW_TICKS);
}

static void wait_for_more_ticks(void)
{
    probe_cell_wait(TICKS, 8 * A_FEW_TICKS);
}

PROBE(measure_cow_eintr)
{
    char *region = full_region(PAGES);

    need_both();
    probe_tasks_note();
    probe_tasks_call(NULL, wait_for_more_ticks);
    hook_fork(wait_for_ticks);
    probe_interrupt_start(TICKS, TICKS_MAX);
    int returned = measure(region, PAGES, 20, "");
    int error = errno;
    probe_interrupt_stop();
    errno = error;
    put_returned(returned);
}

/* ---- save_snapshot ------------------------------------------------------ */

static void make_pipe(int ends[2])
{
    probe_must(pipe2(ends, O_CLOEXEC) == 0);
}

static char *bytes_of(size_t n)
{
    char *bytes = malloc(n);

    probe_must(bytes != NULL);
    probe_pattern_fill(bytes, n);
    return bytes;
}

/* The rest of what comes, how much there was, and how much of it is right. */
static void drain(int fd, const char *came, const char *right)
{
    char *all = malloc(2 * LARGE);

    probe_must(all != NULL);
    size_t n = probe_take(fd, all, 2 * LARGE);
    probe_put_int(came, (long)n);
    probe_put_int(right, (long)probe_pattern_check(all, n));
    free(all);
}

static pid_t writer;

static int save(const void *data, size_t len, int fd)
{
    writer = -7;
    return PROBE_CALL(save_snapshot(data, len, fd, &writer));
}

/* Wait for the writer, and put how it ended: exit code, 128 + signal, or -1:
   it is no child of ours, or is no process at all. */
static void put_ended(const char *key)
{
    int wstatus = writer > 0 ? probe_reap(writer) : -1;

    probe_put_int(key, wstatus == -1          ? -1
                       : WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus)
                                              : WEXITSTATUS(wstatus));
}

PROBE(save_snapshot_works)
{
    int ends[2];
    char buf[16] = "";

    make_pipe(ends);
    put_returned(save("hello", 5, ends[1]));
    close(ends[1]);
    probe_put_bytes("sent", buf, probe_take(ends[0], buf, sizeof buf));
    put_ended("ended");
}

/* A pipe in which there is no room for a byte. */
static void make_full_pipe(int ends[2], size_t *filled)
{
    make_pipe(ends);
    probe_must(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    for (*filled = 0; write(ends[1], "#", 1) == 1; (*filled)++)
        ;
    probe_must(fcntl(ends[1], F_SETFL, 0) == 0);
}

static void skip(int fd, size_t n)
{
    char *bytes = malloc(n);

    probe_must(bytes != NULL && probe_take(fd, bytes, n) == n);
    free(bytes);
}

PROBE(save_snapshot_at_once)
{
    int ends[2];
    size_t filled;
    char buf[16] = "";

    make_full_pipe(ends, &filled);
    put_returned(save("hello", 5, ends[1]));
    close(ends[1]);
    skip(ends[0], filled);
    probe_put_bytes("sent", buf, probe_take(ends[0], buf, sizeof buf));
    put_ended("ended");
}

/* The caller changes the data, and then has it no more. */
PROBE(save_snapshot_changed)
{
    int ends[2];
    size_t filled, pages = LARGE / page;
    char *data = map_pages(pages, MAP_PRIVATE);

    probe_pattern_fill(data, LARGE);
    make_full_pipe(ends, &filled);
    put_returned(save(data, LARGE, ends[1]));
    close(ends[1]);
    memset(data, '!', LARGE);
    unmap_pages(data, pages);
    skip(ends[0], filled);
    drain(ends[0], "came", "right");
    put_ended("ended");
}

PROBE(save_snapshot_large)
{
    int ends[2];
    char *data = bytes_of(LARGE);

    make_pipe(ends);
    put_returned(save(data, LARGE, ends[1]));
    close(ends[1]);
    drain(ends[0], "came", "right");
    put_ended("ended");
}

PROBE(save_snapshot_empty)
{
    int ends[2], left = -1;

    make_pipe(ends);
    put_returned(save(NULL, 0, ends[1]));
    put_ended("ended");
    ioctl(ends[0], FIONREAD, &left);
    probe_put_int("left", left);
}

/* Two of them under way, of two moments; the second one is read first. */
PROBE(save_snapshot_two)
{
    int first[2], second[2];
    char *data = bytes_of(LARGE);

    make_pipe(first);
    make_pipe(second);
    put_returned(save(data, LARGE, first[1]));
    pid_t first_writer = writer;
    memset(data, '2', LARGE);
    put_returned(save(data, LARGE, second[1]));
    memset(data, '3', LARGE);
    /* Each writer may have the other's ends, too: no EOF before both ended. */
    char *all = malloc(LARGE);
    probe_must(all != NULL);
    size_t n = probe_take(second[0], all, LARGE), right = 0;
    while (right < n && all[right] == '2')
        right++;
    probe_put_int("second_right", (long)right);
    put_ended("second_ended");
    writer = first_writer;
    n = probe_take(first[0], all, LARGE);
    probe_put_int("first_right", (long)probe_pattern_check(all, n));
    put_ended("first_ended");
}

/* The reader is another process, which takes a part and ends. The caller
   holds no read end, so neither does the writer. */
PROBE(save_snapshot_reader_gone)
{
    int ends[2];
    char *data = bytes_of(LARGE);

    make_pipe(ends);
    pid_t reader = probe_fork("reader");
    if (reader == 0) {
        close(ends[1]);
        skip(ends[0], 100000);
        _exit(0);
    }
    close(ends[0]);
    put_returned(save(data, LARGE, ends[1]));
    close(ends[1]);
    put_ended("ended");
    probe_reap(reader);
}

PROBE(save_snapshot_no_reader)
{
    int ends[2];

    make_pipe(ends);
    close(ends[0]);
    put_returned(save("hello", 5, ends[1]));
    put_ended("ended");
}

/* An fd that is not for writing, and one that is none. */
PROBE(save_snapshot_error)
{
    int ends[2];

    make_pipe(ends);
    put_returned(save("hello", 5, ends[0]));
    put_ended("read_only");
    close(ends[0]);
    close(ends[1]);
    put_returned(save("hello", 5, ends[1]));
    put_ended("closed");
}

/* A full pipe that does not block. The writer may wait, or fail with EAGAIN;
   what it says must be so. */
PROBE(save_snapshot_honest)
{
    int ends[2];
    char *data = bytes_of(LARGE);

    make_pipe(ends);
    probe_must(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    put_returned(save(data, LARGE, ends[1]));
    close(ends[1]);
    drain(ends[0], "came", "right");
    put_ended("ended");
}

static void see_signal(int number)
{
    (void)number;
    probe_cell_add(TICKS, 1);
}

/* Is it asleep, twice in a row? Within two seconds. */
static void wait_until_asleep(pid_t pid)
{
    char path[64], text[512];
    int in_a_row = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    for (int i = 0; i < 5000 && in_a_row < 2; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
        close(fd);
        if (n <= 0)
            return;
        text[n] = '\0';
        const char *after = strrchr(text, ')');
        in_a_row = after != NULL && after[2] == 'S' ? in_a_row + 1 : 0;
        probe_rest();
    }
}

/* Signals meet the writer asleep, in the middle of a write(2) that is then
   short, and before a byte of it went out: EINTR. */
PROBE(save_snapshot_interrupted)
{
    int ends[2];
    size_t filled;
    char *data = bytes_of(LARGE);

    probe_must(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = see_signal},
                         NULL) == 0);
    make_full_pipe(ends, &filled);
    put_returned(save(data, LARGE, ends[1]));
    close(ends[1]);
    if (writer > 0) {
        wait_until_asleep(writer);
        probe_signal(writer, SIGUSR1); /* EINTR */
        wait_until_asleep(writer);
        skip(ends[0], filled);
        wait_until_asleep(writer);
        probe_signal(writer, SIGUSR1); /* a short write */
        wait_until_asleep(writer);
    }
    drain(ends[0], "came", "right");
    put_ended("ended");
}

PROBE(save_snapshot_no_process)
{
    int ends[2];

    make_pipe(ends);
    probe_fail_processes(0);
    put_returned(save("hello", 5, ends[1]));
    probe_put_int("failed", probe_failed_processes());
    probe_fail_nothing();
    if (writer > 0 && probe_failed_processes() == 0)
        probe_reap(writer);
}

/* ---- what the two that fork promise alike ------------------------------- */

static char *promised_region;

static void by_measure(void)
{
    put_returned(measure(promised_region, PAGES, 20, ""));
}

static void by_save(void)
{
    int ends[2];

    make_pipe(ends);
    put_returned(save("hello", 5, ends[1]));
    put_ended("writer");
    close(ends[0]);
    close(ends[1]);
}

#define PROMISE(name_)                                                         \
    static void promise_##name_(void (*run)(void));                            \
    PROBE(measure_cow_##name_)                                                 \
    {                                                                          \
        need_both();                                                           \
        promised_region = full_region(PAGES);                                  \
        promise_##name_(by_measure);                                           \
    }                                                                          \
    PROBE(save_snapshot_##name_)                                               \
    {                                                                          \
        promise_##name_(by_save);                                              \
    }                                                                          \
    static void promise_##name_(void (*run)(void))

/* The caller has something in a stdio buffer that is not written yet. */
PROMISE(exit)
{
    int fd = probe_file();
    FILE *file = fdopen(fd, "w");
    size_t len;

    probe_must(file != NULL);
    fputs("once", file);
    run();
    fflush(file);
    char *bytes = probe_file_read(fd, &len);
    probe_put_bytes("file", bytes, len);
}

/* Two children of the caller's own: one has ended, one runs. */
PROMISE(other_children)
{
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);
    run();
    probe_bystanders_put(b);
}

/* The caller blocks a signal, ignores one, and has a handler for another. */
PROMISE(caller)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGPIPE, see_signal);
    setenv("PROCLAB_LAB", "04", 1);
    run();
}
