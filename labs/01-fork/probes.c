/*
 * probes.c - lab 01: calls the student's functions, one small probe for each
 * thing that exercise.h promises. What a probe saw is judged in grade.c.
 *
 * Nothing waits for a time: who must be first says so by a cell, a counter
 * that all processes of a probe share.
 */
#include "exercise.h"

#include "gradekit/probe/probe.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum cell {
    RETURNED, /* the student's function has returned */
    TICKS,    /* signals that interrupted the caller */
    RAN,      /* how often what is to be run has run */
    GO,       /* it may go on */
};

enum {
    MANY = 60,
    TICKS_MAX = 3000,
    ENOUGH_TICKS = 20, /* one of them surely meets the caller asleep */
};

/* ---- what all probes use ------------------------------------------------ */

/* The result of a call, and let go who waits for its end. */
static void put_returned(long returned)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
    probe_cell_add(RETURNED, 1);
    probe_cell_add(TICKS, TICKS_MAX);
}

/* A number under "name_i". */
static void put_nth(const char *name, size_t i, long value)
{
    char key[64];

    snprintf(key, sizeof key, "%s_%zu", name, i);
    probe_put_int(key, value);
}

/* The wait status of a child that the function should have left to us; -1: it
   is none (any more). */
static int reap_one(pid_t pid)
{
    return pid > 0 ? probe_reap(pid) : -1;
}

/* Its exit code; -1: it was waited for already, or it did not exit. */
static int exit_code_of(pid_t pid)
{
    int wstatus = reap_one(pid);

    return wstatus != -1 && WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : -1;
}

static bool has_ended(pid_t pid)
{
    char state = probe_state_of(pid);

    return state == 0 || state == 'Z' || state == 'X';
}

/* Memory that the probe and all that it forks share. */
static void *share(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0);

    probe_must(p != MAP_FAILED);
    return p;
}

/* Until n signals have interrupted the caller, where they can. */
static void wait_for_ticks(uint32_t n)
{
    while (probe_cell(TICKS) < n &&
           !probe_is_out_of_reach(probe_caller(), SIGALRM))
        probe_rest();
}

/*
 * From now on, what fork() makes is held back in the child until a cell has
 * come so far: no function can know, and none may count on the reverse. (A
 * child of vfork() or a raw clone() goes on at once.)
 */
static enum cell held_by;
static uint32_t held_until;

static void hold_back(void)
{
    if (held_until == 0)
        return;
    if (held_by == TICKS)
        wait_for_ticks(held_until);
    else
        probe_cell_wait(held_by, held_until);
}

static void hold_children(enum cell cell, uint32_t until)
{
    static bool is_ready;

    if (!is_ready)
        probe_must(pthread_atfork(NULL, NULL, hold_back) == 0);
    is_ready = true;
    held_by = cell;
    held_until = until;
}

static void hold_no_children(void)
{
    held_until = 0;
}

/* Call f, while a signal comes each millisecond that has a handler. */
static int interrupted(int (*f)(void))
{
    probe_interrupt_start(TICKS, TICKS_MAX);
    int returned = f();
    int error = errno;
    probe_interrupt_stop();
    errno = error;
    return returned;
}

/* A caller that is particular: each of these would be seen if it changed. */
static void see_nothing(int number)
{
    (void)number;
}

static void be_particular(void)
{
    struct sigaction action = {.sa_handler = see_nothing,
                               .sa_flags = SA_RESTART};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGUSR1, SIG_IGN);
    probe_must(sigaction(SIGCHLD, &action, NULL) == 0);
    setenv("PROCLAB_LAB", "01", 1);
}

/* Who blocks it meanwhile must know if it was blocked before. */
static void block_sigchld(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Call f, while the caller has two other children: one has ended, one runs. */
static void with_other_children(void (*f)(void))
{
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);
    f();
    probe_bystanders_put(b);
}

/* Call f, while something is in a stdio buffer that is not written yet. */
static void with_a_full_buffer(void (*f)(void))
{
    int fd = probe_file();
    FILE *file = fdopen(fd, "w");
    size_t len;

    probe_must(file != NULL);
    fputs("once", file);
    f();
    fflush(file);
    char *bytes = probe_file_read(fd, &len);
    probe_put_bytes("file", bytes, len);
}

/* ---- fork_children ------------------------------------------------------ */

