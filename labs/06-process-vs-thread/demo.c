/*
 * demo.c - lab 06, processes and threads, in six acts.
 * Usage: demo [--auto] [--act N]
 *
 * What to notice: to the kernel a thread and a process are both tasks. What
 * tells them apart is what they share with their maker: memory, descriptors,
 * signal handlers. From that follows what they cost, what a crash takes down,
 * and what must be locked. pthreads(7), clone(2); TLPI, chapters 28 to 31.
 */
#include "labkit/children.h"
#include "labkit/facts.h"
#include "labkit/lab.h"
#include "labkit/look.h"
#include "labkit/measure.h"
#include "labkit/text.h"

#include <dirent.h>
#include <errno.h>
#include <linux/kcmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KIB = 1024, MIB = 1024 * 1024 };

/* ---- threads, as children.h is for processes ---------------------------- */

/* Make one that is called name; pthread_create() returns its error. */
static pthread_t make_thread(const char *name, void *(*run)(void *), void *arg)
{
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run, arg);

    if (error != 0) {
        errno = error;
        lab_die("pthread_create");
    }
    pthread_setname_np(thread, name);
    return thread;
}

static void join_thread(pthread_t thread)
{
    int error = pthread_join(thread, NULL);

    if (error != 0) {
        errno = error;
        lab_die("pthread_join");
    }
}

/* Wait as long as it takes: a person may be looking. */
static void wait_at(sem_t *gate)
{
    while (sem_wait(gate) == -1)
        if (errno != EINTR)
            lab_die("sem_wait");
}

/* A line "Name: value" of a file in /proc/PID; -1: it is not there. */
static long read_field(pid_t pid, const char *file, const char *name)
{
    char path[64], line[256];
    long value = -1;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *in = fopen(path, "re");
    if (in == NULL)
        return -1;
    while (fgets(line, sizeof line, in) != NULL)
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            value = strtol(line + strlen(name) + 1, NULL, 10);
    fclose(in);
    return value;
}

/* State a field, or that it cannot be read. */
static void say_field(struct lab *lab, const char *fact, pid_t pid,
                      const char *file, const char *name, const char *unit)
{
    char source[96];
    long value = read_field(pid, file, name);

    snprintf(source, sizeof source, "%s in /proc/PID/%s", name, file);
    if (value >= 0)
        fact_int(lab, fact, value, unit, FACT_EXACT, source);
    else
        fact_unknown(lab, fact, unit, "it cannot be read");
}

/* How a process ended, in words. */
static void say_end(struct lab *lab, const char *fact, int wstatus)
{
    char words[32];

    if (WIFSIGNALED(wstatus))
        snprintf(words, sizeof words, "killed by SIG%s",
                 sigabbrev_np(WTERMSIG(wstatus)));
    else
        snprintf(words, sizeof words, "exit code %d", WEXITSTATUS(wstatus));
    fact_text(lab, fact, words, FACT_EXACT, "its wait status");
}

/* ---- act 1 -------------------------------------------------------------- */

static long counter;

/* What a task found and did, in memory that children share, too. */
struct notes {
    sem_t done, go;
    long value;
    const void *address;
    pid_t pid, tid;
};

static struct notes *new_notes(void)
{
    struct notes *notes = shared_new(sizeof *notes);

    gate_init(&notes->done);
    gate_init(&notes->go);
    return notes;
}

/* A thread, or what a child does: the same code. */
static void *add_one(void *arg)
{
    struct notes *notes = arg;

    counter = counter + 1;
    notes->value = counter;
    notes->address = &counter;
    notes->pid = getpid();
    notes->tid = gettid();
    gate_open(&notes->done);
    wait_at(&notes->go); /* so that it can be looked at */
    return NULL;
}

static void say_address(struct lab *lab, const char *fact, const void *at)
{
    char text[24];

    snprintf(text, sizeof text, "%p", at);
    fact_text(lab, fact, text, FACT_EXACT, "&counter there");
}

