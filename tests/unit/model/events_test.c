#include "model/events.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_event(FILE *f, const struct event *e)
{
    fprintf(f, "%s %d", event_kind_name(e->kind), (int)e->pid);
    if (e->kind == EVENT_FORK || e->kind == EVENT_REPARENTED)
        fprintf(f, ">%d", (int)e->other);
    if (e->kind == EVENT_EXIT)
        fprintf(f, "=%d", e->status);
    if (e->kind == EVENT_PIPE_OPENED || e->kind == EVENT_PIPE_CLOSED)
        fprintf(f, ":%llu", (unsigned long long)e->inode);
    fputs("; ", f);
}

static const struct {
    const char *name, *before, *after, *events;
} table[] = {
    {"nothing", "1 0 a; 2 1 b", "1 0 a; 2 1 b", ""},
    {"a birth", "1 0 a", "1 0 a; 2 1 b", "fork 1>2; "},
    {"a birth below one that is not seen", "1 0 a", "1 0 a; 7 5 b", "fork 5>7; "},
    {"a death", "1 0 a; 2 1 b", "1 0 a", "exit 2=-1; "},
    {"becomes a zombie: its status is there", "1 0 a; 2 1 b", "1 0 a; 2 1 b zombie=768",
     "exit 2=768; "},
    {"a zombie is reaped: it had exited", "1 0 a; 2 1 b zombie=768", "1 0 a", ""},
    {"a zombie stays", "1 0 a; 2 1 b zombie=768", "1 0 a; 2 1 b zombie=768", ""},
    {"born and dead between two looks, not yet waited for", "1 0 a", "1 0 a; 2 1 b zombie=9",
     "fork 1>2; exit 2=9; "},
    {"the main thread's end is not the process's", "1 0 a; 2 1 b threads=2",
     "1 0 a; 2 1 b zombie threads=2", ""},
    {"and then its last thread's", "1 0 a; 2 1 b zombie threads=2", "1 0 a", "exit 2=-1; "},
    {"a PID given out again", "1 0 a; 2 1 b start=5", "1 0 a; 2 1 c start=9",
     "exit 2=-1; fork 1>2; "},
    {"a zombie's PID given out again", "1 0 a; 2 1 b start=5 zombie", "1 0 a; 2 1 c start=9",
     "fork 1>2; "},
    {"exec", "2 1 sh args=sh,-c,x", "2 1 yes args=yes", "exec 2; "},
    {"exec of the same name, with a path", "2 1 sh args=sh,-c,x", "2 1 sh args=/bin/sh,y",
     "exec 2; "},
    {"exec of a script: its name, and its interpreter's arguments", "2 1 sh args=sh",
     "2 1 run-it args=/bin/sh,./run-it", "exec 2; "},
    {"a name cut to 15 bytes", "2 1 sh args=sh", "2 1 very-long-progr args=very-long-program-name",
     "exec 2; "},
    {"prctl(PR_SET_NAME) is no exec", "2 1 srv args=srv", "2 1 worker-1 args=srv", ""},
    {"overwritten arguments are no exec", "2 1 nginx args=nginx", "2 1 nginx args=nginx:_worker",
     ""},
    {"the name half of an exec, the arguments having been read before", "2 1 sh args=yes",
     "2 1 yes args=yes", "exec 2; "},
    {"the arguments half: said with the other", "2 1 sh args=sh", "2 1 sh args=yes", ""},
    {"arguments not read: the name alone", "2 1 bash", "2 1 ls", "exec 2; "},
    {"arguments gone with the process's memory", "2 1 sh args=sh", "2 1 sh zombie=0", "exit 2=0; "},
    {"adopted", "1 0 a; 2 1 b; 3 2 c", "1 0 a; 3 1 c", "exit 2=-1; reparented 3>1; "},
    {"causes before what they cause", "1 0 a; 5 1 b; 3 5 c", "1 0 a; 3 1 c; 4 3 d; 9 4 e zombie=0",
     "fork 3>4; fork 4>9; exit 5=-1; exit 9=0; reparented 3>1; "},
    {"one from outside that holds a channel was not born now", "2 1 a", "2 1 a; 7 1 b outside", ""},
    {"and has not died when it lets go of it", "2 1 a; 7 1 b outside", "2 1 a", ""},
    {"a pipe opened: the first that holds it", "1 0 a; 2 1 b",
     "pipe 40; 1 0 a 3:tty; 2 1 b 4<40 5>40", "pipe_opened 2:40; "},
    {"a pipe closed", "pipe 40; pipe 50; 1 0 a 3<40", "pipe 50; 1 0 a", "pipe_closed 0:40; "},
    {"a pipe in another's place", "pipe 40; 1 0 a 3<40", "pipe 41; 1 0 a 3<41",
     "pipe_opened 1:41; pipe_closed 0:40; "},
    {"the two directions of a socketpair, each by who receives", "1 0 a",
     "pair 40 41; 1 0 a 3=40; 2 1 b 4=41", "fork 1>2; pipe_opened 1:40; pipe_opened 2:41; "},
    {"a pipe that nobody is seen to hold", "1 0 a", "pipe 40; 1 0 a", "pipe_opened 0:40; "},
};

