/*
 * demo.c - lab 05, context switches, in six acts. Usage: demo [--auto]
 * [--act N]
 *
 * What to notice: a task leaves its CPU since it must wait for something
 * (voluntary) or since its time is over and another one wants to run
 * (involuntary). What a switch costs is measured by having two tasks wait for
 * each other; what it costs besides, by what they find in the caches after
 * it. sched(7); TLPI, chapter 35; lmbench's lat_ctx.
 */
#include "labkit/children.h"
#include "labkit/facts.h"
#include "labkit/lab.h"
#include "labkit/measure.h"
#include "labkit/text.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* ---- where things run --------------------------------------------------- */

/* The first CPU that we may use, and the second (the same one: no other). */
struct place {
    cpu_set_t before;
    int first, second;
};

static void find_place(struct place *p)
{
    int cpus[2];
    int n = measure_cpus(cpus, 2);

    if (n < 1 || measure_keep_cpus(&p->before) < 0)
        lab_die("sched_getaffinity");
    p->first = cpus[0];
    p->second = cpus[n > 1];
}

static void pin(int cpu)
{
    int error = measure_pin(cpu);

    errno = -error;
    if (error < 0)
        lab_die("sched_setaffinity");
}

static void unpin(const struct place *p)
{
    if (sched_setaffinity(0, sizeof p->before, &p->before) == -1)
        lab_die("sched_setaffinity");
}

static void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&t, &t) == -1 && errno == EINTR)
        ;
}

/* ---- act 1 -------------------------------------------------------------- */

struct counts {
    long long voluntary, involuntary;
};

/* proc_pid_status(5), the last two lines. False: they are not there. */
static bool read_counts(pid_t pid, struct counts *c)
{
    char path[64], line[128];
    int found = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    while (fgets(line, sizeof line, file) != NULL) {
        found +=
            sscanf(line, "voluntary_ctxt_switches: %lld", &c->voluntary) == 1;
        found += sscanf(line, "nonvoluntary_ctxt_switches: %lld",
                        &c->involuntary) == 1;
    }
    fclose(file);
    return found == 2;
}

enum { SLEEPS = 100, SPIN_MS = 500 };

/* What the sleeper counts of itself. */
struct nap {
    sem_t done;
    struct counts before, after;
};

static struct counts count_own(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) == -1)
        lab_die("getrusage");
    return (struct counts){usage.ru_nvcsw, usage.ru_nivcsw};
}

/* Voluntary: it asks to be woken later, and gives the CPU up until then. */
static _Noreturn void sleep_on(struct nap *nap)
{
    nap->before = count_own();
    for (int i = 0; i < SLEEPS; i++)
        pause_ms(1);
    nap->after = count_own();
    gate_open(&nap->done);
    for (;;)
        pause_ms(20);
}

/* Involuntary: it never waits for anything. */
static _Noreturn void spin_on(void)
{
    for (volatile unsigned long i = 0;; i++)
        ;
}

static pid_t fork_spinner(const char *name, int cpu)
{
    pid_t pid = child_fork(name);

    if (pid != 0)
        return pid;
    pin(cpu);
    spin_on();
}

static void say_counts(struct lab *lab, const char *who, pid_t pid)
{
    struct counts c;
    char name[64];

    snprintf(name, sizeof name, "%s_voluntary", who);
    if (!read_counts(pid, &c)) {
        fact_unknown(lab, name, "switches", "/proc/PID/status has no counts");
        return;
    }
    fact_int(lab, name, c.voluntary, "switches", FACT_EXACT,
             "/proc/PID/status, voluntary_ctxt_switches");
    snprintf(name, sizeof name, "%s_involuntary", who);
    fact_int(lab, name, c.involuntary, "switches", FACT_EXACT,
             "/proc/PID/status, nonvoluntary_ctxt_switches");
}