static void act_one_counter(struct lab *lab)
{
    struct notes *notes = new_notes();

    counter = 0;
    pthread_t thread = make_thread("adder", add_one, notes);
    gate_pass(&notes->done);
    fact_int(lab, "thread_sees", notes->value, NULL, FACT_EXACT,
             "counter, read by the thread");
    say_address(lab, "thread_address", notes->address);
    fact_int(lab, "after_the_thread", counter, NULL, FACT_EXACT,
             "counter, read by the demo");
    lab_hold(lab, "The thread has added 1, and the demo sees it: one memory.");
    gate_open(&notes->go);
    join_thread(thread);

    pid_t child = child_fork("adder");
    if (child == 0) {
        add_one(notes);
        _exit(0);
    }
    gate_pass(&notes->done);
    fact_int(lab, "child_sees", notes->value, NULL, FACT_EXACT,
             "counter, read by the child");
    say_address(lab, "child_address", notes->address);
    fact_int(lab, "after_the_child", counter, NULL, FACT_EXACT,
             "counter, read by the demo");
    lab_hold(lab, "The child has added 1 at the same address, in its own copy: "
                  "the demo does not see it.");
    gate_open(&notes->go);
    child_wait(child);
    lab_say(lab, "An address says nothing by itself: it is one in an address "
                 "space, and a child has its own.");
    shared_free(notes, sizeof *notes);
}

/* ---- act 2 -------------------------------------------------------------- */

/* How many tasks /proc lists in this process; -1: it cannot be read. */
static int count_tasks(pid_t pid)
{
    char path[64];
    int n = 0;

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -1;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

/* State what of the demo's another task has, too, by kcmp(2): not a copy. */
static void say_shared(struct lab *lab, const char *fact, pid_t task)
{
    static const struct {
        int type;
        const char *name;
    } rows[] = {{KCMP_VM, "memory"},
                {KCMP_FILES, "descriptors"},
                {KCMP_FS, "working folder"},
                {KCMP_SIGHAND, "handlers"}};
    char words[96] = "";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        long order = syscall(SYS_kcmp, getpid(), task, rows[i].type, 0, 0);
        if (order == -1) {
            fact_unknown(lab, fact, NULL,
                         errno == ENOSYS ? "this kernel has no kcmp(2)"
                                         : "kcmp(2) is not permitted here");
            return;
        }
        if (order == 0) /* the same one */
            snprintf(words + strlen(words), sizeof words - strlen(words),
                     "%s%s", words[0] ? ", " : "", rows[i].name);
    }
    fact_text(lab, fact, words[0] ? words : "nothing", FACT_EXACT, "kcmp(2)");
}

static void say_ids(struct lab *lab, const char *who, const struct notes *notes)
{
    char name[32];

    snprintf(name, sizeof name, "%s_getpid", who);
    fact_int(lab, name, notes->pid, NULL, FACT_EXACT, "getpid() there");
    snprintf(name, sizeof name, "%s_gettid", who);
    fact_int(lab, name, notes->tid, NULL, FACT_EXACT, "gettid() there");
    snprintf(name, sizeof name, "%s_shares", who);
    say_shared(lab, name, notes->tid);
}

static void say_tasks(struct lab *lab, const char *fact, pid_t pid)
{
    int n = count_tasks(pid);

    if (n >= 0)
        fact_int(lab, fact, n, NULL, FACT_EXACT, "/proc/PID/task");
    else
        fact_unknown(lab, fact, NULL, "it cannot be listed");
}

