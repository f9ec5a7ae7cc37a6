/*
 * probes.c - lab 05: calls the student's functions, one small probe for each
 * thing that exercise.h promises. What a probe saw is judged in grade.c.
 *
 * No time is asserted. What a measurement must lie between follows from what
 * was done to it: write(2), which the student's code finds here first, can
 * hold the byte up until a watcher has looked at everybody, or make each way
 * as slow as it likes; the result is not below what that took, and not above
 * what the whole call took.
 */
#include "exercise.h"

#include "gradekit/probe/probe.h"
#include "gradekit/probe/tasks.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum cell {
    RETURNED, /* the student's function has returned */
    TICKS,    /* signals that interrupted the caller */
    ARRIVED,  /* the byte is held up; or the call is over */
    GO,       /* it may go on */
    READY,    /* tasks of the probe's own that are there */
    LEAVE,    /* they may end */
};

enum {
    ROUNDS = 3000,     /* where switches are counted */
    ROUNDS_HELD = 200, /* where the byte is held up */
    HOLDS = 3,         /* so often */
    ROUNDS_SLOW = 40,  /* where each way is slow */
    SLOW_US = 1000,    /* so slow */
    HELD_MS = 40,      /* each time, at least */
    LONG_MS = 400,     /* three of them: more than tv_nsec alone can say */
    MAKING_MS = 400,   /* that long the making of the other side takes */
    ENDING_MS = 400,   /* and its end */
    ROUNDS_ONLY = 100, /* between the two */
    TICKS_MAX = 3000,
    WRITERS_MAX = 4,
};

static void rest_us(long us)
{
    nanosleep(&(struct timespec){us / 1000000, us % 1000000 * 1000}, NULL);
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- where tasks may run ------------------------------------------------ */

static cpu_set_t cpus_of(pid_t tid)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    probe_must(sched_getaffinity(tid, sizeof set, &set) == 0);
    return set;
}

static bool may_run_on(pid_t tid, int cpu)
{
    cpu_set_t set;

    return sched_getaffinity(tid, sizeof set, &set) == 0 &&
           CPU_ISSET(cpu, &set);
}

static bool is_bound_to(pid_t tid, int cpu)
{
    cpu_set_t set;

    return sched_getaffinity(tid, sizeof set, &set) == 0 &&
           CPU_COUNT(&set) == 1 && CPU_ISSET(cpu, &set);
}

static void bind_to(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    probe_must(sched_setaffinity(0, sizeof set, &set) == 0);
}

static int first_cpu(void)
{
    int cpu = 0;

    while (!may_run_on(0, cpu))
        cpu++;
    return cpu;
}

static int last_cpu(void)
{
    int cpu = CPU_SETSIZE - 1;

    while (!may_run_on(0, cpu))
        cpu--;
    return cpu;
}

/* A number below CPU_SETSIZE that no CPU has, if there is one; else -1. */
static int missing_cpu(void)
{
    return sysconf(_SC_NPROCESSORS_CONF) < CPU_SETSIZE ? CPU_SETSIZE - 1 : -1;
}

/* "0,2,3" */
static void list_cpus(const cpu_set_t *set, char *buf, size_t len)
{
    buf[0] = '\0';
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, set))
            snprintf(buf + strlen(buf), len - strlen(buf), "%s%d",
                     buf[0] ? "," : "", cpu);
}

/* What is otherwise than before, in words. */
static void compare_cpus(const char *key, pid_t tid, const cpu_set_t *before)
{
    cpu_set_t now = cpus_of(tid);
    char was[128], is[128];

    if (CPU_EQUAL(&now, before))
        return;
    list_cpus(before, was, sizeof was);
    list_cpus(&now, is, sizeof is);
    probe_put_text(key, "might run on CPU %s, may now on CPU %s", was, is);
}

/* ---- the byte on its way ------------------------------------------------ */

enum hook { HOOK_NONE, HOOK_COUNT, HOOK_HOLD, HOOK_SLOW, HOOK_TICKS };

/* Who writes: the ends of the ping-pong. */
struct writer {
    _Atomic pid_t tid, pid;
    _Atomic uint64_t inode;
    atomic_bool is_pipe;
};

/* Shared with all processes of the probe. */
static struct board {
    _Atomic enum hook hook;
    _Atomic unsigned writes;
    unsigned first; /* the write from which on one is held up or slow */
    _Atomic pid_t last;
    _Atomic unsigned out_of_turn; /* twice the same task, one after the other */
    _Atomic unsigned waits_left;  /* HOOK_TICKS */
    struct writer writers[WRITERS_MAX]; /* the last ones */
    _Atomic unsigned n_writers;
    int64_t started_ns;
    _Atomic int64_t held_ns[HOLDS];
    _Atomic unsigned held_at[HOLDS], n_held, n_slow;
    atomic_bool has_returned;
    _Atomic int64_t made_ns, ended_ns; /* the other side; 0: not seen */
} * board;

