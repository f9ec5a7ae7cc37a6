/*
 * scan.c - what looking costs: CPU time per process and refresh, side by side in one run.
 *
 *     scan [-p PROCLAB] [N ...]
 *
 * N: processes on the machine, by default 200 1000 5000 20000 (make bench).
 *
 * floor    a bare loop: list /proc, pread() each process's stat file, kept open; nothing is parsed
 * plain    proclab's scan of the whole system: the same files, parsed, as a snapshot
 * detail   proclab's watched tree, with all details, per process of the tree (all idle)
 * top      top -b: a long run less a short one, by their difference in refreshes
 * ps       ps -e, less what `ps --version` takes, since each refresh is a start of it
 * htop     as top, by seconds
 *
 * The contenders take turns in each round; shown is the median of the rounds. CPU time is user and
 * system: the process CPU clock for loops in here, the kernel's rusage for programs. Nothing passes
 * or fails by these figures.
 */
#include "crowd.h"
#include "program.h"

#include "model/snapshot.h"
#include "proc/live.h"
#include "proc/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define MOST_ROUNDS      5
#define MOST_HTOP_ROUNDS 2 /* it takes seconds */

static double cpu_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static size_t fd_limit(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (size_t)limit.rlim_cur : 0;
}

static size_t count_processes(void)
{
    int *pids = NULL, dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t cap = 0;
    ssize_t n = dir < 0 ? 0 : proc_list_numbers(dir, &pids, &cap);
    if (dir >= 0)
        close(dir);
    free(pids);
    return n < 0 ? 0 : (size_t)n;
}

/* ---- the floor ------------------------------------------------------------------- */

/* Kept stat files by PID: 0 is "not open", so that the table begins as zeroes. */
struct floor {
    int dir;
    int *pids;
    size_t cap;
    int *files;
    size_t n_files;
};

static int floor_open(struct floor *f)
{
    *f = (struct floor){.n_files = 4194304 /* PID_MAX_LIMIT */};
    f->files = calloc(f->n_files, sizeof *f->files);
    f->dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return f->files && f->dir >= 0 ? 0 : -ENOMEM;
}

/* One refresh; how many processes were read. */
static size_t floor_scan(struct floor *f)
{
    char path[32], buf[2048];
    size_t n_read = 0;
    ssize_t n = proc_list_numbers(f->dir, &f->pids, &f->cap);
    for (ssize_t i = 0; i < n; i++) {
        int *file = &f->files[f->pids[i]];
        if (*file <= 0) {
            snprintf(path, sizeof path, "%d/stat", f->pids[i]);
            *file = openat(f->dir, path, O_RDONLY | O_CLOEXEC);
        }
        n_read += *file > 0 && pread(*file, buf, sizeof buf, 0) > 0;
    }
    return n_read;
}

static void floor_close(struct floor *f)
{
    for (size_t i = 0; i < f->n_files; i++)
        if (f->files[i] > 0)
            close(f->files[i]);
    close(f->dir);
    free(f->files);
    free(f->pids);
}

/* ---- proclab's own ------------------------------------------------------------------ */

/* Per process and refresh, after some to warm up; pause_ns between them is not CPU time. */
static double measure_source(const struct live_options *options, int refreshes, long pause_ns,
                             double *per_refresh)
{
    struct source *source;
    struct snapshot *s;
    size_t n = 0;
    double spent = 0;
    if (live_open(options, &source) < 0)
        return -1;
    for (int i = -15; i < refreshes; i++) {
        double start = cpu_us();
        if (source_next(source, &s) < 0)
            break;
        if (i >= 0)
            n += s->n_processes;
        snapshot_free(s);
        if (i >= 0)
            spent += cpu_us() - start;
        if (pause_ns)
            nanosleep(&(struct timespec){.tv_nsec = pause_ns}, NULL);
    }
    source_free(source);
    if (per_refresh)
        *per_refresh = spent / refreshes;
    return n ? spent / (double)n : -1;
}

/*
 * The floor and the plain scan, refresh by refresh in turns, so that whatever else the machine does
 * meets both. With has_room false their kept files would not fit into the limit together: then one
 * after the other.
 */
static void measure_floor_and_plain(int refreshes, bool has_room, double *floor_us,
                                    double *plain_us)
{
    struct live_options options = {.no_details = true};
    struct source *source = NULL;
    struct snapshot *s;
    struct floor f;
    double spent[2] = {0, 0};
    size_t n[2] = {0, 0};

    if (floor_open(&f) < 0 || live_open(&options, &source) < 0)
        return;
    for (int pass = 0; pass < (has_room ? 1 : 2); pass++) {
        bool is_floor = has_room || pass == 0, is_plain = has_room || pass == 1;
        for (int i = -2; i < refreshes; i++) {
            double start = cpu_us();
            size_t n_floor = is_floor ? floor_scan(&f) : 0, n_plain = 0;
            double middle = cpu_us();
            if (is_plain && source_next(source, &s) == 0) {
                n_plain = s->n_processes;
                snapshot_free(s);
            }
            double end = cpu_us();
            if (i < 0)
                continue; /* to warm up */
            n[0] += n_floor;
            n[1] += n_plain;
            spent[0] += middle - start;
            spent[1] += end - middle;
        }
        if (is_floor)
            floor_close(&f);
    }
    source_free(source);
    *floor_us = n[0] ? spent[0] / (double)n[0] : -1;
    *plain_us = n[1] ? spent[1] / (double)n[1] : -1;
}