static void act_what_proc_says(struct lab *lab)
{
    struct notes *notes = new_notes(), *theirs = new_notes();

    fact_int(lab, "demo_getpid", getpid(), NULL, FACT_EXACT, "getpid()");
    fact_int(lab, "demo_gettid", gettid(), NULL, FACT_EXACT, "gettid()");
    pthread_t thread = make_thread("worker", add_one, notes);
    gate_pass(&notes->done);
    say_ids(lab, "thread", notes);
    say_tasks(lab, "tasks_of_the_demo", getpid());
    say_field(lab, "tgid_of_the_thread", notes->tid, "status", "Tgid", NULL);

    pid_t child = child_fork("worker");
    if (child == 0) {
        add_one(theirs);
        _exit(0);
    }
    gate_pass(&theirs->done);
    say_ids(lab, "child", theirs);
    say_tasks(lab, "tasks_of_the_child", child);
    say_field(lab, "parent_of_the_child", child, "status", "PPid", NULL);
    lab_hold(lab, "One thread and one child wait. The child has one task: "
                  "fork() copies the thread that calls it, not the others.");
    gate_open(&notes->go);
    gate_open(&theirs->go);
    join_thread(thread);
    child_wait(child);
    lab_say(lab, "A thread has a new TID and the PID of its process; a child "
                 "is a new process, and what it has is a copy.");
    shared_free(notes, sizeof *notes);
    shared_free(theirs, sizeof *theirs);
}

/* ---- act 3 -------------------------------------------------------------- */

static void *do_nothing(void *arg)
{
    return arg;
}

static void by_pthread_create(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, do_nothing, NULL) != 0 ||
        pthread_join(thread, NULL) != 0)
        lab_die("pthread_create");
}

static void wait_for(pid_t pid)
{
    while (waitpid(pid, NULL, 0) == -1)
        if (errno != EINTR)
            lab_die("waitpid");
}

static void by_fork(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    if (pid == -1)
        lab_die("fork");
    wait_for(pid);
}

static void by_vfork(void)
{
    pid_t pid = vfork(); /* the child has our memory, and we sleep */

    if (pid == 0)
        _exit(0);
    if (pid == -1)
        lab_die("vfork");
    wait_for(pid);
}

static const char a_program[] = "/bin/true";

static void by_posix_spawn(void)
{
    char *argv[] = {strdupa(a_program), NULL}, *env[] = {NULL};
    pid_t pid;
    int error = posix_spawn(&pid, a_program, NULL, NULL, argv, env);

    if (error != 0) {
        errno = error;
        lab_die("posix_spawn");
    }
    wait_for(pid);
}

/* Threads last: once a process has had one, fork(3) takes the locks of malloc
   and stdio first, and each page that they are on has to be copied. */
static const struct way {
    const char *name;
    void (*make)(void); /* one, and wait for its end */
} ways[] = {
    {"fork", by_fork},
    {"vfork", by_vfork},
    {"posix_spawn", by_posix_spawn},
    {"pthread_create", by_pthread_create},
};

enum { WARM_UP = 2, ROUNDS = 11, ROUND_US = 4000 };

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* CPU time of the demo, of threads and children that have ended: other
   programs' turns on this CPU are not in it. Microseconds. */
static double cpu_us(void)
{
    struct rusage children;
    struct timespec t;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == -1 ||
        getrusage(RUSAGE_CHILDREN, &children) == -1)
        lab_die("getrusage");
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3 +
           1e6 * (seconds(children.ru_utime) + seconds(children.ru_stime));
}

/* Make one after the other for ROUND_US: CPU time for one. */
static double make_for_a_round(void *arg)
{
    const struct way *way = arg;
    double start = cpu_us(), used = 0;
    unsigned n = 0;

    while (used < ROUND_US) {
        way->make();
        n++;
        used = cpu_us() - start;
    }
    return used / n;
}

static void measure_way(struct lab *lab, const struct way *way, int mib)
{
    double us[ROUNDS];
    struct measure m;
    char name[48];
    struct way copy = *way;

    snprintf(name, sizeof name, "%s_%d_MiB", way->name, mib);
    if (way->make == by_posix_spawn && access(a_program, X_OK) == -1) {
        fact_unknown(lab, name, "us", "there is no /bin/true here");
        return;
    }
    measure_rounds(make_for_a_round, &copy, WARM_UP, ROUNDS, us);
    measure_summarize(us, ROUNDS, &m);
    measure_fact(lab, name, &m, "us", NULL);
}

