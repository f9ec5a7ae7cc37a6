/* The live source on made-up /proc trees: what it finds, and how it does without the rest. */
#include "fixture.h"

#include "model/snapshot.h"
#include "proc/live.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct source *open_source(const struct fixture *f, pid_t root_pid)
{
    struct live_options options = {
        .proc_root = f->path, .root_pid = root_pid, .no_peek = true, .all_details = true};
    struct source *source = NULL;
    int rc = live_open(&options, &source);
    cr_assert_eq(rc, 0, "live_open: %s", strerrorname_np(-rc));
    return source;
}

static struct snapshot *take(struct source *source)
{
    struct snapshot *s = NULL;
    int rc = source_next(source, &s);
    cr_assert_eq(rc, 0, "next: %s", rc < 0 ? strerrorname_np(-rc) : "");
    cr_assert_not_null(s);
    return s;
}

/* "300 301 302": the PIDs, in order. */
static const char *pids_of(const struct snapshot *s, char buf[256])
{
    size_t n = 0;
    buf[0] = '\0';
    for (size_t i = 0; i < s->n_processes && n < 240; i++)
        n += (size_t)sprintf(buf + n, "%s%d", i ? " " : "", (int)s->processes[i].pid);
    return buf;
}

#define expect_pids(s, expected)                                                                   \
    do {                                                                                           \
        char pids[256];                                                                            \
        cr_expect_str_eq(pids_of(s, pids), expected);                                              \
    } while (0)

static const struct process *get(const struct snapshot *s, pid_t pid)
{
    const struct process *p = snapshot_find(s, pid);
    cr_assert_not_null(p, "no process %d", (int)pid);
    return p;
}

Test(system, odd_names, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "odd-names");
    struct source *source = open_source(&f, 0);
    struct snapshot *s = take(source);
    expect_pids(s, "1 100 101 102 103 104 105");
    cr_expect_eq(s->births, 4711);
    cr_expect_str_eq(snapshot_text(s, get(s, 100)->comm_text), "a b  c");
    cr_expect_str_eq(snapshot_text(s, get(s, 101)->comm_text), ") (");
    cr_expect_str_eq(snapshot_text(s, get(s, 102)->comm_text), ")) R 1 2 3 ((");
    cr_expect_str_eq(snapshot_text(s, get(s, 103)->comm_text), "line\nbreak\n");
    cr_expect_str_eq(snapshot_text(s, get(s, 104)->comm_text), "\xff\xfe\x80(");
    cr_expect_str_eq(snapshot_text(s, get(s, 105)->comm_text), "");
    const struct process *p = get(s, 100);
    static const char args[] = "a b  c\0--flag\0\0last";
    cr_assert_eq(p->args_bytes, sizeof args);
    cr_expect_arr_eq(snapshot_text(s, p->args_text), args, sizeof args);
    cr_expect_eq(p->ppid, 1);
    cr_expect_eq(p->start_ticks, 900);
    cr_expect_eq(p->minor_faults, 11);
    cr_expect_eq(p->user_ticks, 7);
    cr_expect_eq(p->last_cpu, 1);
    cr_expect_eq(get(s, 102)->state, 'R');
    cr_expect_eq(get(s, 105)->state, 'Z');
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

Test(system, does_without_what_is_broken, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "broken");
    struct source *source = open_source(&f, 0);
    struct snapshot *s = take(source);
    expect_pids(s, "1 200 206");
    cr_expect_eq(s->births, -1, "there is no stat file: unknown, not 0");
    const struct process *p = get(s, 200);
    cr_expect(p->is_detailed);
    cr_expect_eq(p->run_ns, -1);
    cr_expect_eq(p->voluntary, -1);
    cr_expect_eq(p->read_bytes, -1);
    cr_expect_eq(p->args_bytes, 0);
    cr_expect_eq(p->waiting.kind, WAIT_UNKNOWN);
    cr_expect_eq(p->n_fds, 0);
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

Test(system, sees_births_deaths_and_reuse, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_process(&f, 1, 0, 5, 'S', "init");
    fixture_process(&f, 50, 1, 100, 'S', "first");
    fixture_text(&f, "50/cmdline", "first");
    struct source *source = open_source(&f, 0);
    struct snapshot *before = take(source);
    expect_pids(before, "1 50");

    /* The PID now belongs to another process, which began later. */
    fixture_process(&f, 50, 1, 200, 'R', "second");
    fixture_text(&f, "50/cmdline", "second");
    fixture_process(&f, 51, 1, 201, 'S', "new");
    struct snapshot *reused = take(source);
    expect_pids(reused, "1 50 51");
    cr_expect_null(snapshot_find_same(reused, get(before, 50)));
    cr_expect_str_eq(snapshot_text(reused, get(reused, 50)->comm_text), "second");
    cr_expect_str_eq(snapshot_text(reused, get(reused, 50)->args_text), "second");

    fixture_remove(&f, "51");
    struct snapshot *after = take(source);
    expect_pids(after, "1 50");
    cr_expect_not_null(snapshot_find_same(after, get(reused, 50)));
    snapshot_free(before);
    snapshot_free(reused);
    snapshot_free(after);
    source_free(source);
    fixture_fini(&f);
}

