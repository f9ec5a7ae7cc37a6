/*
 * demo.c - lab 01, fork, in six acts. Usage: demo [--auto] [--act N]
 *
 * What to notice: fork() returns twice, in two processes that then have their
 * own of nearly everything. Each process has a parent; how it ended stays
 * behind, as a zombie, until that parent has asked for it. fork(2), wait(2);
 * TLPI, chapters 24 to 26.
 */
#include "labkit/children.h"
#include "labkit/facts.h"
#include "labkit/lab.h"
#include "labkit/look.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- what /proc says ---------------------------------------------------- */

/* The start of /proc/PID/name as a text; false: it cannot be read. */
static bool read_proc(pid_t pid, const char *name, char *buf, size_t len)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    ssize_t n = read(fd, buf, len - 1);
    close(fd);
    buf[n > 0 ? n : 0] = '\0';
    return n >= 0;
}

/* proc_pid_stat(5), field 4; 0: it is gone. */
static pid_t parent_of(pid_t pid)
{
    char text[512];
    const char *after;

    if (!read_proc(pid, "stat", text, sizeof text) ||
        (after = strrchr(text, ')')) == NULL || strlen(after) < 5)
        return 0;
    return (pid_t)strtol(after + 4, NULL, 10);
}

/* "demo 4711" */
static const char *name_process(pid_t pid, char *buf, size_t len)
{
    char comm[64];

    if (!read_proc(pid, "comm", comm, sizeof comm))
        strcpy(comm, "?");
    comm[strcspn(comm, "\n")] = '\0';
    snprintf(buf, len, "%s %d", comm, (int)pid);
    return buf;
}

static void rest(void)
{
    nanosleep(&(struct timespec){0, 1000000}, NULL);
}

/* Wait until its state is this one (0: until it is gone), 3 s at most. */
static bool wait_for_state(pid_t pid, char state, struct look *look)
{
    for (int ms = 0; ms < 3000; ms++) {
        if (look_at(pid, look) == -ENOENT)
            look->state = 0;
        if (look->state == state)
            return true;
        rest();
    }
    return false;
}

/* State what a process is doing: "zombie", "stopped", "gone" ... */
static void say_state(struct lab *lab, const char *name, pid_t pid)
{
    struct look look;
    char words[64];

    if (look_at(pid, &look) == -ENOENT)
        look.state = 0;
    fact_text(lab, name, look_words(&look, words, sizeof words), FACT_SAMPLED,
              look.state == 0 ? "there is no such PID in /proc"
                              : "/proc/PID/stat, field 3");
}

/* Sleep until a signal ends it. */
static _Noreturn void sleep_on(void)
{
    for (;;)
        pause();
}

/* ---- act 1 -------------------------------------------------------------- */

/* What the child tells the demo; shared memory, for a pipe would show. */
struct child_notes {
    sem_t written, go;
    pid_t returned, pid, ppid;
    int number;
    void *address;
};

static _Noreturn void be_the_child(struct child_notes *notes, pid_t returned,
                                   int *number)
{
    *number = 2; /* in the child's copy */
    notes->returned = returned;
    notes->pid = getpid();
    notes->ppid = getppid();
    notes->number = *number;
    notes->address = number;
    gate_open(&notes->written);
    gate_pass(&notes->go);
    _exit(0);
}

static void say_both(struct lab *lab, const struct child_notes *notes,
                     pid_t returned, int *number)
{
    char here[32], there[32];

    fact_int(lab, "fork_returned_in_parent", returned, NULL, FACT_EXACT,
             "the child's PID");
    fact_int(lab, "fork_returned_in_child", notes->returned, NULL, FACT_EXACT,
             "so that it knows that it is the child");
    fact_int(lab, "parent_pid", getpid(), NULL, FACT_EXACT, "getpid()");
    fact_int(lab, "child_pid", notes->pid, NULL, FACT_EXACT,
             "getpid() in the child");
    fact_int(lab, "child_ppid", notes->ppid, NULL, FACT_EXACT,
             "getppid() in the child");
    snprintf(here, sizeof here, "%p", (void *)number);
    snprintf(there, sizeof there, "%p", notes->address);
    fact_text(lab, "address_in_parent", here, FACT_EXACT, "&number");
    fact_text(lab, "address_in_child", there, FACT_EXACT, "&number");
    fact_int(lab, "number_in_parent", *number, NULL, FACT_EXACT,
             "read there after the child has written");
    fact_int(lab, "number_in_child", notes->number, NULL, FACT_EXACT,
             "written by it");
}

