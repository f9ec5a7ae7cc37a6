/*
 * demo.c - lab 04, copy-on-write, in six acts. Usage: demo [--auto] [--act N]
 *
 * What to notice: fork() copies page tables, not pages. A page is copied when
 * one of those who share it writes to it, and that one pays, by a minor fault
 * for each page. fork(2), proc_pid_pagemap(5); TLPI, 24.2.2.
 */
#include "labkit/children.h"
#include "labkit/facts.h"
#include "labkit/lab.h"
#include "labkit/measure.h"
#include "labkit/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGES = 64, WRITES = 12 };

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- pages, as the kernel has them -------------------------------------- */

/* proc_pid_pagemap(5): 8 bytes a page; bit 63 present, 56 mapped only here. */
struct pages {
    long private, shared, absent;
    int error; /* errno where it could not be read; else 0 */
};

static void count_entry(struct pages *pages, uint64_t entry)
{
    if ((entry >> 63 & 1) == 0)
        pages->absent++;
    else if ((entry >> 56 & 1) != 0)
        pages->private ++;
    else
        pages->shared++;
}

static struct pages count_pages(pid_t pid, const void *start, size_t bytes)
{
    struct pages pages = {0};
    uint64_t entries[512];
    uintptr_t page = (uintptr_t)start / page_size();
    size_t left = bytes / page_size();
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return (struct pages){.error = errno};
    while (left > 0 && pages.error == 0) {
        size_t n = left < 512 ? left : 512;
        ssize_t got = pread(fd, entries, n * 8, (off_t)(page * 8));
        if (got <= 0)
            pages.error = got == 0 ? ESRCH : errno;
        for (ssize_t i = 0; i < got / 8; i++, page++, left--)
            count_entry(&pages, entries[i]);
    }
    close(fd);
    return pages;
}

/* State a process's pages in words, or why they cannot be seen. */
static struct pages say_pages(struct lab *lab, const char *name, pid_t pid,
                              const void *start, size_t bytes)
{
    struct pages pages = count_pages(pid, start, bytes);
    char words[96];

    snprintf(words, sizeof words, "%ld private, %ld shared, %ld absent",
             pages.private, pages.shared, pages.absent);
    if (pages.error == 0)
        fact_text(lab, name, words, FACT_EXACT, "/proc/PID/pagemap");
    else
        fact_unknown(lab, name, NULL, strerror(pages.error));
    return pages;
}

/* proc_pid_smaps(5): of the mapping that begins there. */
struct smaps {
    long pss_kib, private_kib, huge_kib;
};

/* 0, or an errno: ENOENT where there is no such mapping. */
static int read_smaps(pid_t pid, const void *start, struct smaps *smaps)
{
    char path[64], line[256], wanted[32];
    bool is_it = false;
    int error = ENOENT;

    *smaps = (struct smaps){0};
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    snprintf(wanted, sizeof wanted, "%jx-", (uintmax_t)(uintptr_t)start);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            is_it = true;
        else if (is_it && sscanf(line, "Pss: %ld", &smaps->pss_kib) == 1)
            error = 0;
        else if (is_it && strncmp(line, "VmFlags:", 8) == 0)
            break; /* the last line of a mapping */
        else if (is_it)
            (void)(sscanf(line, "Private_Dirty: %ld", &smaps->private_kib) +
                   sscanf(line, "AnonHugePages: %ld", &smaps->huge_kib));
    }
    fclose(file);
    return error;
}

/* Pages of our own, private unless flags say otherwise, never huge ones, and
   with nothing beside them. */
static void *map_pages(size_t bytes, int flags)
{
    size_t guard = page_size();
    char *all = mmap(NULL, bytes + 2 * guard, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (all == MAP_FAILED)
        lab_die("mmap");
    char *region = mmap(all + guard, bytes, PROT_READ | PROT_WRITE,
                        flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (region == MAP_FAILED)
        lab_die("mmap");
    /* EINVAL: a kernel that has no huge pages gives none */
    if (madvise(region, bytes, MADV_NOHUGEPAGE) == -1 && errno != EINVAL)
        lab_die("madvise");
    return region;
}

static void unmap_pages(void *region, size_t bytes)
{
    char *all = (char *)region - page_size();

    if (munmap(all, bytes + 2 * page_size()) == -1)
        lab_die("munmap");
}

/* One byte into each page from first on, before end. */
static void write_range(volatile char *region, size_t first, size_t end,
                        char byte)
{
    const size_t size = page_size(); /* in the loop, the call could fault */

    for (size_t i = first; i < end; i++)
        region[i * size] = byte;
}

static void write_pages(char *region, size_t n, char byte)
{
    write_range(region, 0, n, byte);
}

/* Minor faults of this thread until now: getrusage(2). */
static long minor_faults(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_THREAD, &usage) == -1)
        lab_die("getrusage");
    return usage.ru_minflt;
}