/* Make n, then wait for those that we got, and put how they ended. */
static void make_and_reap(size_t n)
{
    pid_t pids[MANY] = {0};

    int returned = PROBE_CALL(fork_children(n, pids));
    put_returned(returned);
    for (size_t i = 0; i < n && returned == 0; i++)
        put_nth("code", i, exit_code_of(pids[i]));
}

PROBE(fork_children_works)
{
    make_and_reap(5);
}

PROBE(fork_children_many)
{
    make_and_reap(MANY);
}

PROBE(fork_children_n_zero)
{
    put_returned(PROBE_CALL(fork_children(0, NULL)));
}

/* Runs in whoever calls fork(), before it forks. */
static void count_fork(void)
{
    probe_cell_add(GO, 1);
}

/* A child that goes on in the function would fork, too, before it ends. */
PROBE(fork_children_exact)
{
    probe_must(pthread_atfork(count_fork, NULL, NULL) == 0);
    make_and_reap(5);
    probe_put_int("forks", probe_cell(GO));
}

/* None of them can end before the call has returned. */
PROBE(fork_children_no_wait)
{
    hold_children(RETURNED, 1);
    make_and_reap(3);
}

/* Of four, the first, second ... last cannot be made. */
PROBE(fork_children_failure)
{
    for (size_t made = 0; made < 4; made++) {
        pid_t pids[4] = {0};
        probe_fail_processes_below((unsigned)made, ENOMEM);
        int returned = PROBE_CALL(fork_children(4, pids));
        int error = errno;
        put_nth("met", made, probe_failed_processes());
        probe_fail_nothing();
        put_nth("after", made, returned);
        char key[32];
        snprintf(key, sizeof key, "after_%zu_errno", made);
        probe_put_int(key, error);
        for (size_t i = 0; i < 4 && returned == 0; i++)
            reap_one(pids[i]);
    }
}

static int make_two_of_three(void)
{
    pid_t pids[3] = {0};

    return PROBE_CALL(fork_children(3, pids));
}

/* Two were made, and end only when the caller was interrupted. */
PROBE(fork_children_eintr)
{
    probe_fail_processes_below(2, ENOMEM);
    hold_children(TICKS, ENOUGH_TICKS);
    int returned = interrupted(make_two_of_three);
    int error = errno;
    probe_put_int("met", probe_failed_processes());
    errno = error;
    put_returned(returned);
}

static void fail_to_make(void)
{
    pid_t pids[4] = {0};

    probe_fail_processes_below(2, ENOMEM);
    int returned = PROBE_CALL(fork_children(4, pids));
    probe_fail_nothing();
    for (size_t i = 0; i < 4 && returned == 0; i++)
        reap_one(pids[i]);
}

static void fail_to_make_and_make(void)
{
    fail_to_make();
    make_and_reap(3);
}

PROBE(fork_children_other_children)
{
    with_other_children(fail_to_make_and_make);
}

static void make_two(void)
{
    make_and_reap(2);
}

PROBE(fork_children_exit)
{
    with_a_full_buffer(make_two);
}

PROBE(fork_children_caller)
{
    be_particular();
    make_and_reap(2);
    fail_to_make();
    block_sigchld();
    make_and_reap(2);
}

/* ---- reap_children ------------------------------------------------------ */

/* A child that exits with this code, at once or once GO has come so far. */
static pid_t child_with(int code, uint32_t go)
{
    pid_t pid = probe_fork("child");

    if (pid == 0) {
        probe_cell_wait(GO, go);
        _exit(code);
    }
    return pid;
}

/* Wait for n by the student's function, and put the statuses. */
static void reap_and_put(size_t n, const pid_t pids[])
{
    int status[MANY];

    memset(status, 0x55, sizeof status);
    put_returned(PROBE_CALL(reap_children(n, pids, status)));
    for (size_t i = 0; i < n; i++)
        put_nth("status", i, status[i]);
}

static void reap_three(void)
{
    pid_t pids[3] = {child_with(0, 0), child_with(7, 0)};

    pids[2] = probe_fork("child");
    if (pids[2] == 0) {
        probe_signal(getpid(), SIGKILL);
        pause();
    }
    reap_and_put(3, pids);
}

PROBE(reap_children_works)
{
    reap_three();
}

/* The last one ends first, when the caller waits; then the others, each when
   the one behind it has ended. */
PROBE(reap_children_order)
{
    enum { N = 4 };
    pid_t *pids = share(N * sizeof *pids), copy[N];

    for (int i = 0; i < N; i++) {
        pid_t pid = probe_fork("child");
        if (pid == 0) {
            probe_cell_wait(GO, 1);
            if (i == N - 1)
                probe_wait_asleep();
            while (i < N - 1 && !has_ended(pids[i + 1]))
                probe_rest();
            _exit(10 + i);
        }
        pids[i] = copy[i] = pid;
    }
    probe_cell_add(GO, 1);
    reap_and_put(N, copy);
}