static void act_two_returns(struct lab *lab)
{
    struct child_notes *notes = shared_new(sizeof *notes);
    long page = sysconf(_SC_PAGESIZE);
    int *number = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (number == MAP_FAILED)
        lab_die("mmap");
    gate_init(&notes->written);
    gate_init(&notes->go);
    *number = 1;

    pid_t pid = fork();
    if (pid == -1)
        lab_die("fork");
    child_keep(pid, "child");
    if (pid == 0)
        be_the_child(notes, pid, number);

    gate_pass(&notes->written);
    fact_region(lab, "number", pid, number, (size_t)page);
    say_both(lab, notes, pid, number);
    lab_hold(lab, "Two processes came back from one fork(). The same address, "
                  "two values: each has its own memory.");
    gate_open(&notes->go);
    child_wait(pid);
    lab_say(lab, "The child wrote into its own copy. What fork() duplicates is "
                 "the whole process; lab 04 shows when its pages are copied.");
    munmap(number, (size_t)page);
    shared_free(notes, sizeof *notes);
}

/* ---- act 2 -------------------------------------------------------------- */

enum { FORKS = 3, FAMILY = 8 };

struct family {
    sem_t here[FAMILY], go[FAMILY];
    atomic_int n;
    struct {
        pid_t pid, ppid;
        int generation;
    } members[FAMILY];
};

/* Each of them, until it may go; then it waits for the children it made. */
static _Noreturn void be_a_member(struct family *family, int generation,
                                  const pid_t made[], int n_made)
{
    int i = atomic_fetch_add(&family->n, 1);

    family->members[i].pid = getpid();
    family->members[i].ppid = getppid();
    family->members[i].generation = generation;
    gate_open(&family->here[i]);
    gate_pass(&family->go[i]);
    for (int c = 0; c < n_made; c++)
        child_wait(made[c]);
    _exit(0);
}

/* Three forks in a row: whoever comes out of one goes into the next. */
static void fork_three_times(struct family *family, pid_t made[])
{
    static const char *const names[FORKS] = {"fork-1", "fork-2", "fork-3"};
    int generation = 0, n_made = 0;

    /* slide: three forks in a row */
    for (int i = 0; i < FORKS; i++) {
        pid_t pid = fork();
        if (pid == -1)
            lab_die("fork");
        child_keep(pid, names[i]);
        if (pid == 0) {
            generation++; /* and go on in this loop, as the parent does */
            n_made = 0;
        } else {
            made[n_made++] = pid;
        }
    }
    /* slide end */
    if (generation > 0)
        be_a_member(family, generation, made, n_made);
}

static void say_generations(struct lab *lab, const struct family *family)
{
    static const char *const names[] = {"children", "grandchildren",
                                        "great_grandchildren"};
    int of_demo = 0;

    for (int g = 1; g <= FORKS; g++) {
        int n = 0;
        for (int i = 0; i < FAMILY - 1; i++)
            n += family->members[i].generation == g;
        fact_int(lab, names[g - 1], n, NULL, FACT_EXACT,
                 "processes; each one counted itself");
    }
    for (int i = 0; i < FAMILY - 1; i++)
        of_demo += family->members[i].ppid == getpid();
    fact_int(lab, "with_the_demo_as_parent", of_demo, NULL, FACT_EXACT,
             "processes, by getppid() in each");
}

static void act_eight(struct lab *lab)
{
    struct family *family = shared_new(sizeof *family);
    pid_t made[FORKS];

    for (int i = 0; i < FAMILY; i++) {
        gate_init(&family->here[i]);
        gate_init(&family->go[i]);
    }
    fork_three_times(family, made);
    for (int i = 0; i < FAMILY - 1; i++)
        gate_pass(&family->here[i]);
    fact_int(lab, "processes", family->n + 1, NULL, FACT_EXACT,
             "seven that came to say so, and the demo");
    say_generations(lab, family);
    lab_hold(lab, "Eight processes: each fork() doubled all that were there. "
                  "A name says which of the three forks made it.");
    for (int i = 0; i < FAMILY - 1; i++)
        gate_open(&family->go[i]);
    for (int i = 0; i < FORKS; i++)
        child_wait(made[i]);
    lab_say(lab, "The first fork's child went on to the second and third, its "
                 "own children too. Who wants three children only leaves the "
                 "loop in the child: _exit().");
    shared_free(family, sizeof *family);
}