/* What the writes cost. */
static long faults_of_writes(char *region, size_t first, size_t end, char byte)
{
    long before = minor_faults();

    write_range(region, first, end, byte);
    return minor_faults() - before;
}

/* ---- what a child is told, and what it tells ---------------------------- */

/* In memory that is really shared, for private memory cannot tell anything. */
struct notes {
    sem_t go, done;
    atomic_int wanted;  /* so many pages it is to have written */
    atomic_long faults; /* what that cost it */
    atomic_int value;   /* what it saw */
};

static struct notes *new_notes(void)
{
    struct notes *notes = shared_new(sizeof *notes);

    gate_init(&notes->go);
    gate_init(&notes->done);
    return notes;
}

/* ---- act 1 -------------------------------------------------------------- */

/* The child: only is there, until it is ended. */
static _Noreturn void only_be(struct notes *notes, const char *region)
{
    gate_pass(&notes->go);
    notes->value = region[0]; /* reading copies nothing */
    gate_open(&notes->done);
    for (;;)
        pause();
}

static void act_shared(struct lab *lab)
{
    struct notes *notes = new_notes();
    size_t bytes = PAGES * page_size();
    char *region = map_pages(bytes, MAP_PRIVATE);

    fact_region(lab, "64 pages", getpid(), region, bytes);
    say_pages(lab, "mapped", getpid(), region, bytes);
    write_pages(region, PAGES, 'P');
    say_pages(lab, "written", getpid(), region, bytes);
    lab_hold(lab, "64 pages of memory, written to once: each is this "
                  "process's alone. Next it forks.");

    pid_t child = child_fork("child");
    if (child == 0)
        only_be(notes, region);
    say_pages(lab, "after_fork_parent", getpid(), region, bytes);
    say_pages(lab, "after_fork_child", child, region, bytes);
    lab_hold(lab, "The page tables were copied, not the pages: the same 64 "
                  "are mapped twice now, write-protected in both.");

    gate_open(&notes->go);
    gate_pass(&notes->done);
    fact_text(lab, "child_reads", (char[]){(char)notes->value, '\0'},
              FACT_EXACT, "the byte that the parent wrote before fork()");
    say_pages(lab, "after_reading_child", child, region, bytes);
    lab_say(lab, "Each has 64 pages of its own, as far as it can tell; "
                 "together they have 64. Reading changes nothing in that.");
    child_end(child);
    unmap_pages(region, bytes);
    shared_free(notes, sizeof *notes);
}

/* ---- act 2 -------------------------------------------------------------- */

/* The child: whenever it is told to, write up to the page that is wanted, and
   add up what that costs. */
static _Noreturn void write_on_demand(struct notes *notes, char *region)
{
    size_t written = 0;
    char unused[1];

    /* Stack and code are new to it, too: have these faults over. */
    measure_after_fork();
    faults_of_writes(unused, 0, 1, 0);
    for (;;) {
        gate_pass(&notes->go);
        size_t wanted = (size_t)notes->wanted;
        notes->faults += faults_of_writes(region, written, wanted, 'C');
        written = wanted;
        gate_open(&notes->done);
    }
}

/* Have it write up to page n, and wait until it has. */
static void let_write(struct notes *notes, int n)
{
    notes->wanted = n;
    gate_open(&notes->go);
    gate_pass(&notes->done);
}

static void let_write_one_more(void *arg)
{
    struct notes *notes = arg;

    if (notes->wanted < WRITES)
        let_write(notes, notes->wanted + 1);
}