Test(system, reads_arguments_again_after_exec, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_process(&f, 60, 1, 100, 'S', "sh");
    fixture_text(&f, "60/cmdline", "sh");
    struct source *source = open_source(&f, 0);
    snapshot_free(take(source));
    fixture_process(&f, 60, 1, 100, 'S', "yes");
    fixture_file(&f, "60/cmdline", "yes\0no", 7);
    struct snapshot *s = take(source);
    cr_expect_eq(get(s, 60)->args_bytes, 7);
    cr_expect_str_eq(snapshot_text(s, get(s, 60)->args_text), "yes");
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

Test(system, ten_thousand, .timeout = 60)
{
    struct fixture f;
    fixture_init(&f);
    for (pid_t pid = 1; pid <= 10000; pid++)
        fixture_process(&f, pid, pid / 2, (uint64_t)pid, 'S', "one");
    struct source *source = open_source(&f, 0);
    for (int look = 0; look < 2; look++) {
        struct snapshot *s = take(source);
        cr_assert_eq(s->n_processes, 10000);
        for (size_t i = 0; i < 10000; i++) {
            cr_assert_eq(s->processes[i].pid, (pid_t)i + 1);
            cr_assert_eq(s->processes[i].start_ticks, i + 1);
        }
        snapshot_free(s);
    }
    source_free(source);
    fixture_fini(&f);
}

static void check_tree(const struct fixture *f)
{
    struct source *source = open_source(f, 300);
    struct snapshot *s = take(source);
    cr_expect_eq(s->root_pid, 300);
    cr_expect_eq(s->adopter_pid, 0);
    expect_pids(s, "300 301 302 303 310");

    const struct process *p = get(s, 301);
    cr_expect(p->is_detailed);
    cr_expect_eq(p->uid, 1001);
    cr_expect_eq(p->run_ns, 1500);
    cr_expect_eq(p->queued_ns, 2500);
    cr_expect_eq(p->voluntary, 18);
    cr_expect_eq(p->involuntary, 4);
    cr_expect_eq(p->read_bytes, 100);
    cr_expect_eq(p->written_bytes, 65536);
    cr_expect_eq(p->n_tasks, 1);
    cr_expect_eq(s->tasks[p->first_task].tid, 301);
    cr_expect_eq(p->waiting.kind, WAIT_PIPE_WRITE);
    cr_expect_eq(p->waiting.fd, 1);
    cr_expect_str_eq(snapshot_text(s, p->waiting.channel_text), "anon_pipe_write");
    cr_assert_eq(p->n_fds, 2);
    const struct fd_entry *e = &s->fds[p->first_fd];
    cr_expect_eq(e[0].kind, FD_FIFO);
    cr_expect_eq(e[1].kind, FD_OTHER);
    cr_expect_str_eq(snapshot_text(s, e[1].target_text), "/dev/null");

    cr_expect_eq(get(s, 303)->state, 'Z');
    cr_expect_eq(get(s, 303)->n_fds, 0);
    cr_expect_eq(get(s, 302)->run_ns, -1, "no schedstat: unknown");

    p = get(s, 310);
    cr_expect(p->is_outside, "it holds the FIFO, but is no descendant");
    cr_expect_eq(p->n_fds, 1);
    cr_assert_eq(s->n_channels, 1);
    cr_expect_eq(s->channels[0].kind, CHANNEL_FIFO);
    cr_expect_eq(s->channels[0].inode, e[0].inode);
    cr_expect_eq(s->channels[0].fill_bytes, -1);
    cr_expect_eq(s->channels[0].fill_error, ECANCELED);
    char path[128];
    snprintf(path, sizeof path, "%s/pipe-a", f->path);
    cr_expect_str_eq(snapshot_text(s, s->channels[0].path_text), path);
    snapshot_free(s);
    source_free(source);
}

Test(tree, descendants_and_outsiders, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "tree");
    check_tree(&f);
    fixture_fini(&f);
}

Test(tree, the_same_without_children_files, .timeout = 20)
{
    static const char *const files[] = {"1/task/1/children",     "300/task/300/children",
                                        "301/task/301/children", "302/task/302/children",
                                        "303/task/303/children", "310/task/310/children",
                                        "311/task/311/children"};
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "tree");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        fixture_remove(&f, files[i]);
    check_tree(&f);
    fixture_fini(&f);
}

Test(tree, supervisor_is_not_shown, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "tree");
    struct live_options options = {
        .proc_root = f.path, .root_pid = 300, .is_supervisor = true, .no_peek = true};
    struct source *source;
    cr_assert_eq(live_open(&options, &source), 0);
    struct snapshot *s = take(source);
    expect_pids(s, "301 302 303 310");
    cr_expect_eq(s->adopter_pid, 300);
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