/* ---- act 3 -------------------------------------------------------------- */

/* Wait until this child has ended, stopped or been continued. */
static int wait_for_change(pid_t pid, int options)
{
    int wstatus;

    while (waitpid(pid, &wstatus, options) == -1)
        if (errno != EINTR)
            lab_die("waitpid");
    return wstatus;
}

/* State a wait status: the number, and what the macros say of it. */
static void say_status(struct lab *lab, const char *name, int wstatus)
{
    char words[96];

    if (WIFEXITED(wstatus))
        snprintf(words, sizeof words, "0x%04x: exited, WEXITSTATUS %d",
                 (unsigned)wstatus, WEXITSTATUS(wstatus));
    else if (WIFSIGNALED(wstatus))
        snprintf(words, sizeof words, "0x%04x: killed, WTERMSIG %d, SIG%s",
                 (unsigned)wstatus, WTERMSIG(wstatus),
                 sigabbrev_np(WTERMSIG(wstatus)));
    else if (WIFSTOPPED(wstatus))
        snprintf(words, sizeof words, "0x%04x: stopped, WSTOPSIG %d, SIG%s",
                 (unsigned)wstatus, WSTOPSIG(wstatus),
                 sigabbrev_np(WSTOPSIG(wstatus)));
    else
        snprintf(words, sizeof words, "0x%04x: continued", (unsigned)wstatus);
    fact_text(lab, name, words, FACT_EXACT, "waitpid()");
}

static void exit_3(void)
{
    _exit(3);
}

static void exit_300(void)
{
    _exit(300);
}

static void be_terminated(void)
{
    raise(SIGTERM);
}

/* Write where nothing is. No core file: that is what the limit is for. (A
   sanitizer would report it, and exit: it is told not to.) */
__attribute__((no_sanitize("undefined"))) static void write_to_null(void)
{
    const struct rlimit none = {0, 0};
    volatile int *volatile nowhere = NULL;

    if (setrlimit(RLIMIT_CORE, &none) == -1)
        lab_die("setrlimit");
    signal(SIGSEGV, SIG_DFL);
    *nowhere = 1;
}

static const struct ending {
    const char *fact, *comm;
    void (*end)(void);
} endings[] = {
    {"exit_3", "exit-3", exit_3},
    {"exit_300", "exit-300", exit_300},
    {"raise_SIGTERM", "terminated", be_terminated},
    {"write_to_NULL", "segfault", write_to_null},
};
enum { ENDINGS = sizeof endings / sizeof endings[0] };

static pid_t start_ending(const struct ending *ending)
{
    pid_t pid = fork();

    if (pid == -1)
        lab_die("fork");
    child_keep(pid, ending->comm);
    if (pid == 0) {
        ending->end();
        _exit(99); /* not reached */
    }
    return pid;
}

/* Until it has ended; but leave it to be waited for. */
static void wait_for_end(pid_t pid)
{
    siginfo_t info;

    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
        if (errno != EINTR)
            lab_die("waitid");
}

static void end_four(struct lab *lab)
{
    pid_t pids[ENDINGS];

    for (int i = 0; i < ENDINGS; i++)
        pids[i] = start_ending(&endings[i]);
    for (int i = 0; i < ENDINGS; i++)
        wait_for_end(pids[i]);
    lab_hold(lab, "Four children have ended, each in its own way, and are "
                  "still to be waited for.");
    for (int i = 0; i < ENDINGS; i++) {
        child_release(pids[i]);
        say_status(lab, endings[i].fact, wait_for_change(pids[i], 0));
    }
}