static void act_two_kinds(struct lab *lab)
{
    struct nap *nap = shared_new(sizeof *nap);
    struct place place;
    char words[64];

    gate_init(&nap->done);
    find_place(&place);
    snprintf(words, sizeof words, "all three on CPU %d", place.first);
    fact_text(lab, "placement", words, FACT_EXACT, "sched_setaffinity");
    pid_t sleeper = child_fork("sleeper");
    if (sleeper == 0) {
        pin(place.first);
        sleep_on(nap);
    }
    gate_pass(&nap->done);
    fact_int(lab, "sleeps", SLEEPS, "calls of nanosleep", FACT_EXACT,
             "1 ms each, alone on the CPU");
    fact_int(lab, "switches_of_these",
             nap->after.voluntary - nap->before.voluntary, "voluntary",
             FACT_EXACT, "getrusage, ru_nvcsw, counted by the sleeper");
    pid_t a = fork_spinner("spinner-a", place.first);
    pid_t b = fork_spinner("spinner-b", place.first);
    pause_ms(SPIN_MS);
    say_counts(lab, "sleeper", sleeper);
    say_counts(lab, "spinner_a", a);
    say_counts(lab, "spinner_b", b);
    lab_hold(lab, "The sleeper gives the CPU up 50 times a second; from the "
                  "two spinners, which never wait, it is taken away.");
    child_end(a);
    child_end(b);
    child_end(sleeper);
    lab_say(lab, "Many voluntary switches: it waits much. Many involuntary "
                 "ones: it computes, and others want the same CPU.");
    shared_free(nap, sizeof *nap);
}

/* ---- a byte to and fro: what acts 2 to 5 measure ------------------------ */

/* Two sides, a pipe each way. The demo is this side. */
struct pair {
    bool is_thread;   /* the other side is: else it is a process */
    int cpu;          /* where the other side runs */
    size_t set_bytes; /* what each side reads before it goes on */

    int there[2], back[2];
    long *set; /* of this side */
    pid_t child;
    pthread_t thread;
    const struct pair *earlier; /* one that is there already; or NULL */
};

static void close_end(int fd)
{
    if (close(fd) == -1)
        lab_die("close");
}

static void put(int fd)
{
    if (write(fd, "x", 1) != 1)
        lab_die("write");
}

/* False: EOF. */
static bool take(int fd)
{
    char byte;
    ssize_t n = read(fd, &byte, 1);

    if (n == -1)
        lab_die("read");
    return n == 1;
}

/* Memory of one side's own, each page really there. */
static long *new_set(size_t bytes)
{
    if (bytes == 0)
        return NULL;
    void *set = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (set == MAP_FAILED)
        lab_die("mmap");
    memset(set, 1, bytes);
    return set;
}

static void free_set(long *set, size_t bytes)
{
    if (bytes > 0)
        munmap(set, bytes);
}

/* Read all of it, as lat_ctx does. */
static void read_set(const long *set, size_t bytes)
{
    long sum = 0;

    for (size_t i = 0; i < bytes / sizeof *set; i++)
        sum += set[i];
    __asm__ volatile("" : : "r"(sum)); /* or the loop would be left out */
}

/* The other side: each byte back, until EOF. */
static void send_back(const struct pair *p)
{
    long *set = new_set(p->set_bytes);

    pin(p->cpu);
    while (take(p->there[0])) {
        read_set(set, p->set_bytes);
        put(p->back[1]);
    }
    free_set(set, p->set_bytes);
}

static void *thread_main(void *pair)
{
    send_back(pair);
    return NULL;
}

static void fork_other_side(struct pair *p)
{
    p->child = child_fork("pong");
    if (p->child == 0) {
        close_end(p->there[1]); /* or it would never see EOF */
        close_end(p->back[0]);
        if (p->earlier != NULL) { /* nor would that one's child */
            close_end(p->earlier->there[1]);
            close_end(p->earlier->back[0]);
        }
        send_back(p);
        _exit(0);
    }
    close_end(p->there[0]);
    close_end(p->back[1]); /* a child that has died is EOF for us */
}

static void start_pair(struct pair *p)
{
    if (pipe(p->there) == -1 || pipe(p->back) == -1)
        lab_die("pipe");
    if (!p->is_thread)
        fork_other_side(p);
    else if ((errno = pthread_create(&p->thread, NULL, thread_main, p)) != 0)
        lab_die("pthread_create");
    p->set = new_set(p->set_bytes);
}

static void end_pair(struct pair *p)
{
    close_end(p->there[1]); /* EOF for the other side */
    if (p->is_thread) {
        pthread_join(p->thread, NULL);
        close_end(p->there[0]);
        close_end(p->back[1]);
    } else {
        child_wait(p->child);
    }
    close_end(p->back[0]);
    free_set(p->set, p->set_bytes);
}

static void round_trip(const struct pair *p)
{
    put(p->there[1]);
    if (!take(p->back[0])) { /* by now the other side runs */
        errno = EPIPE;
        lab_die("the other side has gone");
    }
    read_set(p->set, p->set_bytes);
}