static void make_board(enum hook hook)
{
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    probe_must(board != MAP_FAILED);
    board->waits_left = 5;
    board->hook = hook;
}

/* Nobody writes at the same time as another one, if all is right. */
static void note_writer(int fd, pid_t tid)
{
    struct stat st;

    for (int i = 0; i < WRITERS_MAX; i++)
        if (board->writers[i].tid == tid)
            return;
    struct writer *w = &board->writers[board->n_writers++ % WRITERS_MAX];
    if (fstat(fd, &st) == 0) {
        w->inode = st.st_ino;
        w->is_pipe = S_ISFIFO(st.st_mode);
    }
    w->pid = getpid();
    w->tid = tid;
}

/* The other side lets the caller, asleep in its read(2), meet some signals. */
static void wait_for_ticks(void)
{
    uint32_t before = probe_cell(TICKS);

    if (board->waits_left == 0 || syscall(SYS_gettid) == probe_caller())
        return;
    board->waits_left--;
    /* Who blocks signals meanwhile is interrupted by none: no harm. */
    for (int i = 0; i < 100 && probe_cell(TICKS) < before + 3; i++)
        rest_us(1000);
}

/* The other side at its end: the caller, asleep in its waitpid(2), meets some
   as well. */
static void end_with_ticks(void)
{
    probe_wait_asleep();
    board->waits_left = 5;
    wait_for_ticks();
}

/* At a quarter, a half, and three quarters of the rounds. */
static bool is_to_be_held(unsigned nth)
{
    return nth > board->first &&
           (nth - board->first) % (ROUNDS_HELD / 2) == 0 &&
           board->n_held < HOLDS;
}

static void see_write(int fd)
{
    pid_t tid = (pid_t)syscall(SYS_gettid);
    unsigned nth = atomic_fetch_add(&board->writes, 1);

    note_writer(fd, tid);
    if (atomic_exchange(&board->last, tid) == tid)
        board->out_of_turn++;
    if (board->hook == HOOK_HOLD && is_to_be_held(nth)) {
        board->held_at[board->n_held++] = nth;
        probe_cell_add(ARRIVED, 1);
        probe_cell_wait(GO, board->n_held);
    }
    if (board->hook == HOOK_SLOW && nth >= board->first) {
        board->n_slow++;
        rest_us(SLOW_US);
    }
    if (board->hook == HOOK_TICKS)
        wait_for_ticks();
}

/* The executable's own write stands before libc's, for student code too. It
   has libc's name: its header declares other names of parameters. */
ssize_t write(int fd, const void *buf, size_t n)
{
    static ssize_t (*libc_write)(int, const void *, size_t);

    if (!libc_write) {
        void *symbol = dlsym(RTLD_NEXT, "write");
        memcpy(&libc_write, &symbol, sizeof symbol);
    }
    if (board && board->hook != HOOK_NONE) {
        int error = errno;
        see_write(fd);
        errno = error;
    }
    return libc_write(fd, buf, n);
}

/* ---- tasks of the probe's own --------------------------------------------- */

static void sleep_times(int n)
{
    for (int i = 0; i < n; i++)
        rest_us(100);
}

/* Sleep for ever, having said so; the counts do not change any more then. */
static void stay_asleep(void)
{
    probe_cell_add(READY, 1);
    probe_cell_wait(LEAVE, 1);
}

static _Atomic pid_t thread_id;

static void *be_a_thread(void *unused)
{
    (void)unused;
    thread_id = (pid_t)syscall(SYS_gettid);
    sleep_times(70);
    stay_asleep();
    return NULL;
}

static pthread_t start_thread(void)
{
    pthread_t thread;

    probe_must(pthread_create(&thread, NULL, be_a_thread, NULL) == 0);
    probe_cell_wait(READY, 1);
    return thread;
}

/* ---- a measurement, and what is known of it ----------------------------- */

/* proc_pid_io(5) of this process: bytes written, and calls that wrote them, by
   it and by children that it has waited for. False: not to be had. */
static bool count_written(int64_t *bytes, int64_t *calls)
{
    char line[128];
    int found = 0;
    FILE *file = fopen("/proc/self/io", "re");

    if (!file)
        return false;
    while (fgets(line, sizeof line, file)) {
        long long n;
        if (sscanf(line, "wchar: %lld", &n) == 1)
            *bytes = n, found++;
        if (sscanf(line, "syscw: %lld", &n) == 1)
            *calls = n, found++;
    }
    fclose(file);
    return found == 2;
}