/* Memory that is there page by page: 4 KiB ones, each written. NULL: no. */
static char *resident_memory(size_t bytes)
{
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    madvise(memory, bytes, MADV_NOHUGEPAGE); /* EINVAL: there are none */
    for (size_t i = 0; i < bytes; i += 4 * KIB)
        memory[i] = 1;
    return memory;
}

static void measure_ways(struct lab *lab, int mib)
{
    size_t n = sizeof ways / sizeof ways[0], bytes = (size_t)mib * MIB;
    char *memory = resident_memory(bytes), name[48];

    if (memory != NULL)
        fact_region(lab, "resident", getpid(), memory, bytes);
    for (size_t i = 0; i < n; i++) {
        if (memory != NULL) {
            measure_way(lab, &ways[i], mib);
            continue;
        }
        snprintf(name, sizeof name, "%s_%d_MiB", ways[i].name, mib);
        fact_unknown(lab, name, "us", "so much memory is not to be had here");
    }
    if (memory != NULL)
        munmap(memory, bytes);
}

/* Bind the demo to the first CPU that it may use, and say so. */
static void pin_to_one(struct lab *lab, cpu_set_t *before)
{
    int cpu;

    if (measure_keep_cpus(before) < 0 || measure_cpus(&cpu, 1) < 1 ||
        measure_pin(cpu) < 0)
        lab_die("sched_setaffinity");
    fact_int(lab, "pinned_to_CPU", cpu, NULL, FACT_EXACT, "sched_setaffinity");
}

static void unpin(const cpu_set_t *before)
{
    if (sched_setaffinity(0, sizeof *before, before) == -1)
        lab_die("sched_setaffinity");
}

enum { UNITS = 8, TOUCHED = 64 * KIB };

struct unit_notes {
    sem_t ready, go;
    const void *touched[UNITS];
    _Atomic int next;
};

/* A thread, or a child: write TOUCHED bytes of its own stack, and wait. */
static void *touch_and_wait(void *arg)
{
    struct unit_notes *notes = arg;
    char mine[TOUCHED];

    memset(mine, 1, sizeof mine);
    notes->touched[notes->next++] = mine;
    gate_open(&notes->ready);
    wait_at(&notes->go);
    return NULL;
}

/* Pss of the demo and of these children together; -1: it cannot be read. */
static long sum_pss(const pid_t children[], int n)
{
    long sum = read_field(getpid(), "smaps_rollup", "Pss");

    for (int i = 0; i < n && sum >= 0; i++) {
        long pss = read_field(children[i], "smaps_rollup", "Pss");
        sum = pss < 0 ? -1 : sum + pss;
    }
    return sum;
}

static void say_per_unit(struct lab *lab, const char *fact, long before,
                         long after)
{
    if (before < 0 || after < 0)
        fact_unknown(lab, fact, "KiB", "smaps_rollup cannot be read");
    else
        fact_real(lab, fact, (double)(after - before) / UNITS, "KiB",
                  FACT_EXACT, "Pss of all, before and after, / 8");
}

static void measure_threads_memory(struct lab *lab)
{
    struct unit_notes *notes = shared_new(sizeof *notes);
    pthread_t threads[UNITS];
    long before = sum_pss(NULL, 0);

    gate_init(&notes->ready);
    gate_init(&notes->go);
    for (int i = 0; i < UNITS; i++)
        threads[i] = make_thread("unit", touch_and_wait, notes);
    for (int i = 0; i < UNITS; i++)
        gate_pass(&notes->ready);
    say_per_unit(lab, "pss_per_thread", before, sum_pss(NULL, 0));
    for (int i = 0; i < UNITS; i++)
        gate_open(&notes->go);
    for (int i = 0; i < UNITS; i++)
        join_thread(threads[i]);
    shared_free(notes, sizeof *notes);
}