/* Nanoseconds of a round trip, averaged over n of them. */
static double time_trips(const struct pair *p, size_t n)
{
    uint64_t start = measure_now_ns();

    for (size_t i = 0; i < n; i++)
        round_trip(p);
    return (double)(measure_now_ns() - start) / (double)n;
}

/* What one way costs without a switch: a byte into a pipe and out of it
   again, in one process, and the same memory read. lat_ctx's overhead. */
static double time_own(const struct pair *p, int own[2][2], size_t n)
{
    uint64_t start = measure_now_ns();

    for (size_t i = 0; i < n; i++) {
        put(own[i % 2][1]);
        take(own[i % 2][0]);
        read_set(p->set, p->set_bytes);
    }
    return (double)(measure_now_ns() - start) / (double)n;
}

/* Many short rounds: most of them pass undisturbed where the CPU is shared. */
enum { WARM_UP = 20, ROUNDS = 201, ROUNDS_LEAST = 7, ROUND_NS = 300000 };
enum { PAIRS = 2, MOST_NS = 600000000 };

/* Of a pair, in nanoseconds: */
struct costs {
    struct measure trip; /* a round trip: two ways */
    struct measure way;  /* half of it */
    struct measure own;  /* what one way costs without a switch */
    struct measure diff; /* way - own, round by round: the switch */
};

/* How a pair is measured: so many trips a round, so many rounds. */
struct plan {
    size_t trips, rounds, warm_up;
};

static struct plan make_plan(const struct pair *p)
{
    struct plan plan = {1, ROUNDS, WARM_UP};
    double ns = time_trips(p, 2); /* the other side begins, caches get warm */

    for (int i = 0; i < 5; i++) { /* the least: none that was interrupted */
        double again = time_trips(p, 2);
        ns = again < ns ? again : ns;
    }
    if (ns < ROUND_NS)
        plan.trips = (size_t)(ROUND_NS / ns);
    double rounds =
        MOST_NS / (2 * ns); /* and as long again: without switches */
    if (plan.trips == 1 && rounds < ROUNDS) {
        plan.rounds = rounds < ROUNDS_LEAST ? ROUNDS_LEAST : (size_t)rounds;
        plan.warm_up = 1;
    }
    return plan;
}

/* One round: a pair's trips, and right after them the same without switches. */
static void measure_round(const struct pair *p, int own[2][2], size_t trips,
                          double sample[4])
{
    sample[0] = time_trips(p, trips);
    sample[1] = sample[0] / 2;
    sample[2] = time_own(p, own, 2 * trips);
    sample[3] = sample[1] - sample[2];
}

/* n pairs that do the same, a round of each in turn: what else goes on in the
   machine meets them alike. */
static void measure_pairs(const struct pair *pairs, size_t n,
                          struct costs costs[])
{
    static double samples[PAIRS][4][ROUNDS];
    struct plan plan = make_plan(&pairs[0]);
    double sample[4];
    int own[2][2];

    if (pipe(own[0]) == -1 || pipe(own[1]) == -1)
        lab_die("pipe");
    for (size_t i = 0; i < plan.warm_up + plan.rounds; i++)
        for (size_t k = 0; k < n; k++) {
            measure_round(&pairs[k], own, plan.trips, sample);
            for (int what = 0; what < 4 && i >= plan.warm_up; what++)
                samples[k][what][i - plan.warm_up] = sample[what];
        }
    for (size_t k = 0; k < n; k++) {
        measure_summarize(samples[k][0], plan.rounds, &costs[k].trip);
        measure_summarize(samples[k][1], plan.rounds, &costs[k].way);
        measure_summarize(samples[k][2], plan.rounds, &costs[k].own);
        measure_summarize(samples[k][3], plan.rounds, &costs[k].diff);
    }
    for (int i = 0; i < 2; i++) {
        close_end(own[i][0]);
        close_end(own[i][1]);
    }
}

static void say_method(struct lab *lab)
{
    char machine[256], words[256];

    fact_text(lab, "machine", measure_machine(machine, sizeof machine),
              FACT_EXACT, "uname(2), /proc/cpuinfo");
    snprintf(words, sizeof words,
             "median of up to %d rounds of about %.1f ms, after %d to warm up; "
             "a round trip is two switches",
             ROUNDS, ROUND_NS / 1e6, WARM_UP);
    fact_text(lab, "method", words, FACT_EXACT, "CLOCK_MONOTONIC");
}

static void say_place(struct lab *lab, int ping, int pong)
{
    char words[64];

    snprintf(words, sizeof words, "ping on CPU %d, pong on CPU %d", ping, pong);
    fact_text(lab, "placement", words, FACT_EXACT, "sched_setaffinity");
}