static int64_t count_switches(int who)
{
    struct rusage usage;

    probe_must(getrusage(who, &usage) == 0);
    return usage.ru_nvcsw + usage.ru_nivcsw;
}

typedef double measure_function(size_t rounds, int cpu);

/* Its result in whole nanoseconds, or a number below 0; in words, too. */
static void put_result(double ns, size_t rounds)
{
    probe_put_text("result", "%g", ns);
    probe_put_int("is_time", isfinite(ns) && ns > 0 && ns < 1e15);
    probe_put_int("is_refused", ns < 0);
    if (isfinite(ns) && ns > 0 && ns < 1e15)
        probe_put_int("total_ns", (int64_t)(ns * 2 * (double)rounds));
}

static void end_call(void)
{
    board->hook = HOOK_NONE;
    board->has_returned = true;
    probe_cell_add(RETURNED, 1);
    probe_cell_add(ARRIVED, 1);
    probe_cell_add(TICKS, TICKS_MAX);
}

#define MEASURE(function_, rounds_, cpu_)                                      \
    do {                                                                       \
        size_t n_ = (rounds_);                                                 \
        int64_t start_ = now_ns();                                             \
        board->started_ns = start_;                                            \
        double ns_ = PROBE_CALL(function_(n_, cpu_));                          \
        int64_t end_ = now_ns();                                               \
        end_call();                                                            \
        put_result(ns_, n_);                                                   \
        probe_put_int("wall_ns", end_ - start_);                               \
        probe_put_int("rounds", (int64_t)n_);                                  \
    } while (0)

static double call_process(size_t rounds, int cpu)
{
    MEASURE(process_switch_ns, rounds, cpu);
    return 0;
}

static double call_thread(size_t rounds, int cpu)
{
    MEASURE(thread_switch_ns, rounds, cpu);
    return 0;
}