static void stop_and_continue(struct lab *lab)
{
    sem_t *ready = shared_new(sizeof *ready);

    gate_init(ready);
    pid_t pid = fork();
    if (pid == -1)
        lab_die("fork");
    child_keep(pid, "sleeper");
    if (pid == 0) {
        gate_open(ready);
        sleep_on();
    }
    gate_pass(ready);
    if (kill(pid, SIGSTOP) == -1)
        lab_die("kill");
    say_status(lab, "after_SIGSTOP", wait_for_change(pid, WUNTRACED));
    say_state(lab, "sleeper", pid);
    lab_hold(lab, "Stopped, not ended: it is there, and does nothing.");
    if (kill(pid, SIGCONT) == -1)
        lab_die("kill");
    say_status(lab, "after_SIGCONT", wait_for_change(pid, WCONTINUED));
    if (kill(pid, SIGKILL) == -1)
        lab_die("kill");
    child_release(pid);
    say_status(lab, "after_SIGKILL", wait_for_change(pid, 0));
    shared_free(ready, sizeof *ready);
}

static void act_statuses(struct lab *lab)
{
    end_four(lab);
    lab_hold(lab, "300 does not fit into the 8 bits that an exit code has: "
                  "300 & 0xff is 44.");
    stop_and_continue(lab);
    lab_say(lab, "A wait status is one number with several things in it: ask "
                 "the macros which, before you ask for the value.");
}

/* ---- act 4 -------------------------------------------------------------- */

/* Memory that it has: proc_pid_statm(5), the first figure, in pages. */
static void say_memory(struct lab *lab, const char *name, pid_t pid)
{
    char text[128];

    if (read_proc(pid, "statm", text, sizeof text))
        fact_int(lab, name, strtol(text, NULL, 10), "pages", FACT_EXACT,
                 "/proc/PID/statm");
    else
        fact_unknown(lab, name, "pages", "/proc/PID/statm cannot be read");
}

static void zombie_and_wait(struct lab *lab)
{
    pid_t pid = fork();

    if (pid == -1)
        lab_die("fork");
    child_keep(pid, "ended");
    if (pid == 0)
        _exit(7);
    wait_for_end(pid);
    say_state(lab, "child_that_ended", pid);
    say_memory(lab, "its_memory", pid);
    fact_int(lab, "kill_9_returned", kill(pid, SIGKILL), NULL, FACT_EXACT,
             "kill(pid, SIGKILL): 0 is success");
    say_state(lab, "after_kill_9", pid);
    lab_hold(lab, "A zombie: it has ended, and no memory is left of it. It is "
                  "an entry that keeps the PID and the wait status.");

    child_release(pid);
    say_status(lab, "wait_status", wait_for_change(pid, 0));
    say_state(lab, "after_waitpid", pid);
}

/* Makes a child, tells its PID, and never waits for it. */
static _Noreturn void be_careless(_Atomic pid_t *told, sem_t *ready)
{
    pid_t pid = fork();

    if (pid == -1)
        lab_die("fork");
    if (pid == 0) {
        prctl(PR_SET_NAME, "forgotten");
        _exit(0);
    }
    *told = pid;
    gate_open(ready);
    sleep_on();
}

struct careless {
    sem_t ready;
    _Atomic pid_t forgotten;
};

static void zombie_of_another(struct lab *lab)
{
    struct careless *shared = shared_new(sizeof *shared);
    struct look look;
    char name[96];

    gate_init(&shared->ready);
    pid_t parent = child_fork("careless");
    if (parent == 0)
        be_careless(&shared->forgotten, &shared->ready);
    gate_pass(&shared->ready);
    pid_t forgotten = shared->forgotten;
    wait_for_state(forgotten, 'Z', &look);
    say_state(lab, "forgotten_child", forgotten);
    fact_text(lab, "its_parent",
              name_process(parent_of(forgotten), name, sizeof name), FACT_EXACT,
              "/proc/PID/stat, field 4");
    lab_hold(lab, "Its parent sleeps and does not wait, and nobody else can. "
                  "Next, that parent is ended.");

    child_end(parent);
    if (wait_for_state(forgotten, 0, &look))
        say_state(lab, "after_its_parents_end", forgotten);
    else
        fact_text(lab, "after_its_parents_end",
                  name_process(parent_of(forgotten), name, sizeof name),
                  FACT_EXACT, "it adopted the zombie, but does not wait");
    shared_free(shared, sizeof *shared);
}

static void act_zombie(struct lab *lab)
{
    zombie_and_wait(lab);
    zombie_of_another(lab);
    lab_say(lab, "No signal ends a zombie, for it has ended. waitpid() by its "
                 "parent does, or the parent's own end: then whoever adopts "
                 "it waits.");
}