/* Four facts of a pair; who: "process", "thread" ... */
static void say_costs(struct lab *lab, const char *who, const struct costs *c)
{
    char name[64];

    snprintf(name, sizeof name, "%s_round_trip", who);
    measure_fact(lab, name, &c->trip, "ns", "two switches");
    snprintf(name, sizeof name, "%s_one_way", who);
    measure_fact(lab, name, &c->way, "ns", "half of it, nothing subtracted");
    snprintf(name, sizeof name, "%s_pipe_alone", who);
    measure_fact(lab, name, &c->own, "ns",
                 "write and read in one process, no switch");
    snprintf(name, sizeof name, "%s_switch", who);
    measure_fact(lab, name, &c->diff, "ns",
                 "one way less the pipe alone, as lat_ctx does");
}

/* "1,873 ns", or between what half of the rounds lay. */
static char *in_words(const struct measure *m, char *buf, size_t len)
{
    char a[40], b[40];

    if (m->is_noisy)
        snprintf(buf, len, "%s to %s ns (noisy)",
                 text_group((long long)m->low, a, sizeof a),
                 text_group((long long)m->high, b, sizeof b));
    else
        snprintf(buf, len, "%s ns",
                 text_group((long long)m->median, a, sizeof a));
    return buf;
}

/* A step of a hold: a pair goes on for some milliseconds. */
static void trade_on(void *pair)
{
    uint64_t end = measure_now_ns() + 10000000;

    while (measure_now_ns() < end)
        round_trip(pair);
}

/* ---- act 2 -------------------------------------------------------------- */

enum { SINGLES = 5000, BINS = 8, BAR = 30 };

/* A histogram as text: BINS of equal width from the least to the 99th
   percentile, and what is beyond. samples are in order. */
static void say_histogram(struct lab *lab, const char *name,
                          const double samples[], const struct measure *m,
                          const char *unit)
{
    double width = (m->p99 - m->min) / BINS;
    size_t count[BINS + 1] = {0}, most = 1;
    char line[512] = "";

    for (size_t i = 0; i < m->rounds; i++) {
        double bin = width > 0 ? (samples[i] - m->min) / width : 0;
        count[bin < BINS ? (int)bin : BINS]++;
    }
    for (int i = 0; i <= BINS; i++)
        most = count[i] > most ? count[i] : most;
    for (int i = 0; i <= BINS; i++) {
        char bar[BAR + 1];
        memset(bar, '.', BAR);
        memset(bar, '#', (count[i] * BAR + most - 1) / most);
        bar[BAR] = '\0';
        lab_say(lab, "%s %s %.2f %s: %zu", bar, i < BINS ? "from" : "beyond",
                m->min + i * width, unit, count[i]);
        snprintf(line + strlen(line), sizeof line - strlen(line), "%s%.2f: %zu",
                 i > 0 ? ", " : "", m->min + i * width, count[i]);
    }
    fact_text(lab, name, line, FACT_ESTIMATE,
              "how many from that value on, the last up to the largest");
}

static long long switches_of(pid_t child)
{
    struct counts own = count_own(), c = {0, 0};

    if (child != 0 && !read_counts(child, &c))
        return -1;
    return own.voluntary + own.involuntary + c.voluntary + c.involuntary;
}

/* Each round trip by itself: what an average hides. */
static void say_singles(struct lab *lab, const struct pair *p)
{
    double *us = malloc(SINGLES * sizeof *us);
    struct measure m;

    if (us == NULL)
        lab_die("malloc");
    long long before = switches_of(p->child);
    for (int i = 0; i < SINGLES; i++)
        us[i] = time_trips(p, 1) / 1e3;
    long long after = switches_of(p->child);
    measure_summarize(us, SINGLES, &m);
    if (before == -1 || after == -1)
        fact_unknown(lab, "switches_per_round_trip", NULL,
                     "/proc/PID/status has no counts");
    else
        fact_real(lab, "switches_per_round_trip",
                  (double)(after - before) / SINGLES, NULL, FACT_EXACT,
                  "ru_nvcsw + ru_nivcsw of ping, /proc/PID/status of pong");
    fact_real(lab, "single_trip_median", m.median, "us", FACT_ESTIMATE,
              "of 5,000, each with its own look at the clock");
    fact_real(lab, "single_trip_p99", m.p99, "us", FACT_ESTIMATE,
              "one of 100 took longer");
    fact_real(lab, "single_trip_max", m.max, "us", FACT_ESTIMATE,
              "an interrupt, or somebody else's turn");
    say_histogram(lab, "single_round_trips", us, &m, "us");
    free(us);
}