static void act_child_writes(struct lab *lab)
{
    struct notes *notes = new_notes();
    size_t bytes = PAGES * page_size();
    char *region = map_pages(bytes, MAP_PRIVATE);
    char says[160];

    write_pages(region, PAGES, 'P');
    fact_region(lab, "64 pages", getpid(), region, bytes);
    pid_t child = child_fork("child");
    if (child == 0)
        write_on_demand(notes, region);
    say_pages(lab, "after_fork_child", child, region, bytes);
    lab_hold_with(lab,
                  "Now the child writes one byte into a page, and one "
                  "into the next, until it has written to 12.",
                  let_write_one_more, notes);
    let_write(notes, WRITES);
    fact_int(lab, "faults_of_12_writes", notes->faults, "faults", FACT_EXACT,
             "ru_minflt of the child, before and after");
    say_pages(lab, "after_writes_child", child, region, bytes);
    say_pages(lab, "after_writes_parent", getpid(), region, bytes);
    fact_text(lab, "parent_still_reads", (char[]){region[0], '\0'}, FACT_EXACT,
              "first byte of the first page; the child wrote a C");
    snprintf(says, sizeof says,
             "%ld faults, and each of the 12 pages was copied. In the parent "
             "the same 12 are private again: nobody else has them any more.",
             notes->faults);
    lab_hold(lab, says);
    child_end(child);
    unmap_pages(region, bytes);
    shared_free(notes, sizeof *notes);
}

/* ---- act 3 -------------------------------------------------------------- */

/* Page frames that the region takes in both processes together: a page that
   two share counts half in each one's Pss. -1: not to be seen. */
static long frames_of_both(pid_t child, const void *region)
{
    struct smaps ours, theirs;

    if (read_smaps(getpid(), region, &ours) != 0 ||
        read_smaps(child, region, &theirs) != 0)
        return -1;
    return (ours.pss_kib + theirs.pss_kib) * 1024 / (long)page_size();
}

static void say_frames(struct lab *lab, const char *name, pid_t child,
                       const void *region)
{
    long frames = frames_of_both(child, region);

    if (frames == -1)
        fact_unknown(lab, name, "pages", "/proc/PID/smaps cannot be read");
    else
        fact_int(lab, name, frames, "pages", FACT_EXACT,
                 "of memory, for both: the sum of their Pss in smaps");
}

/* Time that this thread has run: it does not matter who else wants the CPU. */
static double cpu_us(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == -1)
        lab_die("clock_gettime");
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* What a write to a page costs, by what the kernel has to do for it. */
enum { PRICED = 256, ROUNDS = 15, WARM_UP = 2 };

/* us a page. */
static double time_writes(char *region)
{
    double start = cpu_us();

    write_pages(region, PRICED, 'x');
    return (cpu_us() - start) / PRICED;
}

static double first_touch(void *region)
{
    if (madvise(region, PRICED * page_size(), MADV_DONTNEED) == -1)
        lab_die("madvise");
    return time_writes(region);
}

/* A child has the pages, too, and keeps them. */
static double copied(void *region)
{
    pid_t child = child_fork("sharer");

    if (child == 0)
        for (;;)
            pause();
    double us = time_writes(region);
    child_end(child);
    return us;
}

/* A child had them, too, and has ended: the parent is their last owner. */
static double reused(void *region)
{
    pid_t child = child_fork("sharer");

    if (child == 0)
        _exit(0);
    child_wait(child);
    return time_writes(region);
}

static double warm(void *region)
{
    return time_writes(region);
}

static void price_writes(struct lab *lab)
{
    static const struct price {
        const char *name;
        double (*round)(void *region);
        const char *what;
    } prices[] = {
        {"write_to_absent", first_touch, "a page of zeros is made"},
        {"write_to_shared", copied, "the page is copied"},
        {"write_by_last_owner", reused, "it is made writable again"},
        {"write_to_own", warm, "no fault"},
    };
    size_t bytes = PRICED * page_size();
    char *region = map_pages(bytes, MAP_PRIVATE);
    double us[ROUNDS];
    struct measure m;

    fact_text(
        lab, "method",
        "CPU time a page, of writing to 256: 15 rounds after 2 to warm up",
        FACT_EXACT, "CLOCK_THREAD_CPUTIME_ID");
    write_pages(region, PRICED, 'x');
    for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++) {
        measure_rounds(prices[i].round, region, WARM_UP, ROUNDS, us);
        measure_summarize(us, ROUNDS, &m);
        measure_fact(lab, prices[i].name, &m, "us", prices[i].what);
    }
    unmap_pages(region, bytes);
}