/* A probe of each of the two. */
#define MEASURED(name_)                                                        \
    static void measured_##name_(measure_function *call);                      \
    PROBE(process_switch_ns_##name_)                                           \
    {                                                                          \
        measured_##name_(call_process);                                        \
    }                                                                          \
    PROBE(thread_switch_ns_##name_)                                            \
    {                                                                          \
        measured_##name_(call_thread);                                         \
    }                                                                          \
    static void measured_##name_(measure_function *call)

/* Call, and put what the kernel counted meanwhile. */
static void call_counted(measure_function *call, size_t rounds, int cpu)
{
    int64_t bytes[2] = {0}, calls[2] = {0}, own = count_switches(RUSAGE_SELF),
            children = count_switches(RUSAGE_CHILDREN);
    bool is_known = count_written(&bytes[0], &calls[0]);

    call(rounds, cpu);
    is_known = is_known && count_written(&bytes[1], &calls[1]);
    own = count_switches(RUSAGE_SELF) - own;
    children = count_switches(RUSAGE_CHILDREN) - children;
    probe_put_int("switches", own + children);
    probe_put_int("switches_of_children", children);
    if (is_known) {
        probe_put_int("bytes", bytes[1] - bytes[0]);
        probe_put_int("calls", calls[1] - calls[0]);
    }
    probe_put_int("writes_seen", board->writes);
    probe_put_int("out_of_turn", board->out_of_turn);
}

MEASURED(works)
{
    make_board(HOOK_COUNT);
    call_counted(call, ROUNDS, last_cpu());
}

MEASURED(one_round)
{
    make_board(HOOK_COUNT);
    call_counted(call, 1, last_cpu());
}

/* ---- a watcher, who looks while the byte is held up --------------------- */

/* Those of the last writers that are still there, to the front. */
static int keep_living_writers(void)
{
    int n = 0;

    for (int i = 0; i < WRITERS_MAX; i++) {
        cpu_set_t set;
        struct writer *w = &board->writers[i], *to = &board->writers[n];
        if (w->tid == 0 || sched_getaffinity(w->tid, sizeof set, &set) == -1)
            continue;
        to->inode = w->inode;
        to->is_pipe = w->is_pipe;
        to->pid = w->pid;
        to->tid = w->tid;
        n++;
    }
    return n;
}

/* " the caller may run on CPU 0,1" */
static void tell_where(char *buf, size_t len, pid_t tid)
{
    cpu_set_t set = cpus_of(tid);
    char list[128];

    list_cpus(&set, list, sizeof list);
    snprintf(buf + strlen(buf), len - strlen(buf), " %s may run on CPU %s;",
             tid == probe_caller() ? "the caller" : "the other one", list);
}

static void look_at_writers(int cpu)
{
    int n = keep_living_writers(), pids = 0, pipes = 0, bound = 0;
    char elsewhere[256] = "";

    for (int i = 0; i < n; i++) {
        const struct writer *w = &board->writers[i];
        bool is_new_pid = true, is_new_pipe = w->is_pipe;
        for (int k = 0; k < i; k++) {
            is_new_pid = is_new_pid && board->writers[k].pid != w->pid;
            is_new_pipe = is_new_pipe && board->writers[k].inode != w->inode;
        }
        pids += is_new_pid;
        pipes += is_new_pipe;
        bound += is_bound_to(w->tid, cpu);
        if (!is_bound_to(w->tid, cpu))
            tell_where(elsewhere, sizeof elsewhere, w->tid);
    }
    probe_put_int("writers", n);
    probe_put_int("writers_processes", pids);
    probe_put_int("writers_pipes", pipes);
    probe_put_int("writers_bound", bound);
    probe_put_text("elsewhere", "CPU %d was asked for, and%s", cpu, elsewhere);
}

/* A child: when the byte is held up, look at the writers, and at the caller's
   other thread; keep it so for longer than all that was before; and note for
   how long. */
static void watch(int cpu, const cpu_set_t *before, int64_t held_ms)
{

    for (unsigned i = 0; i < HOLDS; i++) {
        probe_cell_wait(ARRIVED, i + 1);
        if (board->has_returned)
            return;
        int64_t seen = now_ns(),
                before_ms = (seen - board->started_ns) / 1000000;
        if (i == 0 && held_ms < 4 * before_ms)
            held_ms = 4 * before_ms < 1000 ? 4 * before_ms : 1000;
        if (i == 0) {
            look_at_writers(cpu);
            compare_cpus("changed_other", thread_id, before);
        }
        rest_us(1000 * held_ms);
        board->held_ns[i] = now_ns() - seen;
        probe_cell_add(GO, 1);
    }
}

static pid_t fork_watcher(int cpu, int64_t held_ms)
{
    cpu_set_t before = cpus_of(thread_id); /* it may begin to run late */
    pid_t pid = probe_fork("watcher");

    if (pid == 0) {
        watch(cpu, &before, held_ms);
        _exit(0);
    }
    return pid;
}

/* How many writes a call makes before those of its rounds: some trips to warm
   up are nobody's business. */
static unsigned count_warm_up(measure_function *call, size_t rounds, int cpu)
{
    make_board(HOOK_COUNT);
    if (call == call_process)
        PROBE_CALL(process_switch_ns(rounds, cpu));
    else
        PROBE_CALL(thread_switch_ns(rounds, cpu));
    unsigned writes = board->writes, measured = 2 * (unsigned)rounds;
    return writes > measured ? writes - measured : 0;
}

/* The caller has another thread, and is bound to another CPU than the one that
   is asked for, if there is another one. */
static void hold_up(measure_function *call, int64_t held_ms)
{
    int cpu = last_cpu();
    int64_t least = 0;

    bind_to(first_cpu());
    pthread_t bystander = start_thread();
    unsigned warm_up = count_warm_up(call, ROUNDS_HELD, cpu);
    make_board(HOOK_HOLD);
    board->first = warm_up;
    pid_t watcher = fork_watcher(cpu, held_ms);
    call_counted(call, ROUNDS_HELD, cpu);
    probe_reap(watcher);
    probe_cell_add(LEAVE, 1);
    pthread_join(bystander, NULL);
    /* What was measured is in the last 2 * rounds writes. */
    for (unsigned i = 0; i < board->n_held; i++)
        if (board->held_at[i] + 2 * ROUNDS_HELD >= board->writes + 4)
            least += board->held_ns[i];
    if (least > 0)
        probe_put_int("least_ns", least);
}

MEASURED(held)
{
    hold_up(call, HELD_MS);
}

MEASURED(time)
{
    hold_up(call, LONG_MS);
}

MEASURED(not_subtracted)
{
    unsigned warm_up = count_warm_up(call, ROUNDS_SLOW, last_cpu());

    make_board(HOOK_SLOW);
    board->first = warm_up;
    call_counted(call, ROUNDS_SLOW, last_cpu());
    int64_t slow = board->n_slow < 2 * ROUNDS_SLOW ? 0 : 2 * ROUNDS_SLOW;
    if (slow > 0)
        probe_put_int("least_ns", slow * 1000 * SLOW_US);
}

/* ---- what is no part of the round trips ---------------------------------- */

static void make_slowly(void)
{
    if (syscall(SYS_gettid) != probe_caller())
        return;
    rest_us(1000 * MAKING_MS);
    board->made_ns = now_ns();
}

/* The caller sleeps again: the last byte came back, and it waits for us. */
static void end_slowly(void)
{
    probe_wait_asleep();
    if (board->ended_ns == 0 && probe_state_of(probe_caller()) == 'S')
        board->ended_ns = now_ns();
    rest_us(1000 * ENDING_MS);
}

static bool has_written(pid_t tid)
{
    for (int i = 0; i < WRITERS_MAX; i++)
        if (board->writers[i].tid == tid)
            return true;
    return false;
}

/* If the caller is itself one of the two, all round trips are between the time
   at which the other side is made and that at which it ends. */
MEASURED(only_trips)
{
    make_board(HOOK_COUNT);
    probe_tasks_note();
    probe_tasks_call(make_slowly, end_slowly);
    call_counted(call, ROUNDS_ONLY, last_cpu());
    probe_tasks_forget();
    if (has_written(probe_caller()) && board->made_ns && board->ended_ns)
        probe_put_int("most_ns", board->ended_ns - board->made_ns);
}

/* ---- what cannot be measured -------------------------------------------- */

MEASURED(rounds_zero)
{
    cpu_set_t before = cpus_of(0);

    make_board(HOOK_COUNT);
    call(0, last_cpu());
    compare_cpus("changed_cpus", 0, &before);
}

MEASURED(no_such_cpu)
{
    const int cpus[] = {-1, CPU_SETSIZE, INT_MAX, missing_cpu()};
    cpu_set_t before = cpus_of(0);
    const char *name = NULL;

    make_board(HOOK_COUNT);
    for (int i = 0; i < 4 && !name; i++) {
        double ns = call == call_process
                        ? PROBE_CALL(process_switch_ns(10, cpus[i]))
                        : PROBE_CALL(thread_switch_ns(10, cpus[i]));
        if (!(ns < 0))
            probe_put_text("measured", "%g for CPU %d", ns, cpus[i]);
    }
    compare_cpus("changed_cpus", 0, &before);
}

/* Below 0 is what is wanted where something could not be made; but a way that
   did not need it is no mistake. So it is with who makes two: the second one
   cannot be made at first. */
MEASURED(nothing_made)
{
    cpu_set_t before = cpus_of(0);

    for (int successes = 1; successes >= 0; successes--) {
        make_board(HOOK_COUNT);
        probe_tasks_note();
        probe_fail_processes((unsigned)successes);
        if (call == call_thread)
            probe_fail_threads((unsigned)successes);
        call_counted(call, 10, last_cpu());
        probe_fail_nothing();
        probe_tasks_forget();
    }
    compare_cpus("changed_cpus", 0, &before);
}

/* Leave so many fds that can be had. Undone by the caller. */
static struct rlimit leave_fds(int n)
{
    struct rlimit before, now;
    int lowest = dup(STDERR_FILENO), fd = lowest;

    probe_must(lowest != -1);
    close(lowest);
    for (int left = n; left > 0; fd++)
        left -= fcntl(fd, F_GETFD) == -1;
    probe_must(getrlimit(RLIMIT_NOFILE, &before) == 0);
    now = before;
    now.rlim_cur = (rlim_t)fd;
    probe_must(setrlimit(RLIMIT_NOFILE, &now) == 0);
    return before;
}

/* One pipe can be made, but not two. */
MEASURED(no_pipe)
{
    cpu_set_t before = cpus_of(0);
    int cpu = last_cpu();

    make_board(HOOK_COUNT);
    struct rlimit limit = leave_fds(3);
    call(10, cpu);
    setrlimit(RLIMIT_NOFILE, &limit);
    compare_cpus("changed_cpus", 0, &before);
}

/* ---- what is the caller's ----------------------------------------------- */

static void *call_bound_elsewhere(void *call)
{
    int last = last_cpu();

    bind_to(first_cpu());
    cpu_set_t before = cpus_of(0);
    (*(measure_function **)call)(10, last);
    compare_cpus("changed_cpus_of_bound", 0, &before);
    return NULL;
}

/* Once the first thread calls, which may run everywhere; once a second one,
   bound to one CPU, that is not the one asked for where there are two. */
MEASURED(bound_as_before)
{
    cpu_set_t before = cpus_of(0);
    pthread_t thread;

    make_board(HOOK_COUNT);
    call(10, last_cpu());
    compare_cpus("changed_cpus", 0, &before);
    probe_must(pthread_create(&thread, NULL, call_bound_elsewhere, &call) == 0);
    pthread_join(thread, NULL);
    compare_cpus("changed_other", 0, &before);
}

MEASURED(eintr)
{
    make_board(HOOK_TICKS);
    probe_tasks_note();
    probe_tasks_call(NULL, end_with_ticks);
    probe_interrupt_start(TICKS, TICKS_MAX);
    call_counted(call, 50, last_cpu());
    probe_interrupt_stop();
    probe_tasks_forget();
}

/* Two children of the caller's own: one has ended, one runs. */
MEASURED(other_children)
{
    make_board(HOOK_COUNT);
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);
    call(10, last_cpu());
    probe_bystanders_put(b);
}

/* The caller has something in a stdio buffer that is not written yet. */
MEASURED(exit)
{
    int fd = probe_file();
    FILE *file = fdopen(fd, "w");

    probe_must(file != NULL);
    make_board(HOOK_COUNT);
    fputs("once", file);
    call(10, last_cpu());
    fflush(file);
    size_t len;
    char *bytes = probe_file_read(fd, &len);
    probe_put_bytes("file", bytes, len);
}

/* ---- read_switch_counts ------------------------------------------------- */

/* Of proc_pid_status(5), for us: the last two lines, and the state. */
static struct switch_counts look_at_counts(pid_t pid, pid_t tid, char *state)
{
    struct switch_counts c = {0};
    char path[64], line[256];
    int found = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, (int)tid);
    FILE *file = fopen(path, "re");
    probe_must(file != NULL);
    while (fgets(line, sizeof line, file)) {
        found += sscanf(line, "State: %c", state) == 1;
        found +=
            sscanf(line, "voluntary_ctxt_switches: %llu", &c.voluntary) == 1;
        found += sscanf(line, "nonvoluntary_ctxt_switches: %llu",
                        &c.involuntary) == 1;
    }
    fclose(file);
    probe_must(found == 3);
    return c;
}