static void act_ping_pong(struct lab *lab)
{
    char says[256], words[80];
    struct place place;
    struct costs costs;

    find_place(&place);
    struct pair pair = {.cpu = place.first};
    say_method(lab);
    pin(place.first);
    start_pair(&pair);
    say_place(lab, place.first, place.first);
    measure_pairs(&pair, 1, &costs);
    say_costs(lab, "process", &costs);
    say_singles(lab, &pair);
    snprintf(says, sizeof says,
             "One switch: %s. They go on: who waits for the byte gives up "
             "the CPU, or has lost it to the one that its write woke.",
             in_words(&costs.diff, words, sizeof words));
    lab_hold_with(lab, says, trade_on, &pair);
    end_pair(&pair);
    unpin(&place);
    lab_say(lab, "What a switch costs is what is left when the pipe's own "
                 "cost is gone; what both processes find in the caches "
                 "afterwards is another price: act 5.");
}

/* ---- act 3 -------------------------------------------------------------- */

static void compare(struct lab *lab, const struct costs *process,
                    const struct costs *thread)
{
    if (process->diff.is_noisy || thread->diff.is_noisy)
        fact_unknown(lab, "thread_against_process", NULL,
                     "one of the two is too noisy");
    else
        fact_real(lab, "thread_against_process",
                  thread->diff.median / process->diff.median, NULL,
                  FACT_ESTIMATE, "thread switch / process switch");
}

static void act_threads(struct lab *lab)
{
    char says[256], words[2][80];
    struct place place;
    struct costs costs[2];

    find_place(&place);
    struct pair pairs[2] = {{.cpu = place.first},
                            {.cpu = place.first, .is_thread = true}};
    say_method(lab);
    pin(place.first);
    start_pair(&pairs[0]); /* fork first: a child has but one thread */
    start_pair(&pairs[1]);
    say_place(lab, place.first, place.first);
    measure_pairs(pairs, 2, costs);
    say_costs(lab, "process", &costs[0]);
    say_costs(lab, "thread", &costs[1]);
    compare(lab, &costs[0], &costs[1]);
    end_pair(&pairs[0]);
    snprintf(says, sizeof says,
             "One switch: %s between processes, %s between threads, which go "
             "on (t shows them): their address space stays.",
             in_words(&costs[0].diff, words[0], sizeof words[0]),
             in_words(&costs[1].diff, words[1], sizeof words[1]));
    lab_hold_with(lab, says, trade_on, &pairs[1]);
    end_pair(&pairs[1]);
    unpin(&place);
    lab_say(lab, "Both change registers, stack and what the scheduler keeps. "
                 "Only between processes is the page table another one; where "
                 "the CPU tags what it knows of page tables, that is little.");
}

/* ---- act 4 -------------------------------------------------------------- */

/* How the other CPU waits for work, where the kernel says so. */
static void say_idle_driver(struct lab *lab)
{
    static const char path[] = "/sys/devices/system/cpu/cpuidle/current_driver";
    char driver[64] = "";
    FILE *file = fopen(path, "re");

    if (file == NULL || fgets(driver, sizeof driver, file) == NULL) {
        fact_unknown(lab, "idle_driver", NULL, "the kernel has no cpuidle");
    } else {
        driver[strcspn(driver, "\n")] = '\0';
        fact_text(lab, "idle_driver", driver, FACT_EXACT, path);
    }
    if (file != NULL)
        fclose(file);
}

static void act_two_cpus(struct lab *lab)
{
    char says[256], words[2][80];
    struct place place;
    struct costs costs[2];

    find_place(&place);
    say_method(lab);
    if (place.first == place.second) {
        fact_unknown(lab, "two_cpus_round_trip", "ns",
                     "this demo may use one CPU only: there is no other");
        return;
    }
    struct pair pairs[2] = {{.cpu = place.first},
                            {.cpu = place.second, .earlier = &pairs[0]}};
    pin(place.first);
    start_pair(&pairs[0]);
    start_pair(&pairs[1]);
    say_place(lab, place.first, place.second);
    say_idle_driver(lab);
    measure_pairs(pairs, 2, costs);
    measure_fact(lab, "one_cpu_round_trip", &costs[0].trip, "ns",
                 "both on the first CPU: two switches");
    measure_fact(lab, "two_cpus_round_trip", &costs[1].trip, "ns",
                 "one on each: two wake-ups");
    end_pair(&pairs[0]);
    snprintf(says, sizeof says,
             "There and back: %s on one CPU, %s on two. Each sleeps while the "
             "other one runs: never more than one CPU at work.",
             in_words(&costs[0].trip, words[0], sizeof words[0]),
             in_words(&costs[1].trip, words[1], sizeof words[1]));
    lab_hold_with(lab, says, trade_on, &pairs[1]);
    end_pair(&pairs[1]);
    unpin(&place);
    lab_say(lab, "No switch from one to the other: each CPU goes idle, and is "
                 "woken by an interrupt from the other one. What that costs "
                 "depends on how deep an idle CPU sleeps.");
}