Test(tree, an_orphan_stays, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "tree");
    struct source *source = open_source(&f, 300);
    snapshot_free(take(source));
    /* 302 dies, init adopts 303. (A file that was kept open stays readable here, not in a real
     * /proc: so empty it.) */
    fixture_text(&f, "302/stat", "");
    fixture_remove(&f, "302");
    fixture_children(&f, 300, (pid_t[]){301}, 1);
    fixture_children(&f, 1, (pid_t[]){300, 303, 310}, 3);
    fixture_process(&f, 303, 1, 1003, 'S', "orphan");
    struct snapshot *s = take(source);
    expect_pids(s, "300 301 303 310");
    cr_expect_eq(get(s, 303)->ppid, 1);
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

Test(tree, a_reused_pid_is_no_member, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_load(&f, "tree");
    struct source *source = open_source(&f, 300);
    snapshot_free(take(source));
    /* 302 dies; its PID is given to a child of init. */
    fixture_remove(&f, "302/fd");
    fixture_children(&f, 300, (pid_t[]){301}, 1);
    fixture_process(&f, 302, 1, 5000, 'S', "other");
    for (int look = 0; look < 2; look++) {
        struct snapshot *s = take(source);
        cr_expect_null(snapshot_find(s, 302));
        snapshot_free(s);
    }
    source_free(source);
    fixture_fini(&f);
}

Test(tree, the_root_that_has_gone_leaves_an_empty_snapshot, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_process(&f, 1, 0, 5, 'S', "init");
    fixture_process(&f, 70, 1, 100, 'S', "root");
    fixture_children(&f, 70, NULL, 0);
    struct source *source = open_source(&f, 70);
    fixture_process(&f, 70, 1, 999, 'S', "another");
    for (int look = 0; look < 2; look++) {
        struct snapshot *s = take(source);
        cr_expect_eq(s->n_processes, 0);
        cr_expect_eq(s->root_pid, 70);
        snapshot_free(s);
    }
    source_free(source);
    fixture_fini(&f);
}

/* A child that is named, but has ended before it was read. */
Test(tree, vanished_between_two_reads, .timeout = 20)
{
    struct fixture f;
    fixture_init(&f);
    fixture_process(&f, 80, 1, 100, 'S', "root");
    fixture_children(&f, 80, (pid_t[]){81, 82}, 2);
    fixture_process(&f, 82, 80, 101, 'S', "stays"); /* its stat alone: all else has gone already */
    struct source *source = open_source(&f, 80);
    struct snapshot *s = take(source);
    expect_pids(s, "80 82");
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

static void make_chain(struct fixture *f, bool with_children, int depth)
{
    for (pid_t i = 0; i < depth; i++) {
        /* PIDs run against the order of birth in the upper half, as after a wrap-around. */
        pid_t pid = i < depth / 2 ? 5000 - i : 6000 + i;
        pid_t next = i + 1 < depth / 2 ? 5000 - i - 1 : 6000 + i + 1;
        pid_t parent = i == 0 ? 1 : i - 1 < depth / 2 ? 5000 - i + 1 : 6000 + i - 1;
        fixture_process(f, pid, parent, (uint64_t)i + 10, 'S', "link");
        if (with_children)
            fixture_children(f, pid, &next, i + 1 < depth ? 1 : 0);
    }
}

Test(tree, chain_of_a_thousand, .timeout = 60)
{
    for (int with_children = 0; with_children < 2; with_children++) {
        struct fixture f;
        fixture_init(&f);
        fixture_process(&f, 1, 0, 5, 'S', "init");
        make_chain(&f, with_children, 1000);
        struct source *source = open_source(&f, 5000);
        struct snapshot *s = take(source);
        cr_expect_eq(s->n_processes, 1000, "%zu, with_children %d", s->n_processes, with_children);
        snapshot_free(s);
        source_free(source);
        fixture_fini(&f);
    }
}

/* More than one read(2)'s worth of a children file. */
Test(tree, four_thousand_children, .timeout = 60)
{
    enum { N = 4000 };
    static pid_t children[N];
    struct fixture f;
    fixture_init(&f);
    fixture_process(&f, 90, 1, 100, 'S', "parent");
    for (int i = 0; i < N; i++) {
        children[i] = 100000 + i * 7;
        fixture_process(&f, children[i], 90, 101, 'S', "child");
        fixture_children(&f, children[i], NULL, 0);
    }
    fixture_children(&f, 90, children, N);
    struct source *source = open_source(&f, 90);
    struct snapshot *s = take(source);
    cr_assert_eq(s->n_processes, N + 1, "%zu", s->n_processes);
    for (int i = 0; i < N; i++)
        cr_assert_eq(s->processes[i + 1].pid, children[i]);
    snapshot_free(s);
    source_free(source);
    fixture_fini(&f);
}

Test(open, says_why_not, .timeout = 20)
{
    struct fixture f;
    struct source *source = NULL;
    fixture_init(&f);
    struct live_options options = {.proc_root = f.path, .root_pid = 12345};
    cr_expect_eq(live_open(&options, &source), -ESRCH);
    options.proc_root = "/nonexistent";
    cr_expect_eq(live_open(&options, &source), -ENOENT);
    options.proc_root = "/dev/null";
    cr_expect_eq(live_open(&options, &source), -ENOTDIR);
    cr_expect_null(source);
    fixture_fini(&f);
}