static void act_parent_writes(struct lab *lab)
{
    struct notes *notes = new_notes();
    size_t bytes = PAGES * page_size();
    char *region = map_pages(bytes, MAP_PRIVATE);

    faults_of_writes(region, 0, PAGES, 'P');
    fact_region(lab, "64 pages", getpid(), region, bytes);
    pid_t child = child_fork("child");
    if (child == 0)
        write_on_demand(notes, region);
    measure_after_fork();
    say_frames(lab, "frames_after_fork", child, region);

    fact_int(lab, "faults_of_parent", faults_of_writes(region, 0, WRITES, 'p'),
             "faults", FACT_EXACT,
             "ru_minflt, for 12 writes: who writes first pays");
    say_pages(lab, "parent", getpid(), region, bytes);
    say_pages(lab, "child", child, region, bytes);
    say_frames(lab, "frames_after_12_writes", child, region);
    lab_hold(lab, "The parent wrote, so the parent paid. The child has the "
                  "12 originals, and nobody else has: it is their last owner.");

    let_write(notes, WRITES);
    fact_int(lab, "faults_last_owner", notes->faults, "faults", FACT_EXACT,
             "ru_minflt, for writes to the same 12 pages");
    say_frames(lab, "frames_after_its_writes", child, region);
    lab_say(lab, "The last owner faults as well, since its pages are still "
                 "write-protected, but nothing is copied: it keeps the page.");
    child_end(child);
    price_writes(lab);
    unmap_pages(region, bytes);
    shared_free(notes, sizeof *notes);
}

/* ---- act 4 -------------------------------------------------------------- */

enum { FORKS = 9, MIB = 1 << 20 };
#define HUGE_BYTES ((size_t)2 * MIB)

/* The kB after a label in /proc/self/status; -1: not to be seen. */
static long own_kib(const char *label)
{
    char line[256];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "re");

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, label, strlen(label)) == 0)
            kib = strtol(line + strlen(label), NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib;
}

/* Bytes at a place where huge pages can begin, all of them there. */
struct block {
    char *all, *start;
    size_t all_bytes, bytes;
};

static void drop_block(struct block *block)
{
    if (munmap(block->all, block->all_bytes) == -1)
        lab_die("munmap");
}