/* It ends only when the caller waits for it. */
PROBE(reap_children_running)
{
    pid_t pid = probe_fork("child");

    if (pid == 0) {
        probe_wait_asleep();
        _exit(5);
    }
    reap_and_put(1, &pid);
}

PROBE(reap_children_many)
{
    pid_t pids[MANY];

    for (int i = 0; i < MANY; i++)
        pids[i] = child_with(i, 0);
    reap_and_put(MANY, pids);
}

static void reap_none(void)
{
    put_returned(PROBE_CALL(reap_children(0, NULL, NULL)));
}

PROBE(reap_children_n_zero)
{
    with_other_children(reap_none);
}

/* Four PIDs, and the one at this place is no child of ours. */
static void reap_with_a_stranger(size_t place, pid_t stranger)
{
    enum { N = 4 };
    pid_t pids[N];
    int status[N];
    char key[32];

    memset(status, 0x55, sizeof status);
    for (int i = 0; i < N; i++)
        pids[i] = i == (int)place ? stranger : child_with(10 + i, 0);
    put_nth("at", place, PROBE_CALL(reap_children(N, pids, status)));
    snprintf(key, sizeof key, "at_%zu_errno", place);
    probe_put_int(key, errno);
    for (size_t i = 0; i < N; i++) {
        snprintf(key, sizeof key, "at_%zu_status", place);
        if (i != place)
            put_nth(key, i, status[i]);
    }
}

/* It is our parent, then a child that was waited for before. */
PROBE(reap_children_no_child)
{
    pid_t gone = child_with(0, 0);

    probe_reap(gone);
    reap_with_a_stranger(0, getppid());
    reap_with_a_stranger(2, gone);
    reap_with_a_stranger(3, getppid());
}

/* The child stops itself, and is continued when the caller waits for it. */
PROBE(reap_children_stopped)
{
    pid_t stopped = probe_fork("child");

    if (stopped == 0) {
        probe_signal(getpid(), SIGSTOP);
        _exit(5);
    }
    pid_t continuer = probe_fork("continuer");
    if (continuer == 0) {
        while (probe_state_of(stopped) != 'T')
            probe_rest();
        probe_wait_asleep();
        probe_signal(stopped, SIGCONT);
        _exit(0);
    }
    reap_and_put(1, &stopped);
    probe_reap(continuer);
}

static pid_t late[2];
static int late_status[2] = {-1, -1};

static int reap_late(void)
{
    return PROBE_CALL(reap_children(2, late, late_status));
}

/* A child that ends only when the caller was interrupted, from now on. */
static pid_t late_child(int code)
{
    hold_children(TICKS, probe_cell(TICKS) + ENOUGH_TICKS);
    pid_t pid = child_with(code, 0);
    hold_no_children();
    return pid;
}

/* Two are waited for; then, behind one that is no child of ours, one. */
PROBE(reap_children_eintr)
{
    late[0] = late_child(5);
    late[1] = late_child(6);
    int returned = interrupted(reap_late);
    int error = errno;
    put_nth("status", 0, late_status[0]);
    put_nth("status", 1, late_status[1]);
    late[0] = getppid();
    late[1] = late_child(7);
    probe_put_int("stranger", interrupted(reap_late));
    probe_put_int("stranger_errno", errno);
    errno = error;
    put_returned(returned);
}

PROBE(reap_children_other_children)
{
    with_other_children(reap_three);
}

PROBE(reap_children_caller)
{
    be_particular();
    reap_three();
    reap_with_a_stranger(0, getppid());
    block_sigchld();
    reap_three();
}

/* ---- process_chain ------------------------------------------------------ */

/* What the last process of a chain is to do. */
struct task {
    int result;
    int signal;    /* that ends it; 0: none */
    int of_parent; /* that ends its parent; 0: none */
};

static int work(void *arg)
{
    const struct task *task = arg;

    probe_cell_add(RAN, 1);
    if (task->signal != 0) {
        probe_signal(getpid(), task->signal);
        pause();
    }
    if (task->of_parent != 0)
        probe_signal(getppid(), task->of_parent);
    return task->result;
}

static int chain(size_t depth, struct task task)
{
    return PROBE_CALL(process_chain(depth, work, &task));
}

