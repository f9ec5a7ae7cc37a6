/* The walk over /proc, its two ways compared on a real tree. */
#include "nasty.h"
#include "run/descent.h"
#include "run/run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_pids(const void *a, const void *b)
{
    return *(const pid_t *)a - *(const pid_t *)b;
}

static void count_visit(pid_t pid, void *arg)
{
    cr_expect_gt(pid, 0);
    ++*(int *)arg;
}

Test(descent, finds_the_same_tree_both_ways, .timeout = 60)
{
    struct nasty n;
    nasty_init(&n, "stubborn", 0);
    char *argv[] = {n.which, NULL};
    struct run_spec spec = {
        .file = nasty_program(), .argv = argv, .env = n.env, .stdio = {-1, -1, -1}};
    struct run *run;
    cr_assert_eq(run_start(&spec, &run), 0);
    cr_assert(nasty_wait_count(&n, 64, false, PATIENCE_MS));
    struct descent a, b;
    cr_assert_eq(descent_init(&a), 0);
    cr_assert_eq(descent_init(&b), 0);
    int n_visited = 0;
    cr_expect_eq(descent_walk(&a, run_supervisor_pid(run), count_visit, &n_visited), 0);
    cr_expect_eq(n_visited, 64);
    cr_expect_eq(descent_walk_by_parent(&b, run_supervisor_pid(run), NULL, NULL), 0);
    cr_expect_eq(a.n, 64);
    cr_assert_eq(b.n, 64);
    cr_expect_eq(a.pids[0], run_pid(run), "parents come first");
    qsort(a.pids, a.n, sizeof *a.pids, compare_pids);
    qsort(b.pids, b.n, sizeof *b.pids, compare_pids);
    cr_expect_eq(memcmp(a.pids, b.pids, a.n * sizeof *a.pids), 0);
    descent_fini(&a);
    descent_fini(&b);
    run_end(run, NULL);
}

Test(descent, reads_ids_and_knows_who_is_gone, .timeout = 60)
{
    struct descent_stat stat;
    cr_expect_eq(descent_read_stat(getpid(), &stat), 0);
    cr_expect_eq(stat.ppid, getppid());
    cr_expect_eq(stat.pgrp, getpgrp());
    cr_expect_eq(stat.state, 'R');
    cr_expect_eq(descent_read_stat(1 << 22, &stat), -ENOENT);
    struct descent d;
    cr_assert_eq(descent_init(&d), 0);
    cr_expect_eq(descent_walk(&d, 1 << 22, NULL, NULL), -ENOENT);
    descent_fini(&d);
}
