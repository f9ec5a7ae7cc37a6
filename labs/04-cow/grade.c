/*
 * grade.c - lab 04: what is claimed of the student's functions, a claim for
 * each sentence of exercise.h. The probe of a claim is FUNCTION_NAME in
 * probes.c unless .probe says otherwise.
 *
 * Not observed, and so not claimed: that major faults are left out (none can
 * be made to order without root), that a page's one byte and not more of it is
 * written (the child's memory is gone when it could be looked at), that -1
 * comes where getrusage(2) fails (it does not), and what an address that is
 * not page-aligned gives (the contract excludes it).
 *
 * Where the machine or its sandbox hides /proc/PID/pagemap, or counts no
 * faults, a probe gives up: then the claim could not be judged, which is not
 * held against the student.
 */
#include "gradekit/claim.h"

#include <errno.h>
#include <stdio.h>

enum { LARGE = 3 << 20 };

/* ---- count_minor_faults ------------------------------------------------- */

CLAIM(count_minor_faults, works, .points = 4,
      .says = "counts 37 faults of a function that writes to 37 new pages",
      .hint = "getrusage(2) tells ru_minflt; take it before and after, and "
              "return the difference.")
{
    expect_returned(r, 37);
}

CLAIM(count_minor_faults, numbers, .points = 5,
      .says = "counts 0, 1, 2, 100 and 3,000 where there are so many",
      .hint = "What you return is what the kernel counted meanwhile, nothing "
              "else: no constant, and nothing of the counting itself.")
{
    expect_int(r, "of_0", 0, "a function that touches nothing");
    expect_int(r, "of_1", 1, "a function that writes to 1 new page");
    expect_int(r, "of_2", 2, "a function that writes to 2 new pages");
    expect_int(r, "of_100", 100, "a function that writes to 100 new pages");
    expect_int(r, "of_3000", 3000, "a function that writes to 3,000 new pages");
}

CLAIM(count_minor_faults, warm, .points = 2, .hygiene_of = "works",
      .says = "counts none where the pages were written to before",
      .hint = "The kernel counts from the thread's start: what was there "
              "before the call does not belong to it.")
{
    expect_int(r, "writes", 0, "writes to 50 pages that are there");
    expect_int(r, "reads", 0, "reads of 50 pages that are there");
}

CLAIM(count_minor_faults, cow, .points = 3,
      .says = "counts the faults of writes to pages that a child shares, and "
              "none for reading them",
      .hint = "A copy-on-write fault maps no page that was absent: memory that "
              "has grown does not tell. ru_minflt does.")
{
    expect_int(r, "writes", 50, "writes to 50 pages that a child has, too");
    expect_int(r, "reads", 0, "reads of 50 pages that a child has, too");
}

CLAIM(count_minor_faults, thread, .points = 4,
      .says = "counts the calling thread's own faults, not another thread's",
      .hint = "RUSAGE_SELF is the whole process: see getrusage(2) for what "
              "else there is. (In this test another thread faults 500 times "
              "meanwhile.)")
{
    expect_returned(r, 40);
}

CLAIM(count_minor_faults, once, .points = 1, .hygiene_of = "works",
      .probe = "count_minor_faults_works",
      .says = "calls fn(arg) once, in the calling thread",
      .hint = "Neither a child nor another thread can be asked to do it: the "
              "caller wants what fn does.")
{
    expect_int(r, "calls", 1, "calls of fn with arg, seen by the caller");
    expect_int(r, "same_thread", 1, "called in the calling thread (1: yes)");
    expect_alone(r);
}

CLAIM(count_minor_faults, caller, .points = 1, .hygiene_of = "works",
      .probe = "count_minor_faults_works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint =
          "Whatever you open, change or start for the purpose is undone when "
          "you return.")
{
    expect_same_caller(r);
}

/* ---- count_private_pages ------------------------------------------------ */