static void measure_processes_memory(struct lab *lab)
{
    struct unit_notes *notes = shared_new(sizeof *notes);
    pid_t children[UNITS];
    long before = sum_pss(NULL, 0);

    gate_init(&notes->ready);
    gate_init(&notes->go);
    for (int i = 0; i < UNITS; i++) {
        children[i] = child_fork("unit");
        if (children[i] == 0) {
            touch_and_wait(notes);
            _exit(0);
        }
        gate_pass(&notes->ready);
    }
    say_per_unit(lab, "pss_per_process", before, sum_pss(children, UNITS));
    say_field(lab, "rss_of_one_process", children[0], "status", "VmRSS", "KiB");
    say_field(lab, "pss_of_one_process", children[0], "smaps_rollup", "Pss",
              "KiB");
    say_field(lab, "page_tables_of_one", children[0], "status", "VmPTE", "KiB");
    fact_region(lab, "a child's stack", children[0], notes->touched[0],
                TOUCHED);
    lab_hold(lab, "8 children wait; each has written 64 KiB. RSS counts a "
                  "shared page in full in each of them, PSS divides it.");
    for (int i = 0; i < UNITS; i++)
        gate_open(&notes->go);
    for (int i = 0; i < UNITS; i++)
        child_wait(children[i]);
    shared_free(notes, sizeof *notes);
}

static void act_cost(struct lab *lab)
{
    char machine[256];
    cpu_set_t before;

    fact_text(lab, "machine", measure_machine(machine, sizeof machine),
              FACT_EXACT, "uname(2), /proc/cpuinfo");
    pin_to_one(lab, &before);
    fact_text(
        lab, "method",
        "CPU time of maker and made, to make one and wait for its end; 11 "
        "rounds of 4 ms or one call, after 2 to warm up; 4 KiB pages",
        FACT_EXACT, "CLOCK_PROCESS_CPUTIME_ID, RUSAGE_CHILDREN");
    measure_ways(lab, 1);
    measure_ways(lab, 64);
    measure_ways(lab, 256);
    unpin(&before);
    lab_say(lab, "fork() copies the page tables: it costs by what is resident. "
                 "A thread, vfork() and posix_spawn() do not copy them.");
    measure_threads_memory(lab);
    measure_processes_memory(lab);
}

/* ---- act 4 -------------------------------------------------------------- */

enum { WORKERS = 3 };

static int *volatile nowhere;

/* Wait, and write to address 0. (A sanitizer would report that, and exit: it is
   told not to.) */
__attribute__((no_sanitize("undefined"))) static void *
crash_when_told(void *arg)
{
    wait_at(&((struct notes *)arg)->go);
    signal(SIGSEGV, SIG_DFL);
    *nowhere = 1;
    return NULL;
}

static void *wait_for_ever(void *arg)
{
    gate_open(&((struct notes *)arg)->done);
    for (;;)
        pause();
    return NULL;
}

/* A child: a server whose workers are threads, one of which will crash. */
static _Noreturn void serve_with_threads(struct notes *notes)
{
    struct rlimit none = {0, 0};

    setrlimit(RLIMIT_CORE, &none); /* no core file */
    for (int i = 0; i < WORKERS - 1; i++)
        make_thread("worker", wait_for_ever, notes);
    make_thread("crasher", crash_when_told, notes);
    wait_for_ever(notes);
    _exit(0);
}

static void crash_in_a_thread(struct lab *lab)
{
    struct notes *notes = new_notes();
    pid_t server = child_fork("server");

    if (server == 0)
        serve_with_threads(notes);
    for (int i = 0; i < WORKERS; i++)
        gate_pass(&notes->done);
    say_tasks(lab, "tasks_of_the_server", server);
    lab_hold(lab, "A server with three threads. One of them is about to write "
                  "to address 0.");
    gate_open(&notes->go);
    say_end(lab, "the_server", child_wait(server));
    lab_say(lab, "SIGSEGV's default action ends the process: all its threads.");
    shared_free(notes, sizeof *notes);
}