static int work_in_child(void *arg)
{
    probe_put_int("is_caller", getpid() == probe_caller());
    return work(arg);
}

PROBE(process_chain_works)
{
    struct task task = {.result = 7};

    put_returned(PROBE_CALL(process_chain(1, work_in_child, &task)));
    probe_put_int("ran", probe_cell(RAN));
}

/* Have all looked at, when those above wait. */
static int be_looked_at(void *arg)
{
    probe_wait_asleep();
    probe_wait_asleep_of(getppid());
    prctl(PR_SET_NAME, "last");
    probe_hold("deepest");
    return work(arg);
}

PROBE(process_chain_generations)
{
    struct task task = {.result = 7};

    put_returned(PROBE_CALL(process_chain(4, be_looked_at, &task)));
}

PROBE(process_chain_depth_zero)
{
    struct task small = {.result = 3};
    struct task large = {.result = 300}, negative = {.result = -1};

    put_returned(PROBE_CALL(process_chain(0, work_in_child, &small)));
    probe_put_int("large", chain(0, large));
    probe_put_int("negative", chain(0, negative));
}

/* All codes that there are, through two processes. */
PROBE(process_chain_codes)
{
    long wrong = -1, instead = 0;

    for (int code = 0; code < 256 && wrong == -1; code++) {
        instead = chain(2, (struct task){.result = code});
        if (instead != code)
            wrong = code;
    }
    probe_put_int("wrong", wrong);
    probe_put_int("instead", instead);
}

PROBE(process_chain_modulo)
{
    static const int results[] = {300, -1, 256, -2};

    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        put_nth("one", i, chain(1, (struct task){.result = results[i]}));
        put_nth("three", i, chain(3, (struct task){.result = results[i]}));
    }
}

PROBE(process_chain_signal)
{
    static const int signals[] = {SIGKILL, SIGTERM};
    static const size_t depths[] = {1, 2, 5};

    for (size_t i = 0; i < 6; i++)
        put_nth("killed", i,
                chain(depths[i / 2], (struct task){.signal = signals[i % 2]}));
}

/* The last but one is killed, and the last one exits with 7 all the same. */
PROBE(process_chain_between)
{
    probe_put_int("killed",
                  chain(4, (struct task){.result = 7, .of_parent = SIGKILL}));
}

/* Of five, the first, second ... last cannot be made. */
PROBE(process_chain_no_process)
{
    for (size_t made = 0; made < 5; made++) {
        char key[32];
        uint32_t ran = probe_cell(RAN);
        probe_fail_processes_below((unsigned)made, ENOMEM);
        int returned = chain(5, (struct task){.result = 7});
        int error = errno;
        put_nth("met", made, probe_failed_processes());
        probe_fail_nothing();
        put_nth("after", made, returned);
        snprintf(key, sizeof key, "after_%zu_errno", made);
        probe_put_int(key, error);
        put_nth("ran", made, probe_cell(RAN) - ran);
    }
}

/* The caller ignores what can be ignored, and blocks what can be blocked. */
PROBE(process_chain_deaf)
{
    sigset_t all;

    for (int s = 1; s < 32; s++)
        if (s != SIGCHLD)
            signal(s, SIG_IGN);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    probe_put_int("killed", chain(3, (struct task){.signal = SIGKILL}));
}

static void see_interrupt(int number)
{
    (void)number;
    probe_cell_add(TICKS, 1);
}

static pid_t parent_of(pid_t pid)
{
    char path[32], text[256] = "";

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *after = strrchr(text, ')');
    return after != NULL && strlen(after) > 4 ? (pid_t)atoi(after + 4) : 0;
}

/* Interrupt each process above this one, the caller too, twice, when it is
   asleep; where it blocks the signal, nothing can. */
static int interrupt_all_above(void *arg)
{
    enum { ABOVE = 3 };
    pid_t above[ABOVE], pid = getpid();
    int n = 0;

    while (n < ABOVE && pid != probe_caller())
        above[n++] = pid = parent_of(pid);
    for (int i = 0; i < 2 * n; i++) {
        uint32_t ticks = probe_cell(TICKS);
        pid = above[i % n];
        if (has_ended(pid))
            continue;
        probe_wait_asleep_of(pid);
        probe_signal(pid, SIGUSR1);
        while (probe_cell(TICKS) == ticks && !has_ended(pid) &&
               !probe_is_out_of_reach(pid, SIGUSR1))
            probe_rest();
    }
    return work(arg);
}