static double measure_detail(pid_t root, int refreshes)
{
    struct live_options options = {.root_pid = root};
    return measure_source(&options, refreshes, 0, NULL);
}

/* ---- other programs -------------------------------------------------------------------- */

static bool is_installed(const char *program)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

/* A program that takes its number of refreshes as the last argument. */
static double measure_refreshing(char *const argv[], char **last, int refreshes, size_t n)
{
    char few[12] = "1", many[12];
    snprintf(many, sizeof many, "%d", refreshes + 1);
    *last = few;
    double once = program_cpu_us(argv, 0, NULL);
    *last = many;
    double often = program_cpu_us(argv, 0, NULL);
    return once < 0 || often < 0 ? -1 : (often - once) / refreshes / (double)n;
}

static double measure_top(int refreshes, size_t n)
{
    char top[] = "top", b[] = "-b", d[] = "-d", delay[] = "0.1", many[] = "-n";
    char *argv[] = {top, b, d, delay, many, NULL, NULL};
    return is_installed(top) ? measure_refreshing(argv, &argv[5], refreshes, n) : -1;
}

/* htop cannot be told a number of refreshes, but seconds between them: here, enough for each. */
static double measure_htop(size_t n)
{
    char htop[] = "htop", d[] = "-d", delay[12];
    char *argv[] = {htop, d, delay, NULL};
    int seconds = n > 4000 ? 3 : 1, refreshes = n > 4000 ? 2 : 3;
    if (!is_installed(htop))
        return -1;
    snprintf(delay, sizeof delay, "%d", seconds * 10);
    /* Cut in the midst between two refreshes. */
    double few = program_cpu_us(argv, seconds * 1.5, "q");
    double many = program_cpu_us(argv, seconds * (1.5 + refreshes), "q");
    return few < 0 || many < 0 ? -1 : (many - few) / refreshes / (double)n;
}

static double measure_ps(size_t n)
{
    char ps[] = "ps", e[] = "-e", version[] = "--version";
    char *all[] = {ps, e, NULL}, *nothing[] = {ps, version, NULL};
    if (!is_installed(ps))
        return -1;
    double start = program_cpu_us(nothing, 0, NULL), whole = program_cpu_us(all, 0, NULL);
    return start < 0 || whole < 0 ? -1 : (whole - start) / (double)n;
}

/* ---- rounds and medians ------------------------------------------------------------------ */

enum contender { FLOOR, PLAIN, DETAIL, TOP, PS, HTOP, N_CONTENDERS };
static const char *const contender_names[N_CONTENDERS] = {"floor",  "plain", "detail",
                                                          "top -b", "ps -e", "htop"};

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Of the figures that are known; negative if there is none. */
static double median(double *figures, int n)
{
    int n_known = 0;
    for (int i = 0; i < n; i++)
        if (figures[i] >= 0)
            figures[n_known++] = figures[i];
    qsort(figures, (size_t)n_known, sizeof *figures, compare_doubles);
    return n_known ? figures[n_known / 2] : -1;
}

/* Measure everything with the machine as it is, in turns. root: of the crowd. */
static void measure_all(pid_t root, size_t n, double medians[N_CONTENDERS])
{
    double figures[N_CONTENDERS][MOST_ROUNDS];
    int rounds = n > 10000 ? 1 : n > 4000 ? 3 : MOST_ROUNDS;
    int refreshes = n > 10000 ? 3 : n > 2000 ? 8 : n > 500 ? 30 : 100;
    int others = n > 2000 ? 2 : n > 500 ? 5 : 10;
    for (int r = 0; r < rounds; r++) {
        figures[FLOOR][r] = figures[PLAIN][r] = -1;
        measure_floor_and_plain(refreshes, 2 * n + 200 < fd_limit(), &figures[FLOOR][r],
                                &figures[PLAIN][r]);
        figures[DETAIL][r] = measure_detail(root, refreshes);
        figures[TOP][r] = measure_top(others, n);
        figures[PS][r] = measure_ps(n);
        figures[HTOP][r] = r < MOST_HTOP_ROUNDS ? measure_htop(n) : -1;
    }
    for (int c = 0; c < N_CONTENDERS; c++)
        medians[c] = median(figures[c], rounds);
}

/* ---- the report ---------------------------------------------------------------------------- */

static void print_figure(double figure)
{
    if (figure < 0)
        printf(" %9s", "-");
    else
        printf(" %9.2f", figure);
}

static void print_ratio(const char *what, double figure, double of, const char *wanted)
{
    if (figure > 0 && of > 0)
        printf("  %-44s %6.2f   wanted: %s\n", what, figure / of, wanted);
    else
        printf("  %-44s %6s   wanted: %s\n", what, "-", wanted);
}