/* ---- act 5 -------------------------------------------------------------- */

enum { LEVELS = 4, SET_LEAST = 4096 };
#define SET_MOST ((size_t)512 << 20)

/* One word of what sysfs says of a CPU's index-th cache. */
static bool cache_word(int cpu, int index, const char *what, char word[32])
{
    char path[96];

    snprintf(path, sizeof path,
             "/sys/devices/system/cpu/cpu%d/cache/index%d/%s", cpu, index,
             what);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool is_read = fscanf(file, "%31s", word) == 1;
    fclose(file);
    return is_read;
}

/* "32768K" */
static size_t bytes_of(const char *word)
{
    char *unit;
    size_t n = strtoul(word, &unit, 10);

    return *unit == 'K' ? n << 10 : *unit == 'M' ? n << 20 : n;
}

/* The caches of a CPU by level, instructions' left out; 0: none, or not told.
   Where there is no sysfs, the C library may know. */
static void find_caches(int cpu, size_t bytes[LEVELS + 1])
{
    char level[32], type[32], size[32];

    memset(bytes, 0, (LEVELS + 1) * sizeof *bytes);
    for (int i = 0; cache_word(cpu, i, "level", level); i++) {
        int n = atoi(level);
        if (n >= 1 && n <= LEVELS && cache_word(cpu, i, "type", type) &&
            strcmp(type, "Instruction") != 0 &&
            cache_word(cpu, i, "size", size))
            bytes[n] = bytes_of(size);
    }
    const int known[] = {_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE,
                         _SC_LEVEL3_CACHE_SIZE, _SC_LEVEL4_CACHE_SIZE};
    for (int n = 1; n <= LEVELS; n++)
        if (bytes[n] == 0 && sysconf(known[n - 1]) > 0)
            bytes[n] = (size_t)sysconf(known[n - 1]);
}

/* State them; the size of the last one. */
static size_t say_caches(struct lab *lab, int cpu)
{
    size_t bytes[LEVELS + 1], last = 0;

    find_caches(cpu, bytes);
    for (int n = 1; n <= LEVELS; n++) {
        char name[32];
        snprintf(name, sizeof name, "cache_level_%d", n);
        if (bytes[n] == 0)
            continue;
        fact_int(lab, name, (long long)bytes[n], "bytes", FACT_EXACT,
                 "/sys/devices/system/cpu, or sysconf(3)");
        last = bytes[n];
    }
    if (last == 0)
        fact_unknown(lab, "caches", "bytes", "neither sysfs nor sysconf says");
    return last;
}