static void crash_in_a_process(struct lab *lab)
{
    struct notes *notes = new_notes();
    struct rlimit none = {0, 0};
    pid_t workers[WORKERS];
    struct look look;
    int alive = 0;

    for (int i = 0; i < WORKERS; i++) {
        bool will_crash = i == WORKERS - 1;
        workers[i] = child_fork(will_crash ? "crasher" : "worker");
        if (workers[i] == 0) {
            setrlimit(RLIMIT_CORE, &none);
            if (will_crash)
                crash_when_told(notes);
            wait_for_ever(notes);
        }
    }
    for (int i = 0; i < WORKERS - 1; i++)
        gate_pass(&notes->done);
    lab_hold(lab, "Now the demo is the server, and its workers are three "
                  "children. One of them will crash.");
    gate_open(&notes->go);
    say_end(lab, "the_crasher", child_wait(workers[WORKERS - 1]));
    for (int i = 0; i < WORKERS - 1; i++)
        alive += look_at(workers[i], &look) == 0 && look.state != 'Z';
    fact_int(lab, "other_workers_alive", alive, "processes", FACT_EXACT,
             "/proc/PID/stat");
    lab_hold(lab, "The crash took the child alone: the demo reads how it "
                  "ended, and could start another one.");
    for (int i = 0; i < WORKERS - 1; i++)
        child_end(workers[i]);
    shared_free(notes, sizeof *notes);
}

static void act_crash(struct lab *lab)
{
    crash_in_a_thread(lab);
    crash_in_a_process(lab);
}

/* ---- act 5 -------------------------------------------------------------- */

enum { WORK = 12000000, SPEED_ROUNDS = 7, TASKS_MOST = 8 };

static volatile uint64_t work_result;
static _Atomic uint64_t cpus_seen; /* a bit each; the first 64 */

/* So many steps of arithmetic, none of which can be left out. */
static void *compute(void *arg)
{
    uint64_t x = 1;

    for (size_t n = *(size_t *)arg; n > 0; n--)
        x = x * 6364136223846793005u + 1;
    work_result = x;
    cpus_seen |= UINT64_C(1) << (sched_getcpu() % 64);
    return NULL;
}

/* The same work, cut among so many threads: milliseconds. */
static double compute_with(void *arg)
{
    size_t threads = *(size_t *)arg, share = WORK / threads;
    pthread_t ids[TASKS_MOST];
    uint64_t start = measure_now_ns();

    for (size_t i = 0; i < threads; i++)
        ids[i] = make_thread("computer", compute, &share);
    for (size_t i = 0; i < threads; i++)
        join_thread(ids[i]);
    return (double)(measure_now_ns() - start) / 1e6;
}

/* State the time and the speed-up for 1, 2, 4 ... threads. */
static void measure_speed_up(struct lab *lab, const char *where, size_t most)
{
    struct measure m, alone = {0};
    char name[48], seen[200] = "";

    cpus_seen = 0;
    for (size_t threads = 1; threads <= most; threads *= 2) {
        double ms[SPEED_ROUNDS];
        char note[64];

        measure_rounds(compute_with, &threads, 1, SPEED_ROUNDS, ms);
        measure_summarize(ms, SPEED_ROUNDS, &m);
        snprintf(name, sizeof name, "%s_%zu_threads", where, threads);
        measure_fact(lab, name, &m, "ms", NULL);
        if (threads == 1)
            alone = m;
        snprintf(name, sizeof name, "%s_speed_up_%zu", where, threads);
        snprintf(note, sizeof note, "%.1f ms / %.1f ms", alone.median,
                 m.median);
        if (threads > 1 && (m.is_noisy || alone.is_noisy))
            fact_unknown(lab, name, NULL, "its times are too noisy");
        else if (threads > 1)
            fact_real(lab, name, alone.median / m.median, NULL, FACT_ESTIMATE,
                      note);
    }
    for (int cpu = 0; cpu < 64; cpu++)
        if (cpus_seen >> cpu & 1)
            snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s%d",
                     seen[0] ? ", " : "", cpu);
    snprintf(name, sizeof name, "%s_ran_on", where);
    fact_text(lab, name, seen, FACT_SAMPLED, "sched_getcpu() in the threads");
}

