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

#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"Two ways to leave a CPU",
     "A child sleeps 100 times for a millisecond. Then two others compute on "
     "the same CPU and never wait for anything.",
     "Which of them gives the CPU up, and which one loses it? How often does "
     "the sleeper switch in 100 sleeps?",
     act_two_kinds, "switches"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "05-context-switch", acts,
                       sizeof acts / sizeof acts[0]);
}