CLAIM(count_private_pages, works, .points = 3,
      .says = "counts 64 pages that the caller has written to",
      .hint = "/proc/PID/pagemap has 8 bytes a page: page N's are at 8 * N, "
              "and N is the address divided by the page size.")
{
    expect_returned(r, 64);
}

CLAIM(count_private_pages, shared, .points = 4,
      .says = "counts none that a child shares, and those again that one of "
              "both has written to",
      .hint = "A page can be present (bit 63) and yet not mapped by this "
              "process alone (bit 56): ask for both.")
{
    expect_int(r, "after_fork", 0, "64 pages that a child has, too");
    expect_int(r, "after_write", 12, "after the child has written to 12");
    expect_int(r, "after_end", 64, "after the child has ended");
}

CLAIM(count_private_pages, other, .points = 3,
      .says = "counts the pages of the process that it is asked about",
      .hint = "/proc/self is the caller: pid says whose pagemap to read.")
{
    expect_int(r, "child", 7,
               "a child that has dropped 20 of 64 shared pages and written "
               "to 7");
    expect_int(r, "caller", 27, "its parent");
}

CLAIM(count_private_pages, elsewhere, .points = 2, .hygiene_of = "works",
      .says = "counts where the caller has nothing at that address, or the "
              "other process has not",
      .hint = "addr is an address in the other process: read nothing from it, "
              "and do not look it up in your own maps.")
{
    expect_int(r, "child", 0, "a child that has unmapped the 64 pages");
    expect_int(r, "caller", 64, "its parent, which has not");
    expect_int(r, "child_only", 64,
               "a child that has 64 pages which its parent has unmapped");
    expect_int(r, "not_caller", 0, "that parent");
}

CLAIM(count_private_pages, absent, .points = 3,
      .says = "counts no page that is absent, unmapped, or the page of zeros "
              "that everybody has who only read",
      .hint = "The entry of a page that is not there is no error: its bit 63 "
              "is 0. The page of zeros is there, but not yours alone: bit 56.")
{
    int64_t alone = 0; /* 34, or 44 where the kernel has no page of zeros */

    record_int(r, "alone", &alone);
    expect_returned(r, alone);
    expect_int(r, "never_touched", 0, "10 pages that were never touched");
    expect_int(r, "unmapped", 0, "10 pages that were unmapped");
}

CLAIM(count_private_pages, map_shared, .points = 2, .hygiene_of = "works",
      .says = "counts pages of a MAP_SHARED mapping, too, as long as nobody "
              "else maps them",
      .hint = "Bit 56 says who maps a page; bit 61 says of what kind it is, "
              "which was not asked.")
{
    expect_int(r, "alone", 30, "30 pages written to, mapped by the caller");
    expect_int(r, "with_a_child", 18,
               "after a child has written to 12 of them");
}

CLAIM(count_private_pages, range, .points = 2,
      .says = "counts just the pages asked for: 0, 1 or 7 of 64, also from "
              "where nothing is mapped into where something is",
      .hint = "From addr's own entry on, `pages` entries. Is there one too "
              "many, or one too few?")
{
    expect_int(r, "of_1", 1, "1 page");
    expect_int(r, "of_7", 7, "7 pages");
    expect_int(r, "of_0", 0, "0 pages");
    expect_int(r, "half", 2, "4 pages, of which 2 are unmapped");
}

CLAIM(count_private_pages, large, .points = 2,
      .says = "counts among 70,000 pages, of which 15 are there",
      .hint = "Is there an array of fixed size? read(2) may return less than "
              "you asked for, and the file goes on.")
{
    expect_returned(r, 15);
}

/* -1, and an errno among these two. */
static void expect_failed_by(const struct record *r, int first, int second)
{
    int64_t returned = 0, error = 0;

    record_int(r, "returned", &returned);
    record_int(r, "errno", &error);
    if (returned != -1 || error != second)
        expect_failed(r, first);
}