static struct switch_counts counts_of(pid_t pid, pid_t tid)
{
    char state;

    return look_at_counts(pid, tid, &state);
}

/* It may have been READY for long, and not have come to sleep yet. */
static void until_asleep(pid_t pid, pid_t tid)
{
    char state = 'R';

    for (int in_a_row = 0; in_a_row < 2;) {
        rest_us(2000);
        look_at_counts(pid, tid, &state);
        in_a_row = state == 'S' ? in_a_row + 1 : 0;
    }
}

static void put_counts(struct switch_counts got, struct switch_counts right)
{
    probe_put_int("voluntary", (int64_t)got.voluntary);
    probe_put_int("involuntary", (int64_t)got.involuntary);
    probe_put_int("right_voluntary", (int64_t)right.voluntary);
    probe_put_int("right_involuntary", (int64_t)right.involuntary);
}

/* A task that is asleep: what the function says of it, and what is so. */
static void count(pid_t pid, pid_t tid)
{
    struct switch_counts got = {UINT64_C(1) << 40, UINT64_C(1) << 41};

    until_asleep(pid, tid);
    struct switch_counts right = counts_of(pid, tid);
    probe_put_int("returned", PROBE_CALL(read_switch_counts(tid, &got)));
    probe_put_int("errno", errno);
    put_counts(got, right);
}