/* NULL, or why sets of so many bytes cannot be had. */
static const char *refuses(size_t bytes)
{
    size_t memory =
        (size_t)sysconf(_SC_PAGESIZE) * (size_t)sysconf(_SC_AVPHYS_PAGES);

    if (bytes > SET_MOST || bytes > memory / 16)
        return "each side's set would be above 512 MiB, or a 16th of the free "
               "memory";
    if (bytes == 0)
        return NULL;
    /* Room for three: that of this side, of a thread, and as much again. */
    void *room =
        mmap(NULL, 3 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return "the address space is limited (ulimit -v)";
    munmap(room, 3 * bytes);
    return NULL;
}

/* One size: what a switch costs with it, between processes and threads. */
static void measure_size(struct lab *lab, int cpu, size_t bytes)
{
    struct pair pair = {.cpu = cpu, .set_bytes = bytes};
    const char *why = refuses(bytes);
    struct costs costs;
    char name[64], note[128];

    for (int i = 0; i < 2; i++) {
        pair.is_thread = i == 1;
        snprintf(name, sizeof name, "%s_%zu_KiB", i == 0 ? "process" : "thread",
                 bytes >> 10);
        if (why != NULL) {
            fact_unknown(lab, name, "ns", why);
            continue;
        }
        start_pair(&pair);
        measure_pairs(&pair, 1, &costs);
        end_pair(&pair);
        snprintf(note, sizeof note, "one way %.0f, without a switch %.0f",
                 costs.way.median, costs.own.median);
        measure_fact(lab, name, &costs.diff, "ns", note);
    }
}

static void act_working_set(struct lab *lab)
{
    struct place place;

    find_place(&place);
    say_method(lab);
    pin(place.first);
    say_place(lab, place.first, place.first);
    size_t last = say_caches(lab, place.first);
    size_t beyond = last > 0 ? 2 * last : (size_t)64 << 20;
    lab_say(lab, "By KiB that each side reads before it answers; the figure "
                 "is one way less the same work without a switch:");
    measure_size(lab, place.first, 0);
    for (size_t bytes = SET_LEAST; bytes < beyond; bytes *= 4)
        measure_size(lab, place.first, bytes);
    measure_size(lab, place.first, beyond);
    unpin(&place);
    lab_say(lab, "While both sets fit into a cache, each finds its own there. "
                 "When they do not, each throws the other's out, and a switch "
                 "costs what it takes to fetch it again. Beyond the last "
                 "cache it is fetched in any case.");
}

/* ---- act 6 -------------------------------------------------------------- */

enum { RUNS_MOST = 4096, WATCH_MS = 1500, GAP_NS = 100000 };

/* What a spinner sees of its own time on the CPU. */
struct stint {
    atomic_bool is_on;
    atomic_int n_runs;
    double runs_ms[RUNS_MOST]; /* from one gap to the next */
};

/* It looks at the clock all the time: where that jumps, it did not run. */
static _Noreturn void spin_and_see(struct stint *stint)
{
    uint64_t began = measure_now_ns(), last = began;
    bool is_whole = false; /* the first one was not seen to begin */

    for (;;) {
        uint64_t now = measure_now_ns();
        if (now - last > GAP_NS) {
            int n = stint->n_runs;
            if (is_whole && stint->is_on && n < RUNS_MOST) {
                stint->runs_ms[n] = (double)(last - began) / 1e6;
                stint->n_runs = n + 1;
            }
            began = now;
            is_whole = true;
        }
        last = now;
    }
}

/* proc_pid_schedstat(5), field 1: nanoseconds on a CPU; -1: not told. */
static double run_ns(pid_t pid)
{
    char path[64];
    double ns = -1;

    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    if (fscanf(file, "%lf", &ns) != 1)
        ns = -1;
    fclose(file);
    return ns;
}

struct account {
    double run_ns;
    struct counts counts;
};

static bool take_account(pid_t pid, struct account *a)
{
    a->run_ns = run_ns(pid);
    return read_counts(pid, &a->counts) && a->run_ns >= 0;
}

/* By the kernel's books: time on the CPU, and how often it was taken away. */
static void say_account(struct lab *lab, const char *who,
                        const struct account *before,
                        const struct account *after)
{
    double ran_ms = (after->run_ns - before->run_ns) / 1e6;
    long long lost = after->counts.involuntary - before->counts.involuntary;
    char name[64];

    snprintf(name, sizeof name, "%s_ran", who);
    fact_real(lab, name, ran_ms, "ms", FACT_EXACT,
              "/proc/PID/schedstat, in about 1,500 ms");
    snprintf(name, sizeof name, "%s_lost_the_cpu", who);
    fact_int(lab, name, lost, "times", FACT_EXACT,
             "nonvoluntary_ctxt_switches in that time");
    snprintf(name, sizeof name, "%s_mean_slice", who);
    if (lost > 0)
        fact_real(lab, name, ran_ms / (double)lost, "ms", FACT_EXACT,
                  "the one by the other");
    else
        fact_unknown(lab, name, "ms", "it never lost the CPU");
}

static void say_slices(struct lab *lab, struct stint *stint)
{
    struct measure m;
    int n = stint->n_runs;

    if (n < 3) {
        fact_unknown(lab, "slice_median", "ms", "fewer than 3 were seen");
        return;
    }
    measure_summarize(stint->runs_ms, (size_t)n, &m);
    fact_real(lab, "slice_median", m.median, "ms", FACT_ESTIMATE,
              "as spinner-a saw them: between two jumps of the clock");
    fact_real(lab, "slice_p99", m.p99, "ms", FACT_ESTIMATE,
              "one of 100 was longer");
    say_histogram(lab, "slices", stint->runs_ms, &m, "ms");
}

/* What the kernel itself goes by. */
static void say_clocks(struct lab *lab)
{
    static const char path[] = "/sys/kernel/debug/sched/base_slice_ns";
    struct timespec tick;
    double ns = 0;
    FILE *file = fopen(path, "re");

    if (file != NULL && fscanf(file, "%lf", &ns) == 1)
        fact_real(lab, "base_slice", ns / 1e6, "ms", FACT_EXACT, path);
    else
        fact_unknown(lab, "base_slice", "ms",
                     "/sys/kernel/debug/sched is root's alone, or not there");
    if (file != NULL)
        fclose(file);
    if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == -1)
        lab_die("clock_getres");
    fact_real(lab, "tick", (double)tick.tv_nsec / 1e6, "ms", FACT_EXACT,
              "clock_getres(CLOCK_MONOTONIC_COARSE): it moves once a tick");
}