CLAIM(count_private_pages, no_process, .points = 1,
      .says = "returns -1 with ENOENT where there is no such process",
      .hint = "open(2) of a file that is not there fails: keep its errno.")
{
    expect_failed_by(r, ENOENT, ESRCH);
    expect_quiet(r);
}

CLAIM(count_private_pages, not_yours, .points = 1, .hygiene_of = "works",
      .says = "returns -1 with EACCES where the process may not be looked at",
      .hint = "open(2) fails with EACCES: keep its errno.")
{
    int64_t may = 1;

    record_int(r, "may", &may);
    if (may == 0) /* else this one is privileged, and nothing is in its way */
        expect_failed_by(r, EACCES, EPERM);
}

CLAIM(count_private_pages, no_fd, .points = 1,
      .says = "returns -1 with EMFILE where no fd can be had",
      .hint = "open(2) returns -1: what does read(2) do with that?")
{
    expect_failed(r, EMFILE);
    expect_quiet(r);
}

CLAIM(count_private_pages, zombie, .points = 1, .hygiene_of = "works",
      .says = "returns, too, when asked about a zombie, which has no memory",
      .hint = "read(2) from its pagemap returns 0, now and for ever.")
{
    int64_t returned = 0;

    expect(record_int(r, "returned", &returned) && returned <= 0, NULL,
           "no pages, or -1", "%lld pages", (long long)returned);
    expect_unchanged(r, "changed_fds", "no fd is left open");
}