PROBE(read_switch_counts_works)
{
    pid_t child = probe_fork("sleeper");
    if (child == 0) {
        sleep_times(40);
        stay_asleep();
        _exit(0);
    }
    probe_cell_wait(READY, 1);
    count(child, child);
    probe_cell_add(LEAVE, 1);
    probe_reap(child);
}

/* Two that compute on one CPU, until one of them has lost it 5 times. */
PROBE(read_switch_counts_both_kinds)
{
    pid_t child = probe_fork("spinner"), other = -1;
    if (child == 0) {
        bind_to(first_cpu());
        probe_cell_add(READY, 1);
        struct switch_counts c;
        do {
            for (volatile int i = 0; i < 100000; i++)
                ;
            c = counts_of(getpid(), getpid());
        } while (c.involuntary < 5);
        sleep_times((int)c.involuntary + 20);
        stay_asleep();
        _exit(0);
    }
    other = probe_fork("other spinner");
    if (other == 0) {
        bind_to(first_cpu());
        while (probe_cell(READY) < 2)
            for (volatile int i = 0; i < 100000; i++)
                ;
        _exit(0);
    }
    probe_cell_wait(READY, 2);
    probe_reap(other);
    count(child, child);
    probe_cell_add(LEAVE, 1);
    probe_reap(child);
}

