/* One process closely: a real one, and the parsers on made-up files. */
#include "actor.h"
#include "fixture.h"

#include "proc/detail.h"
#include "proc/detail_parse.h"
#include "proc/live.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define BIT(signal) (UINT64_C(1) << ((signal)-1))

static void on_signal(int number)
{
    (void)number;
}

/* It sets each thing that is looked for, then asks for a signal that it has blocked. */
static int be_particular(void *arg)
{
    _Atomic int *is_ready = arg;
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGRTMIN + 3);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGWINCH, SIG_IGN);
    signal(SIGTERM, on_signal);
    kill(getpid(), SIGUSR1);
    struct rlimit limit = {.rlim_cur = 77, .rlim_max = 99};
    struct rlimit no_core = {.rlim_cur = 0, .rlim_max = 0};
    umask(0027);
    if (chdir("/proc") < 0 || setrlimit(RLIMIT_NOFILE, &limit) < 0 ||
        setrlimit(RLIMIT_CORE, &no_core) < 0 ||
        mmap(NULL, 3 << 20, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        return 1;
    *is_ready = 1;
    return actor_hold(NULL);
}

static bool has_details(const struct snapshot *s, void *arg)
{
    const struct details *d = snapshot_find_details(s, *(pid_t *)arg);
    return d && !d->status_error;
}

static void expect_particular(const struct snapshot *s, const struct details *d)
{
    cr_expect_eq(d->uids[ID_REAL], getuid());
    cr_expect_eq(d->uids[ID_EFFECTIVE], geteuid());
    cr_expect_eq(d->gids[ID_SAVED], getegid());
    cr_expect_eq(d->umask, 0027);
    cr_assert(d->has_signals && d->has_capabilities);
    cr_expect(d->signals.blocked & BIT(SIGUSR1));
    cr_expect(d->signals.blocked & BIT(SIGRTMIN + 3));
    cr_expect_not(d->signals.blocked & BIT(SIGUSR2));
    cr_expect(d->signals.all_pending & BIT(SIGUSR1));
    cr_expect(d->signals.ignored & BIT(SIGWINCH));
    cr_expect(d->signals.caught & BIT(SIGTERM));
    cr_expect_not(d->signals.caught & BIT(SIGWINCH));
    cr_expect_eq(d->limits_error, 0);
    cr_expect(d->limits[LIMIT_OPEN_FILES].soft == 77 && d->limits[LIMIT_OPEN_FILES].hard == 99);
    cr_expect_eq(d->limits[LIMIT_CORE].hard, 0);
    cr_expect_str_eq(snapshot_text(s, d->folder_text), "/proc");
    cr_expect(strstr(snapshot_text(s, d->executable_text), "unit-proc"));
    cr_expect_eq(*snapshot_text(s, d->cgroup_text), d->cgroup_error ? '\0' : '/');
    cr_expect_eq(d->maps_error, 0);
    cr_expect_gt(d->maps[MAP_OF_PROGRAM].n, 0);
    cr_expect_gt(d->maps[MAP_OF_LIBRARY].n, 3, "libc, libcriterion ...");
    cr_expect_gt(d->maps[MAP_OF_STACK].bytes, 0);
    cr_expect_geq(d->maps[MAP_SHARED_BY_ALL].bytes, 3 << 20);
    cr_expect_gt(d->rss_anonymous_bytes + d->rss_file_bytes + d->rss_shared_bytes, 0);
}

Test(detail, of_a_real_process, .timeout = 60)
{
    _Atomic int *is_ready =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(is_ready, MAP_FAILED);
    pid_t pid = actor_start(be_particular, is_ready);
    while (!*is_ready)
        usleep(500);
    struct source *source = actor_watch(pid);
    struct snapshot *s;
    cr_assert_eq(source_next(source, &s), 0);
    cr_expect_eq(s->n_details, 0, "read for nobody");
    snapshot_free(s);
    source_want(source, &(struct source_wish){.detail_pid = pid});
    s = actor_see(source, has_details, &pid, "the details");
    cr_expect_eq(s->n_details, 1);
    expect_particular(s, snapshot_find_details(s, pid));
    cr_expect_eq(s->n_regions, 0, "its pages were not asked for");
    snapshot_free(s);
    source_want(source, &(struct source_wish){.all_details = true});
    cr_assert_eq(source_next(source, &s), 0);
    for (size_t i = 0; i < s->n_processes;
         i++) /* outsiders hold a pipe of it: they are not asked */
        cr_expect_eq(snapshot_find_details(s, s->processes[i].pid) != NULL,
                     !s->processes[i].is_outside);
    expect_particular(s, snapshot_find_details(s, pid));
    snapshot_free(s);
    source_want(source, &(struct source_wish){0});
    cr_assert_eq(source_next(source, &s), 0);
    cr_expect_eq(s->n_details, 0);
    snapshot_free(s);
    source_free(source);
    actor_end(pid);
}

/* The environment is counted at exec, so another program is counted anew. */
static int exec_with_three(void *arg)
{
    static char name[] = "sleep", seconds[] = "100", a[] = "A=1", b[] = "SECRET=x", c[] = "C=";
    char *argv[] = {name, seconds, NULL}, *envp[] = {a, b, c, NULL};
    (void)arg;
    execve("/bin/sleep", argv, envp);
    return 1;
}

static bool has_three(const struct snapshot *s, void *arg)
{
    const struct details *d = snapshot_find_details(s, *(pid_t *)arg);
    return d && d->environment_variables == 3 && d->environment_bytes == 4 + 9 + 3;
}

Test(detail, environment_is_counted_and_not_kept, .timeout = 60)
{
    pid_t pid = actor_start(exec_with_three, NULL);
    struct source *source = actor_watch(pid);
    source_want(source, &(struct source_wish){.detail_pid = pid});
    struct snapshot *s = actor_see(source, has_three, &pid, "three variables");
    cr_expect_null(memmem(s->strings, s->strings_bytes, "SECRET", 6));
    snapshot_free(s);
    source_free(source);
    actor_end(pid);
}

Test(detail, of_somebody_elses_is_unknown_with_the_reason, .timeout = 60)
{
    struct live_options options = {.no_details = true};
    struct source *source;
    struct snapshot *s;
    if (geteuid() == 0)
        cr_skip_test("root may read everything");
    cr_assert_eq(live_open(&options, &source), 0);
    source_want(source, &(struct source_wish){.detail_pid = 1});
    cr_assert_eq(source_next(source, &s), 0);
    const struct details *d = snapshot_find_details(s, 1);
    if (!d) /* hidepid: it is not even listed */
        cr_skip_test("no PID 1 here");
    cr_expect_eq(d->folder_error, EACCES);
    cr_expect_eq(d->executable_error, EACCES);
    cr_expect_eq(d->environment_error, EACCES);
    cr_expect_eq(d->maps_error, EACCES);
    cr_expect_eq(d->environment_bytes, -1);
    cr_expect_eq(d->status_error, 0, "which everybody may read");
    snapshot_free(s);
    source_free(source);
}

/* ---- made-up files ---------------------------------------------------------------- */

#define STATUS_TAIL                                                                                \
    "SigPnd:\t0000000000000001\nShdPnd:\t0000000000000200\nSigBlk:\t0000000400000000\n"            \
    "SigIgn:\tffffffffffffffff\nSigCgt:\t0000000000000000\nCapEff:\t000001ffffffffff\n"

Test(detail, status)
{
    static const char text[] =
        "Name:\tUid: 1 2 3\nUmask:\t0022\nTgid:\t5\nUid:\t1000\t0\t4294967295\t0\n"
        "Gid:\t5\t5\t5\t5\nGroups:\t4 24 27 \nVmHWM:\t    1644 kB\nRssAnon:\t     128 kB\n"
        "NoNewPrivs:\t1\nSeccomp:\t2\n" STATUS_TAIL;
    struct proc_status_ids ids;
    cr_assert_eq(parse_status_ids(text, strlen(text), &ids), 0);
    cr_expect(ids.uids[ID_REAL] == 1000 && ids.uids[ID_EFFECTIVE] == 0);
    cr_expect_eq(ids.uids[ID_SAVED], 4294967295);
    cr_expect_eq(ids.gids[ID_SAVED], 5);
    cr_expect(ids.groups_bytes == 7 && memcmp(ids.groups, "4 24 27", 7) == 0);
    cr_expect_eq(ids.umask, 022);
    cr_expect(ids.no_new_privs == 1 && ids.seccomp == 2);
    cr_expect(ids.has_signals && ids.has_capabilities);
    cr_expect_eq(ids.signals.pending, BIT(SIGHUP));
    cr_expect_eq(ids.signals.all_pending, BIT(SIGUSR1));
    cr_expect_eq(ids.signals.blocked, BIT(35));
    cr_expect_eq(ids.signals.ignored, UINT64_MAX);
    cr_expect_eq(ids.capabilities, (UINT64_C(1) << 41) - 1);
    cr_expect_eq(ids.highest_rss_bytes, 1644 * 1024);
    cr_expect_eq(ids.rss_anonymous_bytes, 128 * 1024);
    cr_expect_eq(ids.rss_file_bytes, -1, "no such line: unknown, not 0");
}

Test(detail, status_that_is_cut_or_broken)
{
    static const struct {
        const char *text;
        int rc;
    } rows[] = {
        {"Tgid:\t5\n", 0},
        {"Tgid:\t5\nUid:\t1\t2\n", -EINVAL},
        {"Tgid:\t5\nUid:\t1\tx\t3\t4\n", -EINVAL},
        {"Tgid:\t5\nUid:\t99999999999999999999\t1\t1\t1\n", -EINVAL},
        {"Tgid:\t5\nSigBlk:\t00000000000000001ffffffffffffffff\n", -EINVAL},
        {"Tgid:\t5\nSigBlk:\t\n", -EINVAL},
        {"Tgid:\t5\nCapEff:\t12g\n", -EINVAL},
        {"Tgid:\t5\nVmHWM:\t 9223372036854775807 kB\n", -EINVAL},
        {"Tgid:\t5\nUmask:\t0089\n", -EINVAL},
        {"Tgid:\t5\nSeccomp:\t3\n", -EINVAL},
        {"Name:\tx\n", -EINVAL},
        {"", -EINVAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct proc_status_ids ids = {.umask = 77};
        int rc = parse_status_ids(rows[i].text, strlen(rows[i].text), &ids);
        cr_expect_eq(rc, rows[i].rc, "%s: %d", rows[i].text, rc);
        cr_expect(rc == 0 || ids.umask == 77, "written on failure: %s", rows[i].text);
        cr_expect(rc < 0 || !ids.has_signals, "not all of the sets are there: %s", rows[i].text);
    }
}

Test(detail, limits)
{
    static const char text[] =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max cpu time              10                   unlimited            seconds   \n"
        "Max stack size            8388608              unlimited            bytes     \n"
        "Max open files            1024                 1048576              files     \n"
        "Max realtime priority     0                    0                    \n";
    struct proc_limits limits;
    cr_assert_eq(parse_limits(text, strlen(text), &limits), 0);
    cr_expect(limits.of[LIMIT_CPU].soft == 10 && limits.of[LIMIT_CPU].hard == LIMIT_NONE);
    cr_expect_eq(limits.of[LIMIT_STACK].soft, 8388608);
    cr_expect_eq(limits.of[LIMIT_OPEN_FILES].hard, 1048576);
    cr_expect_eq(limits.of[LIMIT_CORE].soft, -1, "no such line");
    cr_expect_eq(parse_limits("", 0, &limits), -EINVAL);
    static const char *const bad[] = {
        "Max open files            1024\n",
        "Max open files            1024                 many      files\n",
        "Max open files            unlimitedx           5         files\n",
        "Max open files            1024                 5", /* may have been cut */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(parse_limits(bad[i], strlen(bad[i]), &limits), -EINVAL, "%s", bad[i]);
}

Test(detail, cgroups)
{
    static const struct {
        const char *text, *path; /* NULL: it is refused */
    } rows[] = {
        {"0::/user.slice/a b.scope\n", "/user.slice/a b.scope"},
        {"0::/\n", "/"},
        {"4:memory:/docker/12\n1:name=systemd:/x\n", "/docker/12"},
        {"4:memory:/docker/12\n0::/unified\n", "/unified"},
        {"4:memory\n", NULL},
        {"0::\n", NULL},
        {"0::/cut", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct proc_cgroup cgroup = {0};
        int rc = parse_cgroup(rows[i].text, strlen(rows[i].text), &cgroup);
        cr_expect_eq(rc, rows[i].path ? 0 : -EINVAL, "%s", rows[i].text);
        if (rows[i].path && rc == 0)
            cr_expect(cgroup.path_bytes == strlen(rows[i].path) &&
                          memcmp(cgroup.path, rows[i].path, cgroup.path_bytes) == 0,
                      "%s", rows[i].text);
    }
}

Test(detail, kinds_of_maps)
{
    static const struct {
        const char *line;
        enum map_kind kind;
    } rows[] = {
        {"1000-2000 r-xp 0 08:01 42    /usr/bin/a.out", MAP_OF_PROGRAM},
        {"1000-2000 r-xp 0 08:01 42    /usr/bin/a.out2", MAP_OF_FILE},
        {"1000-2000 r-xp 0 08:01 42    /lib/libc.so.6", MAP_OF_LIBRARY},
        {"1000-2000 r-xp 0 08:01 42    /lib/x.so (deleted)", MAP_OF_LIBRARY},
        {"1000-2000 r--p 0 08:01 42    /home/a.so/data", MAP_OF_FILE},
        {"1000-2000 r--p 0 08:01 42    /etc/soft", MAP_OF_FILE},
        {"1000-2000 rw-s 0 00:01 42    /dev/zero (deleted)", MAP_SHARED_BY_ALL},
        {"1000-2000 rw-p 0 00:00 0     [heap]", MAP_OF_HEAP},
        {"1000-2000 rw-p 0 00:00 0     [stack]", MAP_OF_STACK},
        {"1000-2000 rw-p 0 00:00 0     [anon:glibc: arena]", MAP_ANONYMOUS_PRIVATE},
        {"1000-2000 rw-p 0 00:00 0 ", MAP_ANONYMOUS_PRIVATE},
        {"1000-2000 r-xp 0 00:00 0     [vdso]", MAP_OF_KERNEL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mapping m;
        cr_assert_eq(maps_parse_line(rows[i].line, strlen(rows[i].line), &m), 0);
        enum map_kind kind = map_kind_of(&m, "/usr/bin/a.out");
        cr_expect_eq(kind, rows[i].kind, "%s: %s", rows[i].line, map_kind_name(kind));
    }
}

Test(detail, environment_in_any_pieces)
{
    static const char text[] = "A=1\0\0\0B=2\0C"; /* setproctitle() leaves NULs, or no end */
    for (size_t cut = 0; cut <= sizeof text - 1; cut++) {
        struct environment_count count = {0};
        environment_count_add(&count, text, cut);
        environment_count_add(&count, text + cut, sizeof text - 1 - cut);
        cr_expect(count.variables == 3 && count.bytes == (int64_t)sizeof text - 1, "cut at %zu",
                  cut);
    }
}

Test(detail, files_that_are_missing_say_so)
{
    struct fixture f;
    struct proc_root root;
    struct detail_reading r = {0};
    struct proc_stat stat = {.pid = 7, .start_ticks = 1};
    fixture_init(&f);
    fixture_text(&f, "7/status", "Tgid:\t7\nUid:\t1\t1\t1\t1\n");
    fixture_text(&f, "7/limits", "nothing of the kind\n");
    cr_assert_eq(proc_root_open(&root, f.path), 0);
    cr_assert_eq(detail_read(&root, &stat, 5, &r), 0);
    cr_expect_eq(r.figures.status_error, 0);
    cr_expect_eq(r.figures.uids[ID_SAVED], 1);
    cr_expect_eq(r.figures.limits_error, EINVAL);
    cr_expect_eq(r.figures.cgroup_error, ENOENT);
    cr_expect_eq(r.figures.folder_error, ENOENT);
    cr_expect_eq(r.figures.maps_error, ENOENT);
    cr_expect_eq(r.figures.environment_error, ENOENT);
    fixture_text(&f, "7/cgroup", "0::/x\n"); /* what changes seldom is read seldom */
    cr_assert_eq(detail_read(&root, &stat, 6, &r), 0);
    cr_expect_eq(r.figures.cgroup_error, ENOENT);
    stat.start_ticks = 2; /* another process: all is read anew */
    cr_assert_eq(detail_read(&root, &stat, 7, &r), 0);
    cr_expect_eq(r.figures.cgroup_error, 0);
    cr_expect_str_eq(r.cgroup, "/x");
    detail_fini(&r);
    proc_root_close(&root);
    fixture_fini(&f);
}