Test(events, between, .timeout = 20)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct snapshot *before = build_snapshot(table[i].before);
        struct snapshot *after = build_snapshot(table[i].after);
        struct event *events = NULL;
        size_t n = 0;
        char drawn[512];
        after->time_ns = 77;
        cr_assert(eq(int, events_between(before, after, &events, &n), 0));
        FILE *f = fmemopen(drawn, sizeof drawn, "w");
        for (size_t k = 0; k < n; k++) {
            print_event(f, &events[k]);
            cr_expect(eq(u64, events[k].time_ns, 77));
            cr_expect(eq(int, (int)events[k].obtained, OBTAINED_SAMPLED));
        }
        fputc('\0', f);
        fclose(f);
        cr_expect(strcmp(drawn, table[i].events) == 0, "%s: '%s', not '%s'", table[i].name, drawn,
                  table[i].events);
        free(events);
        snapshot_free(before);
        snapshot_free(after);
    }
}

Test(events, append_and_begin_with_nothing)
{
    struct snapshot *s = build_snapshot("1 0 a; 2 1 b"), *t = build_snapshot("1 0 a");
    struct event *events = malloc(sizeof *events);
    size_t n = 1;
    events[0] = (struct event){.kind = EVENT_LOST, .count = 5};
    cr_assert(eq(int, events_between(NULL, s, &events, &n), 0));
    cr_expect(eq(sz, n, 1));
    cr_assert(eq(int, events_between(s, t, &events, &n), 0));
    cr_assert(eq(sz, n, 2));
    cr_expect(eq(i64, events[0].count, 5));
    cr_expect(eq(int, (int)events[1].kind, EVENT_EXIT));
    cr_expect(eq(u64, events[1].start_ticks, 20));
    free(events);
    snapshot_free(s);
    snapshot_free(t);
}

Test(events, survive_corrupt_tables, .timeout = 20)
{
    struct snapshot *s = build_snapshot("pipe 4; pipe 4; 2 1 a args=x; 2 1 b; 3 3 c 1>4");
    struct snapshot *t =
        build_snapshot("pipe 4; pipe 4; pipe 4; 2 1 b args=y; 2 1 c; 2 1 a; 4 4 d");
    struct event *events = NULL;
    size_t n = 0;
    s->processes[0].args_text = UINT32_MAX;
    t->processes[0].args_bytes = UINT32_MAX;
    t->processes[3].n_fds = SIZE_MAX;
    t->processes[2].comm_text = UINT32_MAX - 5;
    cr_expect(eq(int, events_between(s, t, &events, &n), 0));
    cr_expect(eq(int, events_between(t, s, &events, &n), 0));
    free(events);
    snapshot_free(s);
    snapshot_free(t);
}

Test(events, of_20000_processes, .timeout = 20)
{
    struct snapshot *s = snapshot_new(), *t = snapshot_new();
    for (pid_t pid = 1; pid <= 40000; pid++)
        snapshot_add_process(pid % 2 ? s : t, pid);
    for (uint64_t i = 1; i <= 20000; i++)
        snapshot_add_channel(i % 2 ? s : t, CHANNEL_PIPE, 1, i);
    struct event *events = NULL;
    size_t n = 0;
    cr_assert(eq(int, events_between(s, t, &events, &n), 0));
    cr_expect(eq(sz, n, 60000));
    free(events);
    snapshot_free(s);
    snapshot_free(t);
}