static pid_t fork_seer(const char *name, int cpu, struct stint *stint)
{
    pid_t pid = child_fork(name);

    if (pid != 0)
        return pid;
    pin(cpu);
    spin_and_see(stint);
}

static void act_slices(struct lab *lab)
{
    struct stint *stints = shared_new(2 * sizeof *stints);
    struct account before[2], after[2];
    struct place place;
    char words[64];

    find_place(&place);
    snprintf(words, sizeof words, "both spinners on CPU %d", place.first);
    fact_text(lab, "placement", words, FACT_EXACT, "sched_setaffinity");
    pid_t a = fork_seer("spinner-a", place.first, &stints[0]);
    pid_t b = fork_seer("spinner-b", place.first, &stints[1]);
    pause_ms(100); /* to warm up: both have run by then */
    bool is_told = take_account(a, &before[0]) && take_account(b, &before[1]);
    stints[0].is_on = true;
    pause_ms(WATCH_MS);
    stints[0].is_on = false;
    is_told =
        is_told && take_account(a, &after[0]) && take_account(b, &after[1]);
    if (is_told) {
        say_account(lab, "a", &before[0], &after[0]);
        say_account(lab, "b", &before[1], &after[1]);
        fact_real(lab, "both_ran",
                  (after[0].run_ns - before[0].run_ns + after[1].run_ns -
                   before[1].run_ns) /
                      1e6,
                  "ms", FACT_EXACT, "what is left of 1,500 was others'");
    } else {
        fact_unknown(lab, "a_mean_slice", "ms", "there is no schedstat");
    }
    say_slices(lab, &stints[0]);
    say_clocks(lab);
    lab_hold(lab, "Both always want to run, and only one can: each runs for "
                  "its slice and waits for the other's.");
    child_end(a);
    child_end(b);
    lab_say(lab, "Whether a slice is over is looked at when the clock ticks: "
                 "it lasts a whole number of ticks, unless somebody else "
                 "wakes up and wants this CPU, too.");
    shared_free(stints, 2 * sizeof *stints);
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"Two ways to leave a CPU",
     "A child sleeps 100 times for a millisecond. Then two others compute on "
     "the same CPU and never wait for anything.",
     "Which of them gives the CPU up, and which one loses it? How often does "
     "the sleeper switch in 100 sleeps?",
     act_two_kinds, "switches"},
    {"Ping-pong: what a switch costs",
     "A byte goes to and fro between two processes through two pipes, both on "
     "one CPU. What the pipes cost without a switch is subtracted.",
     "How long does a switch from one process to another take: nanoseconds, "
     "microseconds, milliseconds?",
     act_ping_pong, "switches"},
    {"The same between threads",
     "The same byte, the same pipes, one CPU; but the other side is a thread "
     "of the same process. Both are measured in turn.",
     "Threads share their memory. How much cheaper is it to switch between "
     "them?",
     act_threads, "switches"},
    {"Two CPUs: a wake-up instead",
     "The same byte between two processes on two CPUs, beside two on one "
     "CPU, measured in turn.",
     "Each has a CPU of its own now. Does the byte come back sooner?",
     act_two_cpus, "timeline"},
    {"The working set: what a switch costs afterwards",
     "Before it answers, each side reads memory of its own: none, then 4 KiB "
     "and more, until it does not fit into the last cache.",
     "From which size on does a switch cost more, and where is it most?",
     act_working_set, "switches"},
    {"How long is a slice?",
     "Two processes compute on one CPU and never wait. The kernel lets them "
     "take turns.",
     "How long does one of them run before it is the other one's turn?",
     act_slices, "timeline"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "05-context-switch", acts,
                       sizeof acts / sizeof acts[0]);
}