/* False, with errno: it cannot be had. */
static bool make_block(struct block *block, size_t bytes, bool is_huge)
{
    block->bytes = bytes;
    block->all_bytes = bytes + HUGE_BYTES;
    block->all = mmap(NULL, block->all_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block->all == MAP_FAILED)
        return false;
    uintptr_t at = (uintptr_t)block->all;
    block->start = block->all + (HUGE_BYTES - at % HUGE_BYTES) % HUGE_BYTES;
    /* an error: a kernel without huge pages; smaps says what there is */
    madvise(block->start, bytes, is_huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    if (madvise(block->start, bytes, MADV_POPULATE_WRITE) == -1) {
        if (errno != EINVAL) { /* there is not so much memory after all */
            int error = errno;
            drop_block(block);
            errno = error;
            return false;
        }
        write_pages(block->start, bytes / page_size(), 1); /* before 5.14 */
    }
    return true;
}

/* How much of it is in huge pages; -1: not to be seen. */
static long huge_kib(pid_t pid, const struct block *block)
{
    struct smaps smaps;

    return read_smaps(pid, block->start, &smaps) == 0 ? smaps.huge_kib : -1;
}

/* One round: us that fork() takes in the parent, whose child ends at once;
   -1 with errno. */
static double time_fork(void *unused)
{
    (void)unused;
    double start = cpu_us();
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    double us = cpu_us() - start;
    if (pid == -1)
        return -1;
    while (waitpid(pid, NULL, 0) == -1)
        if (errno != EINTR)
            lab_die("waitpid");
    return us;
}

/* What can be had, and who says so. */
struct room {
    long long bytes;
    const char *by;
};

static struct room find_room(void)
{
    struct room room;

    room.bytes = memory_available_bytes("", &room.by);
    if (room.bytes < 0)
        return (struct room){256LL * MIB, "assumed, since nothing tells it"};
    return room;
}

static void measure_fork(struct lab *lab, const struct room *room, size_t mib,
                         bool is_huge)
{
    struct block block;
    struct measure m;
    double us[FORKS];
    char name[48], note[160];

    snprintf(name, sizeof name, "fork_%zu_MiB%s", mib, is_huge ? "_huge" : "");
    if ((long long)mib * MIB > room->bytes / 2) {
        snprintf(note, sizeof note,
                 "left out: more than half of what can be had (%s)", room->by);
        fact_unknown(lab, name, "us", note);
        return;
    }
    if (!make_block(&block, mib * MIB, is_huge)) {
        fact_unknown(lab, name, "us", strerror(errno));
        return;
    }
    fact_region(lab, is_huge ? "in huge pages" : "in small pages", getpid(),
                block.start, block.bytes);
    long kib = is_huge ? huge_kib(getpid(), &block) : 0;
    if (is_huge && kib <= 0) {
        fact_unknown(lab, name, "us",
                     "the kernel gave no huge pages: "
                     "AnonHugePages of smaps");
    } else if (time_fork(NULL) < 0) { /* vm.overcommit_memory may be 2 */
        fact_unknown(lab, name, "us", strerror(errno));
    } else {
        measure_rounds(time_fork, NULL, WARM_UP, FORKS, us);
        measure_summarize(us, FORKS, &m);
        if (is_huge)
            snprintf(note, sizeof note, "%ld MiB of it in huge pages",
                     kib / 1024);
        else
            snprintf(note, sizeof note, "%ld kB of page tables, by VmPTE",
                     own_kib("VmPTE:"));
        measure_fact(lab, name, &m, "us", note);
    }
    drop_block(&block);
}

/* A child writes a byte into each of 8 huge pages that it shares. */
static void write_to_huge(struct lab *lab)
{
    enum { HUGE = 8 };
    struct notes *notes = new_notes();
    struct block block;
    struct smaps before, after;

    if (!make_block(&block, HUGE * HUGE_BYTES, true)) {
        fact_unknown(lab, "copied_by_8_writes", "kB", strerror(errno));
        shared_free(notes, sizeof *notes);
        return;
    }
    fact_region(lab, "8 huge pages", getpid(), block.start, block.bytes);
    pid_t child = child_fork("child");
    if (child == 0) {
        gate_pass(&notes->go);
        for (size_t i = 0; i < HUGE; i++)
            ((volatile char *)block.start)[i * HUGE_BYTES] = 'C';
        gate_open(&notes->done);
        for (;;)
            pause();
    }
    bool is_seen = read_smaps(child, block.start, &before) == 0;
    gate_open(&notes->go);
    gate_pass(&notes->done);
    is_seen = is_seen && read_smaps(child, block.start, &after) == 0;
    if (is_seen && before.huge_kib == HUGE * (long)HUGE_BYTES / 1024) {
        fact_int(lab, "huge_before", before.huge_kib, "kB", FACT_EXACT,
                 "AnonHugePages of the child, 8 pages of 2 MiB");
        fact_int(lab, "copied_by_8_writes",
                 after.private_kib - before.private_kib, "kB", FACT_EXACT,
                 "Private_Dirty of the child in smaps, before and after");
        fact_int(lab, "huge_after", after.huge_kib, "kB", FACT_EXACT,
                 "AnonHugePages of the child: they have been split");
        lab_say(lab, "One byte written into a shared huge page copies 4 KiB, "
                     "not 2 MiB: in the child, the kernel splits it first.");
    } else {
        fact_unknown(lab, "copied_by_8_writes", "kB",
                     "the kernel gave no huge pages, or fewer than 8");
    }
    child_end(child);
    drop_block(&block);
    shared_free(notes, sizeof *notes);
}

static void act_fork_cost(struct lab *lab)
{
    static const size_t sizes_mib[] = {1, 4, 16, 64, 256, 1024};
    const struct room room = find_room();
    char machine[256];
    cpu_set_t before;
    int cpu;

    fact_text(lab, "machine", measure_machine(machine, sizeof machine),
              FACT_EXACT, "uname(2), /proc/cpuinfo");
    fact_int(lab, "memory_that_can_be_had", room.bytes / MIB, "MiB",
             FACT_SAMPLED, room.by);
    fact_text(lab, "method",
              "CPU time of the parent in fork(2), whose child exits at once, "
              "both on one CPU: 9 rounds after 2 to warm up",
              FACT_EXACT, "CLOCK_THREAD_CPUTIME_ID, sched_setaffinity");
    if (measure_cpus(&cpu, 1) < 1 || measure_keep_cpus(&before) < 0 ||
        measure_pin(cpu) < 0)
        lab_die("sched_setaffinity");
    const size_t n = sizeof sizes_mib / sizeof sizes_mib[0];
    for (size_t i = 0; i < n; i++)
        measure_fork(lab, &room, sizes_mib[i], false);
    for (size_t i = 1; i < n; i++) /* 1 MiB is less than a huge page */
        measure_fork(lab, &room, sizes_mib[i], true);
    if (sched_setaffinity(0, sizeof before, &before) == -1)
        lab_die("sched_setaffinity");
    lab_say(lab,
            "fork() copies page tables, an entry of 8 bytes for each page: "
            "with huge pages there are 512 times fewer entries.");
    write_to_huge(lab);
}

/* ---- act 5 -------------------------------------------------------------- */

/* The data: records of a page each. The saver saves a few at a time. */
enum { RECORDS = 256, AT_A_TIME = 4 };

struct record {
    long index, version; /* version 0: never changed */
};

struct store {
    char *data;
    struct notes *notes;
    pid_t saver;
    int file, saved;
    int per_100, owed; /* changes for 100 records saved */
    uint32_t random;
};

static struct record *record_at(char *data, size_t i)
{
    void *at = data + i * page_size();

    return at;
}

/* The child: write what it sees to the file, whenever it is told to. */
static _Noreturn void save(char *data, int file, struct notes *notes)
{
    const size_t size = page_size();

    for (size_t i = 0; i < RECORDS; i++) {
        if (i % AT_A_TIME == 0)
            gate_pass(&notes->go);
        if (write(file, data + i * size, size) != (ssize_t)size)
            lab_die("write");
        if (i % AT_A_TIME == AT_A_TIME - 1)
            gate_open(&notes->done);
    }
    for (;;)
        pause(); /* so that its pages can be looked at */
}

/* Any record, each as likely as another: xorshift, the same in every run. */
static size_t any_record(struct store *store)
{
    store->random ^= store->random << 13;
    store->random ^= store->random >> 17;
    store->random ^= store->random << 5;
    return store->random % RECORDS;
}

/* The child saves some records, and meanwhile the parent changes some. */
static void save_some(void *arg)
{
    struct store *store = arg;

    if (store->saved == RECORDS)
        return;
    gate_open(&store->notes->go);
    store->owed += store->per_100 * AT_A_TIME;
    for (; store->owed >= 100; store->owed -= 100)
        record_at(store->data, any_record(store))->version++;
    gate_pass(&store->notes->done);
    store->saved += AT_A_TIME;
}

/* Records in the file that are as they were at the fork. */
static long count_right(int file)
{
    struct record record;
    long right = 0;

    for (long i = 0; i < RECORDS; i++)
        if (pread(file, &record, sizeof record, i * (off_t)page_size()) ==
            sizeof record)
            right += record.index == i && record.version == 0;
    return right;
}

static long count_changed(char *data)
{
    long changed = 0;

    for (size_t i = 0; i < RECORDS; i++)
        changed += record_at(data, i)->version > 0;
    return changed;
}

static void save_at_rate(struct lab *lab, int per_100, bool is_held)
{
    size_t bytes = RECORDS * page_size();
    struct store store = {.data = map_pages(bytes, MAP_PRIVATE),
                          .notes = new_notes(),
                          .file = memfd_create("snapshot", MFD_CLOEXEC),
                          .per_100 = per_100,
                          .random = 2463534242u};
    char key[64], note[128];

    if (store.file == -1)
        lab_die("memfd_create");
    for (size_t i = 0; i < RECORDS; i++)
        record_at(store.data, i)->index = (long)i;
    fact_region(lab, "data", getpid(), store.data, bytes);
    store.saver = child_fork("saver");
    if (store.saver == 0)
        save(store.data, store.file, store.notes);
    if (is_held)
        lab_hold_with(lab,
                      "The saver saves a record, the parent changes one "
                      "at random, and so on: watch the pages part.",
                      save_some, &store);
    while (store.saved < RECORDS)
        save_some(&store);

    struct pages ours = count_pages(getpid(), store.data, bytes);
    snprintf(key, sizeof key, "copied_at_%d", per_100);
    snprintf(note, sizeof note,
             "of 256 pages are private in the parent, by "
             "pagemap; it has changed %ld",
             count_changed(store.data));
    if (ours.error == 0)
        fact_int(lab, key, ours.private, "pages", FACT_EXACT, note);
    else
        fact_unknown(lab, key, "pages", strerror(ours.error));
    snprintf(key, sizeof key, "right_at_%d", per_100);
    fact_int(lab, key, count_right(store.file), "records", FACT_EXACT,
             "of 256 in the file are as they were at the fork");
    if (is_held)
        lab_hold(lab, "All is saved as it was at the fork; what the parent has "
                      "changed meanwhile, it has copied, page by page.");
    child_end(store.saver);
    close(store.file);
    unmap_pages(store.data, bytes);
    shared_free(store.notes, sizeof *store.notes);
}

static void act_snapshot(struct lab *lab)
{
    fact_text(lab, "rate", "changes by the parent for 100 records saved",
              FACT_EXACT, "they take turns, 4 records at a time");
    save_at_rate(lab, 0, false);
    save_at_rate(lab, 10, false);
    save_at_rate(lab, 100, true);
    save_at_rate(lab, 1000, false);
    lab_say(lab, "The snapshot is right at any rate. What it costs is a copy "
                 "of each page that is changed before it is done, once: at "
                 "most, all the memory a second time.");
}

/* ---- act 6 -------------------------------------------------------------- */

static void act_control(struct lab *lab)
{
    struct notes *notes = new_notes();
    size_t bytes = PAGES * page_size();
    char *region = map_pages(bytes, MAP_SHARED);
    char says[160];

    write_pages(region, PAGES, 'P');
    fact_region(lab, "64 pages, MAP_SHARED", getpid(), region, bytes);
    say_pages(lab, "before_fork", getpid(), region, bytes);
    pid_t child = child_fork("child");
    if (child == 0)
        write_on_demand(notes, region);
    say_pages(lab, "after_fork_parent", getpid(), region, bytes);
    say_pages(lab, "after_fork_child", child, region, bytes);
    lab_hold(lab, "Of a MAP_SHARED mapping fork() does not even copy the page "
                  "tables: the child finds its pages when it wants them.");

    let_write(notes, WRITES);
    fact_int(lab, "faults_of_12_writes", notes->faults, "faults", FACT_EXACT,
             "ru_minflt of the child: to map 12 pages");
    fact_text(lab, "parent_reads", (char[]){region[0], '\0'}, FACT_EXACT,
              "the child wrote a C, and the parent sees it");
    say_pages(lab, "after_writes_parent", getpid(), region, bytes);
    say_pages(lab, "after_writes_child", child, region, bytes);
    say_frames(lab, "frames_of_both", child, region);
    snprintf(says, sizeof says,
             "%ld faults, but no copy: 12 pages are mapped twice, both write "
             "to them, and there are still 64.",
             notes->faults);
    lab_hold(lab, says);
    child_end(child);
    unmap_pages(region, bytes);
    shared_free(notes, sizeof *notes);
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"After fork every page is shared",
     "The demo writes to each of 64 pages and forks. /proc/PID/pagemap says, "
     "page by page, whether a process has it alone.",
     "How many of its 64 pages has the child of its own, just after fork()?",
     act_shared, "memory"},
    {"A write copies a page",
     "The demo writes to each of 64 pages and forks. The child writes one byte "
     "into each of the first 12.",
     "How many page faults does the child pay, and how many bytes are copied?",
     act_child_writes, "memory"},
    {"Who writes pays, and the last owner pays less",
     "After fork the parent, not the child, writes into 12 of the 64 pages; "
     "then the child writes into the same 12. At last, what each kind of write "
     "costs.",
     "How many pages are copied when the parent writes, and how many when the "
     "child writes to the same ones?",
     act_parent_writes, "memory"},
    {"What fork costs",
     "The demo fills 1 MiB to 1 GiB of memory, as far as there is so much, and "
     "forks: in pages of 4 KiB, then in huge ones of 2 MiB.",
     "Nothing of the memory is copied. Does a fork with 1 GiB take longer than "
     "one with 1 MiB, and by what factor?",
     act_fork_cost, "memory"},
    {"A snapshot by fork",
     "A store of 256 records of a page each is saved by a child, as Redis' "
     "BGSAVE does it, while the parent goes on changing records at random.",
     "The parent changes as many records as the child saves. How much memory "
     "is copied: none, half of it, all of it?",
     act_snapshot, "memory"},
    {"The control: MAP_SHARED",
     "The same as in act 2, with one difference: the 64 pages are mapped "
     "MAP_SHARED, not MAP_PRIVATE.",
     "The child writes to 12 pages. How many faults, and how many copies?",
     act_control, "memory"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "04-cow", acts,
                       sizeof acts / sizeof acts[0]);
}