/* ---- act 5 -------------------------------------------------------------- */

struct orphanage {
    sem_t ready, go;
    _Atomic pid_t orphan;
};

/* Sleep until the demo has ended, however that happens. The demo ends it
   before; but it is nobody's child that the demo could count on. */
static _Noreturn void be_the_orphan(int demo_pidfd)
{
    struct pollfd demo = {.fd = demo_pidfd, .events = POLLIN};

    prctl(PR_SET_NAME, "orphan");
    while (poll(&demo, 1, -1) == -1 && errno == EINTR)
        ;
    _exit(0);
}

/* Forks, and ends when it may. */
static _Noreturn void be_the_parent(struct orphanage *shared, int demo_pidfd)
{
    pid_t pid = fork();

    if (pid == -1)
        lab_die("fork");
    if (pid == 0)
        be_the_orphan(demo_pidfd);
    shared->orphan = pid;
    gate_open(&shared->ready);
    gate_pass(&shared->go);
    _exit(0);
}

/* State who a process's parent is. */
static void say_parent(struct lab *lab, const char *name, pid_t pid)
{
    char words[96];

    fact_text(lab, name, name_process(parent_of(pid), words, sizeof words),
              FACT_EXACT, "/proc/PID/stat, field 4");
}

/* Make an orphan, and see who adopts it. It is ended in the end. */
static void make_an_orphan(struct lab *lab, int demo_pidfd, const char *again,
                           const char *says)
{
    struct orphanage *shared = shared_new(sizeof *shared);
    struct look look;
    char name[64];

    gate_init(&shared->ready);
    gate_init(&shared->go);
    pid_t parent = child_fork("parent");
    if (parent == 0)
        be_the_parent(shared, demo_pidfd);
    gate_pass(&shared->ready);
    pid_t orphan = shared->orphan;
    snprintf(name, sizeof name, "parent_before%s", again);
    say_parent(lab, name, orphan);
    if (again[0] == '\0')
        lab_hold(lab, "A parent and its child. Next, the parent ends.");

    gate_open(&shared->go);
    child_wait(parent);
    snprintf(name, sizeof name, "parent_after%s", again);
    say_parent(lab, name, orphan);
    lab_hold(lab, says);

    if (kill(orphan, SIGKILL) == -1)
        lab_die("kill");
    /* Ours if we adopted it; else somebody else waits for it. */
    while (waitpid(orphan, NULL, 0) == -1 && errno == EINTR)
        ;
    wait_for_state(orphan, 0, &look);
    shared_free(shared, sizeof *shared);
}

static void act_orphan(struct lab *lab)
{
    int demo_pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);

    if (demo_pidfd == -1) {
        fact_unknown(lab, "parent_after", NULL,
                     "pidfd_open(2) is not to be had, and without it an orphan "
                     "might outlive this demo");
        return;
    }
    make_an_orphan(lab, demo_pidfd, "",
                   "Its parent has ended, and it goes on. Somebody has "
                   "adopted it: PID 1, or a subreaper that is nearer.");

    if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
        lab_die("prctl(PR_SET_CHILD_SUBREAPER)");
    fact_text(lab, "demo_is_now", "a subreaper", FACT_EXACT,
              "prctl(PR_SET_CHILD_SUBREAPER)");
    make_an_orphan(lab, demo_pidfd, "_again",
                   "The same again, but the demo has asked to adopt orphans "
                   "among its descendants: it is the nearest one.");
    if (prctl(PR_SET_CHILD_SUBREAPER, 0) == -1)
        lab_die("prctl(PR_SET_CHILD_SUBREAPER)");
    close(demo_pidfd);
    lab_say(lab, "\"Orphans go to PID 1\" is the old half of the truth: the "
                 "nearest subreaper above takes them. It is expected to wait "
                 "for them, so that an orphan does not stay a zombie.");
}

/* ---- act 6 -------------------------------------------------------------- */

static int new_file(void)
{
    int fd = memfd_create("lab-01", MFD_CLOEXEC);

    if (fd == -1)
        lab_die("memfd_create");
    return fd;
}

static long offset_of(int fd)
{
    return (long)lseek(fd, 0, SEEK_CUR);
}

