/*
 * measure.c - statistics of known samples, and binding to a CPU.
 */
#include "labkit/measure.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Test(measure, known_samples)
{
    double samples[100];
    struct measure m;

    for (int i = 0; i < 100; i++)
        samples[i] = 100 - i; /* 100 ... 1 */
    cr_assert_eq(measure_summarize(samples, 100, &m), 0);
    cr_expect_eq(m.rounds, 100);
    cr_expect_eq(m.min, 1);
    cr_expect_eq(m.low, 25);
    cr_expect_eq(m.median, 50);
    cr_expect_eq(m.high, 75);
    cr_expect_eq(m.p99, 99);
    cr_expect_eq(m.max, 100);
    cr_expect_eq(m.spread, 1.0);
    cr_expect(m.is_noisy);
}

Test(measure, few_samples)
{
    double one[] = {7}, three[] = {10, 11, 10};
    struct measure m;

    cr_expect_eq(measure_summarize(one, 0, &m), -EINVAL);
    cr_assert_eq(measure_summarize(one, 1, &m), 0);
    cr_expect(m.median == 7 && m.min == 7 && m.max == 7 && m.p99 == 7);
    cr_expect(m.is_noisy, "one round says nothing about the spread");
    cr_assert_eq(measure_summarize(three, 3, &m), 0);
    cr_expect_eq(m.median, 10);
    cr_expect_not(m.is_noisy);
}

Test(measure, an_outlier_does_not_make_noise)
{
    double samples[] = {10, 10, 11, 10, 10, 10, 500, 10, 11};
    struct measure m;

    cr_assert_eq(measure_summarize(samples, 9, &m), 0);
    cr_expect_eq(m.median, 10);
    cr_expect_eq(m.max, 500);
    cr_expect_not(m.is_noisy);
}

Test(measure, zeros_are_noise_not_a_crash)
{
    double samples[] = {0, 0, 0, 0};
    struct measure m;

    cr_assert_eq(measure_summarize(samples, 4, &m), 0);
    cr_expect(m.is_noisy);
}

static double count(void *arg)
{
    return ++*(int *)arg;
}

Test(measure, warm_up_is_forgotten)
{
    double samples[3];
    int calls = 0;

    measure_rounds(count, &calls, 2, 3, samples);
    cr_expect_eq(calls, 5);
    cr_expect(samples[0] == 3 && samples[2] == 5);
}

Test(measure, the_clock_goes_forward)
{
    uint64_t a = measure_now_ns(), b = measure_now_ns();

    cr_expect_leq(a, b);
}

Test(measure, binds_to_one_cpu)
{
    cpu_set_t before, now;
    int cpus[1];

    cr_assert_geq(measure_cpus(cpus, 1), 1);
    cr_assert_eq(measure_keep_cpus(&before), 0);
    cr_assert_eq(measure_pin(cpus[0]), 0);
    cr_assert_eq(measure_keep_cpus(&now), 0);
    cr_expect(CPU_COUNT(&now) == 1 && CPU_ISSET(cpus[0], &now));
    cr_expect_eq(measure_cpus(NULL, 0), 1);
    cr_expect_eq(measure_pin(-1), -EINVAL);
    cr_expect_eq(measure_pin(CPU_SETSIZE), -EINVAL);
    cr_expect_eq(sched_setaffinity(0, sizeof before, &before), 0);
}

static long minor_faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
}

/*
 * Faults that it costs a process that has just forked to be moved to another CPU. No assertion in
 * between: it would write to the same page.
 */
static long faults_of_a_move(const int cpus[2])
{
    int error = measure_pin(cpus[0]);
    minor_faults();
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    measure_pin(cpus[0]);
    minor_faults(); /* the stack's pages are shared, too */
    measure_after_fork();
    long before = minor_faults();
    error = error == 0 ? measure_pin(cpus[1]) : error;
    long after = minor_faults();
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    cr_assert(error == 0 && child > 0);
    return after - before;
}

/* Without it nearly all of them fault; the few are what else may come in between. */
Test(measure, after_fork, .timeout = 20)
{
    enum { MOVES = 20, FEW = 3 };
    cpu_set_t kept;
    int cpus[2], n_faulting = 0;

    cr_assert_eq(measure_keep_cpus(&kept), 0);
    if (measure_cpus(cpus, 2) < 2)
        return; /* nowhere to be moved to */
    for (int i = 0; i < MOVES; i++) {
        n_faulting += faults_of_a_move(cpus) > 0;
        sched_setaffinity(0, sizeof kept, &kept);
    }
    cr_expect_leq(n_faulting, FEW, "%d of %d moves faulted", n_faulting, MOVES);
}