/* A child with a second thread, whose ID it says in a cell. */
PROBE(read_switch_counts_thread)
{
    enum { TID = LEAVE + 1 };
    pid_t child = probe_fork("threads");
    if (child == 0) {
        pthread_t thread = start_thread();
        sleep_times(20);
        probe_cell_add(TID, (uint32_t)thread_id);
        pthread_join(thread, NULL);
        _exit(0);
    }
    probe_cell_wait(TID, 1);
    count(child, (pid_t)probe_cell(TID));
    probe_cell_add(LEAVE, 1);
    probe_reap(child);
}

PROBE(read_switch_counts_own_thread)
{
    pthread_t thread = start_thread();

    sleep_times(20);
    count(getpid(), thread_id);
    probe_cell_add(LEAVE, 1);
    pthread_join(thread, NULL);
}

/* The caller itself, before and after it slept 25 times. */
PROBE(read_switch_counts_follows)
{
    struct switch_counts first = {0}, second = {0};
    pid_t tid = (pid_t)syscall(SYS_gettid);

    probe_put_int("returned", PROBE_CALL(read_switch_counts(tid, &first)));
    probe_put_int("errno", errno);
    struct switch_counts before = counts_of(getpid(), tid);
    sleep_times(25);
    struct switch_counts after = counts_of(getpid(), tid);
    probe_put_int("returned", PROBE_CALL(read_switch_counts(tid, &second)));
    probe_put_int("errno", errno);
    struct switch_counts last = counts_of(getpid(), tid);
    probe_put_int("more", (int64_t)(second.voluntary - first.voluntary));
    probe_put_int("least", (int64_t)(after.voluntary - before.voluntary));
    probe_put_int("too_many", second.voluntary > last.voluntary ||
                                  second.involuntary > last.involuntary);
}

PROBE(read_switch_counts_gone)
{
    struct switch_counts got;
    pid_t child = probe_fork("short-lived");

    if (child == 0)
        _exit(0);
    probe_reap(child);
    probe_put_int("returned", PROBE_CALL(read_switch_counts(child, &got)));
    probe_put_int("errno", errno);
}

/* ---- pin_to_cpu --------------------------------------------------------- */

static void put_pinned(int cpu, int returned)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
    cpu_set_t set = cpus_of(0);
    char list[128];
    list_cpus(&set, list, sizeof list);
    probe_put_text("cpus", "%s", list);
    probe_put_text("wanted_cpus", "%d", cpu);
    probe_put_int("runs_there", sched_getcpu() == cpu);
}

PROBE(pin_to_cpu_works)
{
    int cpu = first_cpu();

    put_pinned(cpu, PROBE_CALL(pin_to_cpu(cpu)));
}

/* The last one, from the first one, to which the caller is bound. */
PROBE(pin_to_cpu_elsewhere)
{
    int cpu = last_cpu();

    bind_to(first_cpu());
    put_pinned(cpu, PROBE_CALL(pin_to_cpu(cpu)));
}

/* The caller has another thread, and a child. */
PROBE(pin_to_cpu_alone)
{
    int cpu = last_cpu();
    pid_t child = probe_fork("bystander");

    if (child == 0) {
        probe_cell_wait(LEAVE, 1);
        _exit(0);
    }
    pthread_t thread = start_thread();
    cpu_set_t before = cpus_of(thread_id), of_child = cpus_of(child);
    put_pinned(cpu, PROBE_CALL(pin_to_cpu(cpu)));
    compare_cpus("changed_other", thread_id, &before);
    compare_cpus("changed_child", child, &of_child);
    probe_cell_add(LEAVE, 1);
    pthread_join(thread, NULL);
    probe_reap(child);
}

static void *pin_in_a_thread(void *cpu)
{
    put_pinned(*(int *)cpu, PROBE_CALL(pin_to_cpu(*(int *)cpu)));
    return NULL;
}

/* It is a second thread that calls. */
PROBE(pin_to_cpu_thread)
{
    int cpu = last_cpu();
    cpu_set_t before = cpus_of(getpid());
    pthread_t thread;

    probe_must(pthread_create(&thread, NULL, pin_in_a_thread, &cpu) == 0);
    pthread_join(thread, NULL);
    compare_cpus("changed_other", getpid(), &before);
}

static void pin_to_none(const int *cpus, int n)
{
    cpu_set_t before = cpus_of(0);
    int returned = -1;

    errno = EINVAL;
    for (int i = 0; i < n && returned == -1 && errno == EINVAL; i++) {
        returned = PROBE_CALL(pin_to_cpu(cpus[i]));
        int error = errno;
        probe_put_int("returned", returned);
        probe_put_int("errno", error);
        probe_put_int("cpu", cpus[i]);
        errno = error;
    }
    compare_cpus("changed_cpus", 0, &before);
}