/* A ten-process tree on a machine as it is, at 20 Hz: the scan alone, and the whole dashboard. */
static void report_dashboard(char *proclab)
{
    pid_t tree = crowd_start_busy_tree();
    double per_frame = -1;
    if (tree < 0)
        return;
    struct live_options options = {.root_pid = tree};
    measure_source(&options, 60, 50000000, &per_frame);
    printf("\nA tree of ten processes at 20 Hz, %zu processes on the machine:\n",
           count_processes());
    printf("  the scan       %7.0f us a frame   %5.2f %% of one core\n", per_frame,
           per_frame / 500);
    if (proclab) {
        char watch[] = "watch", pid[16];
        char *argv[] = {proclab, watch, pid, NULL};
        snprintf(pid, sizeof pid, "%d", (int)tree);
        double short_us = program_cpu_us(argv, 2, "q"), long_us = program_cpu_us(argv, 8, "q");
        if (short_us > 0 && long_us > 0)
            printf(
                "  the dashboard  %7.0f us a frame   %5.2f %% of one core   wanted: under 2 %%\n",
                (long_us - short_us) / 120, (long_us - short_us) / 6e4);
        else
            printf("  the dashboard  could not be run: %s\n", proclab);
    }
    crowd_end(tree);
    fflush(stdout);
}

static void raise_limits(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    rlim_t wanted = 65536;
    if (limit.rlim_max < wanted) { /* root may */
        struct rlimit higher = {wanted, wanted};
        if (setrlimit(RLIMIT_NOFILE, &higher) == 0)
            return;
    }
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void print_head(void)
{
    struct utsname system_name;
    struct rlimit limit;
    uname(&system_name);
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("CPU microseconds per process and refresh (medians). %s %s, %ld CPUs, RLIMIT_NOFILE "
           "%llu\n\n",
           system_name.sysname, system_name.release, sysconf(_SC_NPROCESSORS_ONLN),
           (unsigned long long)limit.rlim_cur);
    printf("%10s", "processes");
    for (int c = 0; c < N_CONTENDERS; c++)
        printf(" %9s", contender_names[c]);
    printf("\n");
    fflush(stdout);
}

/* Bring the machine to n processes and measure; false: there were too many, or none was made. */
static bool measure_at(size_t n, double medians[N_CONTENDERS])
{
    size_t others = count_processes(), made = 0;
    int why = 0;
    if (others + 2 > n) {
        printf("%10zu  left out: there are %zu processes already\n", n, others);
        return false;
    }
    pid_t crowd = crowd_start(n - others - 1, &made, &why);
    if (crowd < 0) {
        printf("%10zu  left out: [%s]\n", n, strerrorname_np(-crowd));
        return false;
    }
    size_t total = count_processes();
    measure_all(crowd, total, medians);
    crowd_end(crowd);
    printf("%10zu", total);
    for (int c = 0; c < N_CONTENDERS; c++)
        print_figure(medians[c]);
    if (why)
        printf("   no more could be made: [%s %s]", strerrorname_np(why), strerror(why));
    printf("\n");
    fflush(stdout);
    return true;
}

int main(int argc, char *argv[])
{
    static const size_t default_sizes[] = {200, 1000, 5000, 20000};
    char *proclab = NULL;
    double first[N_CONTENDERS] = {0}, last[N_CONTENDERS] = {0}, one[N_CONTENDERS];
    bool has_first = false;
    int option;

    while ((option = getopt(argc, argv, "p:")) != -1) {
        if (option != 'p') {
            fprintf(stderr, "usage: scan [-p PROCLAB] [N ...]\n");
            return 2;
        }
        proclab = optarg;
    }
    close_range(3, ~0U, 0); /* what was inherited must not be inherited on by the crowd */
    raise_limits();
    print_head();
    size_t n_sizes =
        optind < argc ? (size_t)(argc - optind) : sizeof default_sizes / sizeof *default_sizes;
    for (size_t i = 0; i < n_sizes; i++) {
        size_t n = optind < argc ? strtoul(argv[optind + (int)i], NULL, 10) : default_sizes[i];
        if (!measure_at(n, one))
            continue;
        memcpy(last, one, sizeof last);
        if (!has_first && n >= 1000) {
            memcpy(first, one, sizeof first);
            has_first = true;
        }
    }
    printf("\nRatios, at the largest number:\n");
    print_ratio("plain / floor", last[PLAIN], last[FLOOR], "at most 1.25");
    print_ratio("top -b / plain", last[TOP], last[PLAIN], "at least 5");
    print_ratio("plain, at the largest number / at 1,000", last[PLAIN], first[PLAIN], "within 1.5");
    print_ratio("detail, at the largest number / at 1,000", last[DETAIL], first[DETAIL],
                "within 1.5");

    size_t made = 0, others = count_processes();
    int why;
    pid_t crowd = others < 188 ? crowd_start(188 - others, &made, &why) : -1;
    report_dashboard(proclab);
    if (crowd > 0)
        crowd_end(crowd);
    return 0;
}