PROBE(process_chain_eintr)
{
    struct sigaction action = {.sa_handler = see_interrupt};
    struct task task = {.result = 7};

    probe_must(sigaction(SIGUSR1, &action, NULL) == 0);
    put_returned(PROBE_CALL(process_chain(3, interrupt_all_above, &task)));
}

static void chain_of_two(void)
{
    put_returned(chain(2, (struct task){.result = 7}));
}

PROBE(process_chain_other_children)
{
    with_other_children(chain_of_two);
}

PROBE(process_chain_exit)
{
    with_a_full_buffer(chain_of_two);
}

/* In the caller no process can be made, then in its child. */
PROBE(process_chain_caller)
{
    be_particular();
    chain_of_two();
    for (unsigned made = 0; made < 2; made++) {
        probe_fail_processes_below(made, ENOMEM);
        chain(3, (struct task){.result = 7});
        probe_fail_nothing();
    }
    block_sigchld();
    chain_of_two();
}

/* ---- describe_status ---------------------------------------------------- */

/* Wait statuses as Linux makes them. */
static int exited(int code)
{
    return code << 8;
}

static int stopped(int number)
{
    return number << 8 | 0x7f;
}

enum { DUMPED = 0x80, CONTINUED = 0xffff };

/* Put what it says of a status. */
static void describe(const char *key, int wstatus)
{
    char buf[128];

    memset(buf, '#', sizeof buf);
    put_returned(PROBE_CALL(describe_status(wstatus, buf, sizeof buf)));
    buf[sizeof buf - 1] = '\0';
    probe_put_text(key, "%s", buf);
}

PROBE(describe_status_exited)
{
    describe("exited_0", exited(0));
    describe("exited_3", exited(3));
    describe("exited_127", exited(127));
    describe("exited_255", exited(255));
}

PROBE(describe_status_killed)
{
    for (int s = 1; s < 32; s++) {
        char key[32];
        snprintf(key, sizeof key, "killed_%d", s);
        describe(key, s);
    }
}

PROBE(describe_status_core)
{
    describe("segv", SIGSEGV | DUMPED);
    describe("abrt", SIGABRT | DUMPED);
}

PROBE(describe_status_stopped)
{
    describe("stop", stopped(SIGSTOP));
    describe("tstp", stopped(SIGTSTP));
    describe("ttin", stopped(SIGTTIN));
    describe("trap", stopped(SIGTRAP));
}

PROBE(describe_status_continued)
{
    describe("continued", CONTINUED);
}

PROBE(describe_status_length)
{
    char buf[128];
    int killed = SIGSEGV | DUMPED;

    probe_put_int("exited", PROBE_CALL(describe_status(exited(3), buf, 128)));
    probe_put_int("killed", PROBE_CALL(describe_status(killed, buf, 128)));
    probe_put_int("stopped",
                  PROBE_CALL(describe_status(stopped(SIGSTOP), buf, 128)));
    probe_put_int("continued",
                  PROBE_CALL(describe_status(CONTINUED, buf, 128)));
    probe_put_int("cut", PROBE_CALL(describe_status(killed, buf, 5)));
}

/* "killed by SIGKILL" is 17 bytes; after len comes what was there before. And
   a text whose second part begins behind len. */
PROBE(describe_status_truncates)
{
    static const size_t lengths[] = {1, 8, 17, 18};

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char buf[32], key[32];
        memset(buf, '#', sizeof buf);
        put_returned(PROBE_CALL(describe_status(SIGKILL, buf, lengths[i])));
        snprintf(key, sizeof key, "buf_of_%zu", lengths[i]);
        probe_put_bytes(key, buf, 20);
    }
    char buf[64];
    memset(buf, '#', sizeof buf);
    PROBE_CALL(describe_status(SIGSEGV | DUMPED, buf, 8));
    probe_put_bytes("core_buf_of_8", buf, 40);
}

PROBE(describe_status_len_zero)
{
    char buf[4] = "###";

    probe_put_int("null", PROBE_CALL(describe_status(SIGKILL, NULL, 0)));
    probe_put_int("zero", PROBE_CALL(describe_status(SIGKILL, buf, 0)));
    probe_put_bytes("buf", buf, 3);
}

PROBE(describe_status_caller)
{
    be_particular();
    describe("exited_3", exited(3));
}

/* ---- run_detached ------------------------------------------------------- */

/* What the detached process says of itself. */
static struct detached {
    pid_t pid;
    long arg;
} * detached;

static int number = 4711;