CLAIM(count_private_pages, caller, .points = 1, .hygiene_of = "works",
      .probe = "count_private_pages_shared",
      .says = "leaves no fd open, prints nothing, changes nothing else of the "
              "caller's",
      .hint = "Close what you opened, on each way out.")
{
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- measure_cow -------------------------------------------------------- */

/* A child faults for itself as well: its stack, a piece of code. As many as
   this may have come in between the writes. */
enum { A_FEW_FAULTS = 8 };

static void expect_faults(const struct record *r, const char *key, int least)
{
    int64_t faults = 0;
    char expected[128];

    snprintf(expected, sizeof expected,
             "child_faults: %d, a minor fault for each page written to", least);
    expect(record_int(r, key, &faults), NULL, expected,
           "nothing is known of them");
    expect(faults >= least && faults <= least + A_FEW_FAULTS, NULL, expected,
           "child_faults: %lld", (long long)faults);
}

static void expect_report(const struct record *r, int faults, int after_fork,
                          int after_write)
{
    expect_returned(r, 0);
    expect_faults(r, "faults", faults);
    expect_int(r, "after_fork", after_fork, "shared_after_fork");
    expect_int(r, "after_write", after_write, "shared_after_write");
}

CLAIM(measure_cow, works, .points = 5,
      .says = "reports 20 faults for 20 of 64 pages, 64 shared before and 44 "
              "after",
      .hint = "Count in the child, around its writes, and before and after "
              "them its pages. What the child knows, the caller has to be "
              "told: through a MAP_SHARED mapping, or a pipe.")
{
    expect_report(r, 20, 64, 44);
}

CLAIM(measure_cow, writes, .points = 4, .hygiene_of = "works",
      .says = "has a child write into each of the first 20 pages, and into no "
              "other",
      .hint = "One write a page: region[i * page_size], from 0 on. (In this "
              "test the pages are read-only at first, and a handler of SIGSEGV "
              "sees who writes where.)")
{
    expect_int(r, "written", 20,
               "of the first 20 pages, written to by a child");
    expect_int(r, "beyond", 0, "of the 44 others, written to by a child");
    expect_int(r, "by_caller", 0, "pages written to by the caller");
}

CLAIM(measure_cow, measured, .points = 5, .hygiene_of = "writes",
      .says = "reports what the kernel counted, of the writes alone",
      .hint = "Nothing of it can be calculated from `touched`: take ru_minflt "
              "just before the first write and just after the last one, and "
              "nothing but the writes in between. (In this test a handler of "
              "pthread_atfork(3) has written to 8 pages in the child before "
              "fork(3) returns there, 5 of them among the first 20.)")
{
    int64_t hooked = 0;

    record_int(r, "hooked", &hooked);
    if (hooked == 0) { /* made by another call than fork(3) */
        expect_report(r, 20, 64, 44);
        return;
    }
    expect_returned(r, 0);
    expect_int(r, "after_fork", 56,
               "shared_after_fork, where the child has 8 of 64 alone");
    expect_int(r, "after_write", 41,
               "shared_after_write, 15 more having been copied");
    expect_int(r, "faults", 15,
               "child_faults of 20 writes, 5 of them to pages that are the "
               "child's own");
}

CLAIM(measure_cow, absent, .points = 4,
      .says = "reports 40 faults where 10 of 40 pages are absent, and counts "
              "these as shared neither before nor after",
      .hint = "An absent page costs a fault as well, but is nobody's: "
              "not private is not the same as shared. And ++ reads before it "
              "writes: on an absent page that is a fault more.")
{
    expect_report(r, 40, 48, 18);
}

CLAIM(measure_cow, all_absent, .points = 1,
      .says = "reports 9 faults and nothing shared where no page is there yet",
      .hint = "Present is bit 63 of a page's entry in pagemap. Where a page is "
              "read before it is written to, as by ++, that is a fault more.")
{
    expect_report(r, 9, 0, 0);
}

CLAIM(measure_cow, none, .points = 2,
      .says = "is right for 0 pages of 64, for 1 of 1, and for 0 of 0",
      .hint = "With nothing to write there is still something to report.")
{
    expect_int(r, "returned_none", 0, "0 of 64: result");
    expect_faults(r, "none_faults", 0);
    expect_int(r, "none_after_fork", 64, "0 of 64: shared_after_fork");
    expect_int(r, "none_after_write", 64, "0 of 64: shared_after_write");
    expect_int(r, "returned_one", 0, "1 of 1: result");
    expect_faults(r, "one_faults", 1);
    expect_int(r, "one_after_fork", 1, "1 of 1: shared_after_fork");
    expect_int(r, "one_after_write", 0, "1 of 1: shared_after_write");
    expect_int(r, "returned_empty", 0, "0 of 0: result");
    expect_int(r, "empty_after_fork", 0, "0 of 0: shared_after_fork");
    expect_int(r, "empty_after_write", 0, "0 of 0: shared_after_write");
}

CLAIM(measure_cow, all, .points = 1,
      .says = "reports 64 faults for all of 64 pages, and none shared any more",
      .hint = "The last page is region[(touched - 1) * page_size].")
{
    expect_report(r, 64, 64, 0);
}

CLAIM(measure_cow, large, .points = 1,
      .says = "measures 4,500 writes in 5,000 pages",
      .hint = "Is there an array of fixed size?")
{
    expect_report(r, 4500, 5000, 500);
}

CLAIM(measure_cow, memory, .points = 2, .hygiene_of = "works",
      .says = "leaves the caller's memory as it was: what is in it, and what "
              "is mapped",
      .hint = "The child writes, in its own copies: with vfork(2) or a thread "
              "they would be the caller's pages. What you map for the report, "
              "munmap(2) takes away.")
{
    int64_t page = 0;

    record_int(r, "page_bytes", &page);
    expect_int(r, "right", 64 * page, "bytes of the region that are as before");
    expect_int(r, "left_mapped", 0,
               "shared mappings that a second call leaves");
}

CLAIM(measure_cow, too_many, .points = 1,
      .says = "returns -1 with EINVAL if touched is more than pages",
      .hint = "Before you fork.")
{
    expect_failed(r, EINVAL);
    expect_alone(r);
    expect_quiet(r);
}

CLAIM(measure_cow, no_process, .points = 1,
      .says = "returns -1 with fork's errno when no process can be made, and "
              "undoes what it did",
      .hint = "fork(2) returns -1, too; whatever you do then keeps errno. What "
              "you opened, mapped or changed for the purpose goes on this way "
              "out, too.")
{
    if (!made_all_the_same(r))
        expect_failed(r, EAGAIN);
    expect_same_caller(r);
    expect_int(r, "left_mapped", 0,
               "shared mappings that a second call leaves");
}

CLAIM(measure_cow, eintr, .points = 1, .hygiene_of = "works",
      .says = "goes on when signal handlers interrupt it",
      .hint = "waitpid(2) and read(2) fail with EINTR when a handler without "
              "SA_RESTART has run: call them again.")
{
    expect_report(r, 20, 64, 44);
}

CLAIM(measure_cow, no_zombie, .points = 1, .hygiene_of = "works",
      .probe = "measure_cow_works",
      .says = "waits for the child: when it returns no process of its is left",
      .hint = "That the child has told all is not its end: waitpid(2).")
{
    expect_alone(r);
}

CLAIM(measure_cow, caller, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint =
          "Whatever you open, change or start for the purpose is undone when "
          "you return.")
{
    expect_same_caller(r);
}

/* ---- save_snapshot ------------------------------------------------------ */

CLAIM(save_snapshot, works, .points = 2,
      .says = "writes 5 bytes, in a child of the caller that exits with 0",
      .hint = "fork(2); the child writes and leaves by _exit(2), the caller "
              "returns 0 and the child's PID.")
{
    expect_returned(r, 0);
    expect_bytes(r, "sent", "hello", 5);
    expect_int(r, "ended", 0,
               "how the writer ended (-1: *writer is no child of the caller)");
    expect_alone(r);
}

CLAIM(save_snapshot, at_once, .points = 3,
      .says = "returns at once, though nobody reads yet and the pipe is full",
      .hint = "The caller neither writes nor waits: both are the child's, and "
              "the caller's caller's.")
{
    expect_returned(r, 0);
    expect_bytes(r, "sent", "hello", 5);
    expect_int(r, "ended", 0, "how the writer ended");
}

CLAIM(save_snapshot, changed, .points = 3,
      .says = "writes what was there at the call, whatever the caller does to "
              "it afterwards",
      .hint = "A process of its own has its own memory, as it was at fork(2): "
              "a thread, vfork(2) or MAP_SHARED has not.")
{
    expect_returned(r, 0);
    expect_int(r, "came", LARGE, "bytes that came");
    expect_int(r, "right", LARGE,
               "bytes that are as at the call, from the "
               "start");
    expect_int(r, "ended", 0, "how the writer ended");
}

CLAIM(save_snapshot, large, .points = 1,
      .says = "writes 3 MiB, more than a pipe holds",
      .hint = "write(2) may take less than you gave it: go on from there.")
{
    expect_returned(r, 0);
    expect_int(r, "came", LARGE, "bytes that came");
    expect_int(r, "right", LARGE, "bytes that are right, from the start");
    expect_int(r, "ended", 0, "how the writer ended");
}

CLAIM(save_snapshot, empty, .points = 1,
      .says = "writes nothing if len is 0, and says that all is written",
      .hint = "All 0 bytes are out already: the writer exits with 0.")
{
    expect_returned(r, 0);
    expect_int(r, "ended", 0, "how the writer ended");
    expect_int(r, "left", 0, "bytes in the pipe");
}

CLAIM(save_snapshot, two, .points = 2,
      .says = "can be called again while a writer is still at work: each one "
              "writes what was there at its own call",
      .hint = "Is there a buffer, or a PID, that both use?")
{
    expect_int(r, "second_right", LARGE,
               "bytes of the second moment that came");
    expect_int(r, "first_right", LARGE, "bytes of the first moment that came");
    expect_int(r, "second_ended", 0, "how the second writer ended");
    expect_int(r, "first_ended", 0, "how the first writer ended");
}

CLAIM(save_snapshot, reader_gone, .points = 2,
      .says =
          "has the writer exit with 1 when its reader goes away, not die of "
          "SIGPIPE",
      .hint = "Writing where nobody reads raises SIGPIPE, which kills by "
              "default: 128 + 13. Ignore it in the child, and write(2) fails "
              "with EPIPE.")
{
    expect_returned(r, 0);
    expect_int(r, "ended", 1,
               "how the writer ended (141: killed by SIGPIPE) where a reader "
               "took a part of it");
}

CLAIM(save_snapshot, no_reader, .points = 1,
      .says = "has the writer exit with 1 where nobody reads from the start",
      .hint = "SIGPIPE comes with the first write(2), too. It must be the "
              "child that gets it.")
{
    expect_returned(r, 0);
    expect_int(r, "ended", 1, "how the writer ended (141: killed by SIGPIPE)");
}

CLAIM(save_snapshot, error, .points = 1,
      .says = "has the writer exit with 1 where fd cannot be written to",
      .hint = "write(2) returns -1: EBADF is not EINTR. It is the writer that "
              "says so, by its exit status.")
{
    expect_int(r, "read_only", 1, "how the writer ended, fd being a read end");
    expect_int(r, "closed", 1, "how the writer ended, fd not being open");
    expect_quiet(r);
}

CLAIM(save_snapshot, honest, .points = 1, .hygiene_of = "works",
      .says =
          "has the writer exit with 0 only if all is written, where fd does "
          "not block and the pipe gets full",
      .hint = "EAGAIN: either wait until there is room (poll(2)), or exit "
              "with 1.")
{
    int64_t ended = -1, right = 0;

    expect_returned(r, 0);
    expect(record_int(r, "ended", &ended) && record_int(r, "right", &right),
           NULL, "a writer that ended", "nothing is known of it");
    expect((ended == 0 && right == LARGE) || (ended == 1 && right < LARGE),
           NULL, "exit status 0 and all 3,145,728 bytes, or 1 and fewer",
           "it ended with %lld, and %lld bytes of the data came",
           (long long)ended, (long long)right);
}

CLAIM(save_snapshot, interrupted, .points = 1,
      .says = "writes all though signal handlers interrupt the writer",
      .hint = "A child has its parent's handlers: write(2) fails with EINTR, "
              "or returns less than it was given.")
{
    expect_returned(r, 0);
    expect_int(r, "came", LARGE, "bytes that came");
    expect_int(r, "right", LARGE, "bytes that are right, from the start");
    expect_int(r, "ended", 0, "how the writer ended");
}

CLAIM(save_snapshot, no_process, .points = 1,
      .says = "returns -1 with fork's errno when no process can be made",
      .hint = "fork(2) returns -1, too. Put back what you changed before.")
{
    if (!made_all_the_same(r))
        expect_failed(r, EAGAIN);
    expect_same_caller(r);
    expect_alone(r);
}

CLAIM(save_snapshot, caller, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's fds (fd, too), signals and environment "
              "alone, prints nothing",
      .hint = "What you do about SIGPIPE you do in the child, after fork(2); "
              "fd is the caller's to close.")
{
    expect_same_caller(r);
}

/* ---- what the two that fork promise alike ------------------------------- */

#define BOTH(name_, ...)                                                       \
    static void judge_##name_(const struct record *r);                         \
    CLAIM(measure_cow, name_, .points = 1, .hygiene_of = "works", __VA_ARGS__) \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    CLAIM(save_snapshot, name_, .points = 1, .hygiene_of = "works",            \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    static void judge_##name_(const struct record *r)

BOTH(other_children, .says = "leaves the caller's other children alone",
     .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
             "take any child.")
{
    expect_others_left(r);
}

BOTH(exit, .says = "leaves what the caller has in its stdio buffers alone",
     .hint = "The child has a copy of the caller's buffers, and exit(3) writes "
             "them out: _exit(2) does not.")
{
    expect_written_once(r);
}

GRADER
