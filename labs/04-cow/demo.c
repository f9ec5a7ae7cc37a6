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

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
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

/* One byte into each of n pages. */
static void write_pages(volatile char *region, size_t n, char byte)
{
    const size_t size = page_size();

    for (size_t i = 0; i < n; i++)
        region[i * size] = byte;
}

/* Minor faults of this thread until now: getrusage(2). */
static long minor_faults(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_THREAD, &usage) == -1)
        lab_die("getrusage");
    return usage.ru_minflt;
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
    lab_hold(lab, "fork() copied the page tables, not the pages: the same "
                  "64 pages are mapped twice, write-protected in both.");

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
static _Noreturn void write_on_demand(struct notes *notes,
                                      volatile char *region)
{
    const size_t size = page_size(); /* a call in the loop could fault, too */
    int written = 0;

    for (;;) {
        gate_pass(&notes->go);
        long before = minor_faults();
        for (; written < notes->wanted; written++)
            region[(size_t)written * size] = 'C';
        notes->faults += minor_faults() - before;
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

    write_pages(region, PAGES, 'P');
    fact_region(lab, "64 pages", getpid(), region, bytes);
    pid_t child = child_fork("child");
    if (child == 0)
        write_on_demand(notes, region);
    let_write(notes, 0); /* what it faults for itself, at first, is over */
    notes->faults = 0;
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
    lab_hold(lab, "12 faults, 12 pages copied. In the parent the same 12 are "
                  "private again: nobody else has them any more.");
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
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "04-cow", acts,
                       sizeof acts / sizeof acts[0]);
}