static void note(void *arg)
{
    detached->pid = getpid();
    detached->arg = arg == NULL ? 0 : *(int *)arg;
    probe_cell_add(RAN, 1);
}

/* Wait until fn has run so often and its process is gone; or is a zombie of
   ours; or for a second or two. */
static void wait_until_gone(uint32_t ran)
{
    probe_cell_wait(RAN, ran);
    for (int i = 0; i < 5000; i++) {
        pid_t pid = detached->pid;
        if (probe_state_of(pid) == 0 || pid == probe_caller() ||
            (has_ended(pid) && parent_of(pid) == probe_caller()))
            return;
        probe_rest();
    }
}

static void detach(void (*fn)(void *))
{
    uint32_t ran = probe_cell(RAN);

    detached = share(sizeof *detached);
    int returned = PROBE_CALL(run_detached(fn, &number));
    put_returned(returned);
    if (returned == 0)
        wait_until_gone(ran + 1);
}

/*
 * The probe itself is the subreaper that adopts, so it sees how each process
 * has ended, and knows when none is left; the caller is its child.
 */
PROBE(run_detached_works)
{
    int wstatus;
    pid_t pid = 0;

    probe_must(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    detached = share(sizeof *detached);
    pid_t caller = probe_fork_caller();
    if (caller == 0) {
        int returned = PROBE_CALL(run_detached(note, &number));
        put_returned(returned);
        if (returned == 0)
            probe_cell_wait(RAN, 1);
        _exit(0);
    }
    probe_reap(caller);
    for (int i = 0; i < 5000 && pid != -1; i++) {
        pid = waitpid(-1, &wstatus, WNOHANG);
        if (pid == 0)
            probe_rest();
        else if (pid != -1 && pid == detached->pid)
            probe_put_int("wstatus", wstatus);
    }
    probe_put_int("ran", probe_cell(RAN));
    probe_put_int("arg", detached->arg);
    probe_put_int("is_caller", detached->pid == caller);
}

/* fn goes on only when the call has returned. */
static void note_after_return(void *arg)
{
    probe_cell_wait(RETURNED, 1);
    note(arg);
}

PROBE(run_detached_no_wait)
{
    detach(note_after_return);
}

static void show_and_note(void *arg)
{
    probe_cell_wait(RETURNED, 1);
    prctl(PR_SET_NAME, "detached");
    probe_hold("running");
    note(arg);
}

PROBE(run_detached_no_child)
{
    detach(show_and_note);
}

static bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* So many processes can be made, and no more. */
static void fail_to_detach(unsigned made)
{
    char key[32];
    uint32_t ran = probe_cell(RAN);

    probe_fail_processes_below(made, ENOMEM);
    int returned = PROBE_CALL(run_detached(note, &number));
    int error = errno;
    probe_fail_nothing();
    /* Who does not wait to see may fail after it has returned. */
    for (int i = 0; i < 5000 && returned == 0 && probe_cell(RAN) == ran &&
                    probe_failed_processes() == 0;
         i++)
        probe_rest();
    unsigned met = probe_failed_processes();
    put_nth("met", made, met);
    put_nth("after", made, returned);
    snprintf(key, sizeof key, "after_%u_errno", made);
    probe_put_int(key, error);
    if (returned == 0 && met == 0)
        wait_until_gone(ran + 1);
    put_nth("ran", made, probe_cell(RAN) - ran);
    put_nth("left", made, has_children());
}

PROBE(run_detached_failure)
{
    detached = share(sizeof *detached);
    for (unsigned made = 0; made < 3; made++)
        fail_to_detach(made);
}

/* What it forks is held back until the caller was interrupted. */
PROBE(run_detached_eintr)
{
    hold_children(TICKS, ENOUGH_TICKS);
    probe_interrupt_start(TICKS, TICKS_MAX);
    detach(note);
    probe_interrupt_stop();
}

static void detach_one(void)
{
    detach(note);
}

PROBE(run_detached_other_children)
{
    with_other_children(detach_one);
}

static void detach_one_and_fail(void)
{
    detach(note);
    fail_to_detach(1);
}

PROBE(run_detached_exit)
{
    with_a_full_buffer(detach_one_and_fail);
}

static void put_signals(void *arg)
{
    probe_put_signals("mask", "ignored");
    note(arg);
}

PROBE(run_detached_caller)
{
    be_particular();
    detach(put_signals);
    fail_to_detach(0);
    fail_to_detach(1);
    block_sigchld();
    detach(note);
}