PROBE(pin_to_cpu_negative)
{
    pin_to_none((int[]){-1, INT_MIN, -CPU_SETSIZE}, 3);
}

/* Where a set has 1,024 bits, the number 1,024 + 8 * n would be memory. */
PROBE(pin_to_cpu_too_large)
{
    pin_to_none((int[]){CPU_SETSIZE, CPU_SETSIZE + first_cpu(),
                        CPU_SETSIZE + 64, 100000, INT_MAX},
                5);
}

PROBE(pin_to_cpu_missing)
{
    int cpu = missing_cpu();

    pin_to_none(&cpu, 1);
}

/* ---- summarize ---------------------------------------------------------- */

/* Doubles as texts, so that 17 digits tell them apart. */
static void put_summary(int returned, const struct summary *s)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
    probe_put_text("min", "%.12g", s->min);
    probe_put_text("median", "%.12g", s->median);
    probe_put_text("p99", "%.12g", s->p99);
    probe_put_text("mean", "%.12g", s->mean);
}

static void sum_up(const double *samples, size_t n)
{
    struct summary s = {-77, -77, -77, -77};

    int returned = PROBE_CALL(summarize(samples, n, &s));
    put_summary(returned, &s);
}

PROBE(summarize_works)
{
    const double samples[] = {7, 1, 5, 2, 10};

    sum_up(samples, 5);
}

PROBE(summarize_one)
{
    const double sample = 42.5;

    sum_up(&sample, 1);
}

PROBE(summarize_none)
{
    const double sample = 42.5;
    struct summary s = {0};

    probe_put_int("returned", PROBE_CALL(summarize(&sample, 0, &s)));
    probe_put_int("errno", errno);
}

PROBE(summarize_unchanged)
{
    const double samples[] = {7, 1, 5, 2, 10};
    double given[5];

    memcpy(given, samples, sizeof given);
    sum_up(given, 5);
    probe_put_int("is_changed", memcmp(given, samples, sizeof given) != 0);
}

/* 1 to n in a wild order: the sample of rank r is r. */
static void mix_ranks(double *samples, size_t n)
{
    uint64_t random = 88172645463325252U;

    for (size_t i = 0; i < n; i++)
        samples[i] = (double)i + 1;
    for (size_t i = n - 1; i > 0; i--) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        size_t k = random % (i + 1);
        double t = samples[i];
        samples[i] = samples[k];
        samples[k] = t;
    }
}

/* For each n the rank that was taken, as far as they are right. */
static void find_ranks(size_t percent, const size_t *sizes, size_t n_sizes)
{
    static double samples[2048];

    for (size_t i = 0; i < n_sizes; i++) {
        struct summary s = {-77, -77, -77, -77};
        size_t n = sizes[i], rank = (percent * n + 99) / 100;
        mix_ranks(samples, n);
        PROBE_CALL(summarize(samples, n, &s));
        double got = percent == 50 ? s.median : s.p99;
        if (got < (double)rank || got > (double)rank) {
            probe_put_text("wrong", "of %zu samples, 1 to %zu: %g, not %zu", n,
                           n, got, rank);
            return;
        }
    }
}

PROBE(summarize_nearest_rank)
{
    find_ranks(50, (const size_t[]){2, 3, 4, 10, 11, 100, 101}, 7);
}

PROBE(summarize_p99)
{
    find_ranks(99, (const size_t[]){99, 100, 101, 199, 200, 201, 1000, 1001, 2},
               9);
}

/* Too close, too far apart and too negative for a comparison that takes their
   difference for an int. */
PROBE(summarize_order)
{
    const double samples[] = {0.5, 0.25, 6e9,  -3e9, 0.75,
                              0.3, 0.31, -0.5, 0.6,  1e-9};

    sum_up(samples, 10);
}

PROBE(summarize_ties)
{
    const double samples[] = {3, 3, 1, 3, 1, 1, 3, 3};

    sum_up(samples, 8);
}

/* More bytes than the stack may grow to. (The first 128 KiB of it are given in
   any case.) */
PROBE(summarize_large)
{
    enum { MANY = 20000 };
    double *samples = malloc(MANY * sizeof *samples);
    struct rlimit limit;

    probe_must(samples != NULL);
    mix_ranks(samples, MANY);
    probe_must(getrlimit(RLIMIT_STACK, &limit) == 0);
    limit.rlim_cur = 64 << 10;
    probe_must(setrlimit(RLIMIT_STACK, &limit) == 0);
    sum_up(samples, MANY);
}