/* One more open() of the same file: an open file description of its own. */
static int open_again(int fd)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = open(path, O_RDWR | O_CLOEXEC);
    if (again == -1)
        lab_die("open");
    return again;
}

static void shared_offset(struct lab *lab)
{
    int fd = new_file(), again = open_again(fd);

    fact_int(lab, "offset_before_fork", offset_of(fd), "bytes", FACT_EXACT,
             "lseek(fd, 0, SEEK_CUR)");
    pid_t pid = child_fork("writer");
    if (pid == 0) {
        if (write(fd, "hello", 5) != 5)
            lab_die("write");
        _exit(0);
    }
    child_wait(pid);
    fact_int(lab, "offset_after_the_write", offset_of(fd), "bytes", FACT_EXACT,
             "in the parent, which wrote nothing");
    fact_int(lab, "offset_of_a_second_open", offset_of(again), "bytes",
             FACT_EXACT, "the same file, another open()");
    close(again);
    close(fd);
}

/* Put 5 bytes into a stdio buffer, fork, let the child end so, and count what
   is in the file in the end. */
static long bytes_after(void (*end)(int), bool flush_first)
{
    int fd = new_file();
    FILE *file = fdopen(dup(fd), "w");

    if (file == NULL)
        lab_die("fdopen");
    fprintf(file, "once\n");
    if (flush_first)
        fflush(file);
    fflush(stdout); /* the demo's own buffer is not part of the lesson */
    pid_t pid = fork();
    if (pid == -1)
        lab_die("fork");
    child_keep(pid, "child");
    if (pid == 0)
        end(0);
    child_wait(pid);
    if (fclose(file) == EOF)
        lab_die("fclose");
    long bytes = (long)lseek(fd, 0, SEEK_END);
    close(fd);
    return bytes;
}

static void act_shared(struct lab *lab)
{
    shared_offset(lab);
    lab_hold(lab, "The child wrote 5 bytes, and the parent's offset has moved: "
                  "both descriptors refer to one open file description.");
    fact_int(lab, "buffer_before_fork", (long)strlen("once\n"), "bytes",
             FACT_EXACT, "fprintf(), not written to the file yet");
    fact_int(lab, "left_by_exit", bytes_after(exit, false), "bytes", FACT_EXACT,
             "in the file when the child left by exit()");
    fact_int(lab, "left_by_underscore_exit", bytes_after(_exit, false), "bytes",
             FACT_EXACT, "in the file when the child left by _exit()");
    fact_int(lab, "flushed_before_fork", bytes_after(exit, true), "bytes",
             FACT_EXACT, "in the file; fflush(), fork(), exit()");
    lab_say(lab,
            "A stdio buffer is memory, so the child has a copy of it, and "
            "exit() writes it out: the same text twice. _exit() does not.");
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"One call, two returns",
     "The demo sets a number to 1 and calls fork(). The child sets it to 2. "
     "Then both are asked what they see.",
     "At the same address: what is the number in the parent now?",
     act_two_returns, "timeline"},
    {"Three forks, eight processes",
     "The demo calls fork() three times in a row, and nobody leaves the loop.",
     "How many processes are there in the end? Draw the tree: who is whose "
     "parent?",
     act_eight, "timeline"},
    {"How it ended: the wait status",
     "Children exit with 3 and with 300, one is killed by SIGTERM, one writes "
     "to address 0. Another is stopped, continued and killed.",
     "What does the parent get to see of exit code 300?", act_statuses,
     "timeline"},
    {"A zombie, and what ends it",
     "A child ends, and its parent does not wait for it. Then kill -9. Then "
     "the same with a parent that never waits.",
     "Does kill -9 end a zombie?", act_zombie, "timeline"},
    {"An orphan, and who adopts it",
     "A process forks a child and ends; the child goes on. Then the same once "
     "more, after the demo has made itself a subreaper.",
     "Who is the child's parent after that?", act_orphan, "timeline"},
    {"What is shared, and what is doubled",
     "A child writes 5 bytes to a file that it inherited open. Then one "
     "inherits 5 bytes that are in a stdio buffer.",
     "Where is the parent's file offset now? And how often is what was in the "
     "buffer written?",
     act_shared, "timeline"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "01-fork", acts,
                       sizeof acts / sizeof acts[0]);
}