static void act_speed_up(struct lab *lab)
{
    char machine[256];
    cpu_set_t before;
    int cpus[1024];
    int n = measure_cpus(cpus, 1024);
    size_t most = n <= 2 ? 4 : TASKS_MOST;

    if (n < 1)
        lab_die("sched_getaffinity");
    fact_text(lab, "machine", measure_machine(machine, sizeof machine),
              FACT_EXACT, "uname(2), /proc/cpuinfo");
    fact_int(lab, "CPUs", n, NULL, FACT_EXACT, "sched_getaffinity");
    fact_text(lab, "method",
              "7 rounds after 1 to warm up: from the first pthread_create to "
              "the last join, the same work in all",
              FACT_EXACT, "CLOCK_MONOTONIC");
    pin_to_one(lab, &before);
    measure_speed_up(lab, "one_CPU", most);
    unpin(&before);
    if (n == 1) {
        fact_unknown(lab, "all_CPUs", NULL, "there is one CPU only");
        lab_say(lab, "One CPU: the threads take turns. That is concurrency; "
                     "parallelism needs a second CPU.");
        return;
    }
    measure_speed_up(lab, "all_CPUs", most);
    lab_say(lab, "On one CPU the threads take turns: concurrent, not faster. "
                 "On more they run in parallel, and no more than there are "
                 "CPUs.");
}

/* ---- act 6 -------------------------------------------------------------- */

enum { ADDERS = 4, TRIES = 10, INCREMENTS = 250000 };

static volatile long plain;
static atomic_long atomic;
static long guarded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Four ways to add: threads, each INCREMENTS times. */
static void *add_plainly(void *arg)
{
    for (int i = 0; i < INCREMENTS; i++) {
        long seen = plain; /* another thread may write here ... */
        plain = seen + 1;  /* ... and this forgets what it wrote */
    }
    return arg;
}

static void *add_atomically(void *arg)
{
    for (int i = 0; i < INCREMENTS; i++)
        atomic_fetch_add(&atomic, 1);
    return arg;
}

static void *add_under_a_lock(void *arg)
{
    for (int i = 0; i < INCREMENTS; i++) {
        pthread_mutex_lock(&lock);
        guarded = guarded + 1;
        pthread_mutex_unlock(&lock);
    }
    return arg;
}

static void *add_alone(void *arg)
{
    volatile long mine = 0; /* on this thread's own stack */

    for (int i = 0; i < INCREMENTS; i++)
        mine = mine + 1;
    *(long *)arg = mine;
    return NULL;
}

/* Run it in ADDERS threads; what they add up to, and CPU ns an addition. */
static long add_with(void *(*add)(void *), double *ns)
{
    long parts[ADDERS] = {0};
    pthread_t ids[ADDERS];
    long sum = 0;

    plain = guarded = 0;
    atomic = 0;
    double start = cpu_us();
    for (int i = 0; i < ADDERS; i++)
        ids[i] = make_thread("adder", add, &parts[i]);
    for (int i = 0; i < ADDERS; i++)
        join_thread(ids[i]);
    *ns = (cpu_us() - start) * 1e3 / ADDERS / INCREMENTS;
    for (int i = 0; i < ADDERS; i++)
        sum += parts[i];
    return sum + plain + guarded + atomic;
}

/* One thread that reads, lets itself be overtaken, and writes. */
static void *read_wait_write(void *arg)
{
    struct notes *notes = arg;
    long seen = plain;

    notes->value = seen;
    gate_open(&notes->done);
    wait_at(&notes->go);
    plain = seen + 1;
    return NULL;
}

static void in_slow_motion(struct lab *lab)
{
    struct notes *a = new_notes(), *b = new_notes();

    plain = 41;
    pthread_t first = make_thread("adder-a", read_wait_write, a);
    gate_pass(&a->done);
    pthread_t second = make_thread("adder-b", read_wait_write, b);
    gate_pass(&b->done);
    fact_int(lab, "a_read", a->value, NULL, FACT_EXACT, "the thread's copy");
    fact_int(lab, "b_read", b->value, NULL, FACT_EXACT, "the thread's copy");
    lab_hold(lab, "Two threads have each read the counter, and not yet written "
                  "it back.");
    gate_open(&a->go);
    join_thread(first);
    gate_open(&b->go);
    join_thread(second);
    fact_int(lab, "after_both_added_1", plain, NULL, FACT_EXACT, "the counter");
    shared_free(a, sizeof *a);
    shared_free(b, sizeof *b);
}

/* Let it happen by itself: again until it does. */
static void by_itself(struct lab *lab)
{
    const long all = (long)ADDERS * INCREMENTS;
    long lost = 0;
    int tries = 0;
    char note[96], number[32];
    double ns = 0;

    while (tries < TRIES && lost == 0) {
        lost = all - add_with(add_plainly, &ns);
        tries++;
    }
    snprintf(note, sizeof note, "of %s by %d threads, seen in try %d",
             text_group(all, number, sizeof number), ADDERS, tries);
    if (lost == 0)
        snprintf(note, sizeof note, "none seen in %d tries: luck, no promise",
                 tries);
    fact_int(lab, "lost", lost, "increments", FACT_EXACT, note);
}

static void act_lost_update(struct lab *lab)
{
    static const struct {
        const char *name;
        void *(*add)(void *);
    } cures[] = {{"atomic", add_atomically},
                 {"mutex", add_under_a_lock},
                 {"own_sums", add_alone}};
    const long all = (long)ADDERS * INCREMENTS;

    in_slow_motion(lab);
    by_itself(lab);
    for (size_t i = 0; i < sizeof cures / sizeof cures[0]; i++) {
        double samples[5];
        struct measure m;
        long lost = 0;
        char name[32];
        for (size_t k = 0; k < sizeof samples / sizeof samples[0]; k++)
            lost += all - add_with(cures[i].add, &samples[k]);
        snprintf(name, sizeof name, "lost_with_%s", cures[i].name);
        fact_int(lab, name, lost, "increments", FACT_EXACT,
                 "of 5 times as many");
        measure_summarize(samples, 5, &m);
        snprintf(name, sizeof name, "%s_addition", cures[i].name);
        measure_fact(lab, name, &m, "ns", "CPU time, 4 threads");
    }
    lab_say(lab, "Each cure loses nothing. What is not shared needs no lock, "
                 "and costs least.");
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"One counter",
     "A thread adds 1 to a variable of the demo's, which is 0. Then a child "
     "process does, with the same line of code.",
     "What does the demo read after the thread, and what after the child?",
     act_one_counter, "timeline"},
    {"What /proc says",
     "The demo makes a thread and a child, and asks the kernel who they are "
     "and what they share with it.",
     "getpid() and gettid(): what are they in the thread, what in the child?",
     act_what_proc_says, "timeline"},
    {"What one more costs",
     "Make one and wait for its end, with 1, 64 and 256 MiB resident: by "
     "fork, vfork, posix_spawn, pthread_create. Then 8 of them: how much "
     "memory more?",
     "Which of the four gets dearer when the demo has more memory?", act_cost,
     "memory"},
    {"A crash",
     "A server with three threads, one of which writes to address 0. Then one "
     "with three child processes.",
     "Who is alive afterwards, in each?", act_crash, "timeline"},
    {"Concurrency is not parallelism",
     "The same work, cut among 1, 2, 4 threads: on one CPU, then on all.",
     "How much faster are 4 threads than 1, on one CPU, and on all?",
     act_speed_up, "timeline"},
    {"The lost update",
     "Two threads read a counter, and then both write it. Then four threads "
     "add 250,000 times each: plainly, and in three ways that lose nothing.",
     "The counter is 41, two threads add 1. What is the smallest that it can "
     "be afterwards?",
     act_lost_update, "timeline"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "06-process-vs-thread", acts,
                       sizeof acts / sizeof acts[0]);
}
