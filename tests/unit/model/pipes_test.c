#include "model/pipes.h"
#include "model/snapshot.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static void print_ends(FILE *f, const struct snapshot *s, const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(f, " %d/%d%s", (int)s->processes[ends[i].process].pid, ends[i].fd,
                ends[i].is_blocked ? "!" : "");
}

/* "w: 10/4 r: 11/0!": PID/fd, '!' where one is asleep on it. */
static void draw_ends(const struct snapshot *s, const struct pipe_lane *lane, char *out, size_t len)
{
    FILE *f = fmemopen(out, len, "w");
    fputs("w:", f);
    print_ends(f, s, lane->writers, lane->n_writers);
    fputs(" r:", f);
    print_ends(f, s, lane->readers, lane->n_readers);
    fputc('\0', f);
    fclose(f);
}

/* ---- who holds which end, who is asleep on it -------------------------------------------- */

static const struct {
    const char *name, *snapshot, *ends; /* of the first channel */
} ends_table[] = {
    {"each end of its own", "pipe a; 10 1 w 1>a; 11 1 r 0<a", "w: 10/1 r: 11/0"},
    {"an end twice, in two processes, by PID and fd", "pipe a; 12 1 x 4>a 9>a; 10 1 y 3<a 5>a",
     "w: 10/5 12/4 12/9 r: 10/3"},
    {"nobody", "pipe a; 10 1 x 1:tty", "w: r:"},
    {"another pipe's inode", "pipe a; 10 1 x 1>b", "w: r:"},
    {"both directions of a FIFO", "fifo a path=/f; 10 1 x 3<>a", "w: 10/3 r: 10/3"},
    {"access unknown is no end", "pipe a; 10 1 x 3?a", "w: r:"},
    {"a socket with a pipe's inode number", "pipe a; 10 1 x 3=a", "w: r:"},
    {"blocked reading", "pipe a; 10 1 x read(3) 3<a 4<a", "w: r: 10/3! 10/4"},
    {"blocked writing", "pipe a; 10 1 x write(4) 3>a 4>a", "w: 10/3 10/4! r:"},
    {"a wait in another direction", "pipe a; 10 1 x read(3) 3>a", "w: 10/3 r:"},
    {"a wait on another fd", "pipe a; 10 1 x read(5) 3<a 5<b", "w: r: 10/3"},
    {"a running process has no wait", "pipe a; 10 1 x run 3<a", "w: r: 10/3"},
    {"fd unknown, one candidate", "pipe a; 10 1 x read 3<a 4>a 0:tty", "w: 10/4 r: 10/3!"},
    {"fd unknown, two candidates", "pipe a; 10 1 x read 3<a 4<a", "w: r: 10/3 10/4"},
    {"fd unknown, a candidate without a lane", "pipe a; 10 1 x read 3<a 4<b", "w: r: 10/3"},
    {"fd unknown, a candidate of access unknown", "pipe a; 10 1 x read 3<a 4?b", "w: r: 10/3"},
    {"fd unknown, a socket is no candidate for a pipe's wait", "pipe a; 10 1 x read 3<a 4:sock",
     "w: r: 10/3!"},
    {"a thread's wait", "pipe a; 10 1 x futex 3<a +10:futex +11:read(3)", "w: r: 10/3!"},
    {"two threads, two ends", "pipe a; 10 1 x 3<a 4>a +10:read(3) +11:write(4) +12:run",
     "w: 10/4! r: 10/3!"},
    {"nor does a zombie's task", "pipe a; 10 1 x zombie 3<a +10:read(3)", "w: r: 10/3"},
    {"a zombie is asleep on nothing", "pipe a; 10 1 x zombie 3<a", "w: r: 10/3"},
    {"a socketpair: the peer's holders write", "pair a b; 10 1 x 3=a; 11 1 y 4=b",
     "w: 11/4 r: 10/3"},
    {"a socketpair: blocked receiving", "pair a b; 10 1 x recv(3) 3=a; 11 1 y 4=b",
     "w: 11/4 r: 10/3!"},
    {"a socketpair: blocked sending", "pair a b; 10 1 x 3=a; 11 1 y send(4) 4=b",
     "w: 11/4! r: 10/3"},
    {"a socketpair: fd unknown, one socket", "pair a b; 10 1 x recv 3=a 4<c; 11 1 y 4=b",
     "w: 11/4 r: 10/3!"},
    {"a socketpair: which way is not told", "pair a b; 10 1 x recv(3) call=ioctl 3=a; 11 1 y 4=b",
     "w: 11/4 r: 10/3"},
    {"a socketpair's peer outside", "pair a b; 10 1 x 3=a", "w: r: 10/3"},
};

Test(pipes, ends, .timeout = 20)
{
    for (size_t i = 0; i < sizeof ends_table / sizeof *ends_table; i++) {
        struct snapshot *s = build_snapshot(ends_table[i].snapshot);
        struct pipes pipes;
        char drawn[256];
        cr_assert(eq(int, pipes_init(&pipes, s), 0));
        draw_ends(s, &pipes.lanes[0], drawn, sizeof drawn);
        cr_expect(strcmp(drawn, ends_table[i].ends) == 0, "%s: '%s', not '%s'", ends_table[i].name,
                  drawn, ends_table[i].ends);
        pipes_fini(&pipes);
        snapshot_free(s);
    }
}

Test(pipes, the_other_direction_of_a_pair)
{
    struct snapshot *s = build_snapshot("pair a b fill=3 fill2=4; 10 1 x recv(3) 3=a; 11 1 y 4=b");
    struct pipes pipes;
    char drawn[256];
    cr_assert(eq(int, pipes_init(&pipes, s), 0));
    cr_assert(eq(sz, pipes.n, 2));
    draw_ends(s, &pipes.lanes[1], drawn, sizeof drawn);
    cr_expect_str_eq(drawn, "w: 10/3 r: 11/4");
    cr_expect(eq(int, pipes.lanes[1].number, 2));
    pipes_fini(&pipes);
    snapshot_free(s);
}

/* ---- conditions -------------------------------------------------------------------------- */

static const struct {
    const char *name, *snapshot;
    enum pipe_condition condition; /* of the first channel */
    const char *holder;            /* PID/fd; NULL: nobody is accused */
} conditions[] = {
    {"nothing stands out", "pipe a fill=0; 10 1 w sleep 1>a; 11 1 r sleep 0<a", PIPE_FLOWING, NULL},
    {"full pipe, nobody asleep", "pipe a fill=65536 cap=65536; 10 1 w 1>a; 11 1 r 0<a",
     PIPE_FLOWING, NULL},
    {"a writer asleep", "pipe a fill=65536 cap=65536; 10 1 w write(1) 1>a; 11 1 r 0<a", PIPE_FULL,
     NULL},
    {"a writer asleep below the capacity",
     "pipe a fill=48000 cap=65536; 10 1 w write(1) 1>a; 11 1 r 0<a", PIPE_FULL, NULL},
    {"no reader", "pipe a; 10 1 w sleep 1>a", PIPE_NO_READER, NULL},
    {"no writer", "pipe a fill=3; 10 1 r sleep 0<a", PIPE_NO_WRITER, NULL},
    {"nobody that we can see", "pipe a; 10 1 r sleep", PIPE_FLOWING, NULL},
    {"no reader, but one may not be seen",
     "snap root=10; pipe a; 10 1 w sleep 1>a; 11 10 su sleep noaccess", PIPE_FLOWING, NULL},
    {"no writer, but one may not be seen",
     "snap root=10; pipe a; 10 1 r sleep 0<a; 11 10 su sleep noaccess", PIPE_FLOWING, NULL},
    {"no reader, but an end of access unknown", "pipe a; 10 1 w sleep 1>a 2?a", PIPE_FLOWING, NULL},
    {"a blocked reader of a pipe that nobody seems to write to",
     "pipe a fill=0; 10 1 r read(0) 0<a", PIPE_STARVED, NULL},

    /* The innocent. */
    {"sleep 100 | cat", "pipe a fill=0; 9 1 sh wait; 10 9 sleep sleep 1>a; 11 9 cat read(0) 0<a",
     PIPE_STARVED, NULL},
    {"a writer that runs", "pipe a fill=0; 10 1 w run 1>a; 11 1 cat read(0) 0<a", PIPE_STARVED,
     NULL},
    {"a writer that reads its own input", "pipe a fill=0; 10 1 w tty 1>a; 11 1 cat read(0) 0<a",
     PIPE_STARVED, NULL},
    {"a writer in poll", "pipe a fill=0; 10 1 w poll 1>a; 11 1 cat read(0) 0<a", PIPE_STARVED,
     NULL},
    {"a stopped writer", "pipe a fill=0; 10 1 w stopped 1>a; 11 1 cat read(0) 0<a", PIPE_STARVED,
     NULL},
    {"a writer asleep in what we are not told",
     "pipe a fill=0; 10 1 w asleep 1>a; 11 1 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"the reader holds an end, but so does a sleeper",
     "pipe a fill=0; 10 1 w sleep 1>a; 11 1 cat read(0) 0<a 4>a", PIPE_STARVED, NULL},
    {"the parent waits, but a sleeper may still write",
     "pipe a fill=0; 9 1 sh wait 4>a; 10 9 w sleep 1>a; 11 9 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"a waiting holder that is not above the reader",
     "pipe a fill=0; 9 1 sh wait 4>a; 10 9 sh wait; 12 10 x read(3) 3<b; 11 1 cat read(0) 0<a",
     PIPE_STARVED, NULL},
    {"the parent waits for another child, too, which will end",
     "pipe a fill=0; 9 1 sh wait 4>a; 10 9 worker sleep; 11 9 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"the parent waits for a middleman who sleeps",
     "pipe a fill=0; 9 1 sh wait 4>a; 10 9 mid sleep; 11 10 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"the parent waits for a child that reads what a sleeper may write",
     "pipe a fill=0; pipe b fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a; 12 9 x read(0) 0<b; "
     "13 1 y sleep 1>b",
     PIPE_STARVED, NULL},
    {"likewise, and that one waits for a child that we do not see",
     "pipe a fill=0; pipe b fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a; 12 9 x read(0) 0<b; "
     "13 1 y wait 1>b",
     PIPE_STARVED, NULL},
    {"or has but a zombie",
     "pipe a fill=0; pipe b fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a; 12 9 x read(0) 0<b; "
     "13 1 y wait 1>b; 14 13 z zombie",
     PIPE_STARVED, NULL},
    {"the holder reads another pipe",
     "pipe a fill=0; pipe b fill=0; 9 1 p read(3) 3<b 4>a; 11 9 c read(0) 0<a 1>b", PIPE_STARVED,
     NULL},
    {"data are still in it", "pipe a fill=5; 11 1 cat read(0) 0<a 4>a", PIPE_STARVED, NULL},
    {"fill unknown", "pipe a; 11 1 cat read(0) 0<a 4>a", PIPE_STARVED, NULL},
    {"the reader has another thread, which runs",
     "pipe a fill=0; 11 1 cat 0<a 4>a +11:read(0) +12:run", PIPE_STARVED, NULL},
    {"the reader has another thread, which was not looked at",
     "pipe a fill=0; 11 1 cat read(0) 0<a 4>a threads=2", PIPE_STARVED, NULL},
    {"the waiting parent has another thread",
     "pipe a fill=0; 9 1 sh wait 4>a +9:wait +8:sleep; 11 9 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"the parent runs", "pipe a fill=0; 9 1 sh run 4>a; 11 9 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"a set-uid child in the tree may hold an end",
     "snap root=9; pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a; 12 9 su read noaccess",
     PIPE_STARVED, NULL},
    {"a process in the tree that was not looked into",
     "snap root=9; pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a 4>a; 12 1 x undetailed",
     PIPE_STARVED, NULL},
    {"an end whose access is unknown", "pipe a fill=0; 11 1 cat read(0) 0<a 4>a 5?a", PIPE_STARVED,
     NULL},
    {"the whole system: an unreadable one in the reader's session",
     "pipe a fill=0; 11 1 cat read(0) 0<a 4>a session=7; 12 1 su sleep noaccess session=7",
     PIPE_STARVED, NULL},
    {"the whole system: an unreadable parent",
     "pipe a fill=0; 10 1 sshd poll noaccess; 11 10 cat read(0) 0<a 4>a", PIPE_STARVED, NULL},
    {"the whole system: an unreadable descendant",
     "pipe a fill=0; 11 1 sh wait 4>a; 12 11 cat read(0) 0<a; 13 12 su sleep noaccess",
     PIPE_STARVED, NULL},
    {"one of the same session outside the tree, counted as hidden",
     "snap root=11 hidden=1; pipe a fill=0; 11 1 cat read(0) 0<a 4>a", PIPE_STARVED, NULL},
    {"hidepid: who else is there is not known",
     "snap root=11 hidden=-1; pipe a fill=0; 11 1 cat read(0) 0<a 4>a", PIPE_STARVED, NULL},
    {"hidepid: the read end may be a set-uid program's",
     "snap root=11 hidden=-1; pipe a fill=0; 11 1 yes run 1>a", PIPE_FLOWING, NULL},
    {"no reader in this PID namespace: a container's standard output",
     "pipe a; 1 0 sh wait 1>a; 2 1 yes run 1>a", PIPE_FLOWING, NULL},
    {"no writer in this PID namespace", "pipe a fill=0; 1 0 cat run 0<a", PIPE_FLOWING, NULL},
    {"a holder that came in from another PID namespace",
     "pipe a fill=0; 7 0 sh wait 4>a; 11 7 cat read(0) 0<a", PIPE_STARVED, NULL},
    {"outside the tree, unreadable, in a holder's session",
     "snap root=11; pipe a fill=0; 5 1 x sleep outside noaccess session=7; "
     "11 1 cat read(0) 0<a 4>a session=7",
     PIPE_STARVED, NULL},
    {"a holder outside the tree that runs",
     "snap root=11; pipe a fill=0; 5 1 x sleep 3>a outside; 11 1 cat read(0) 0<a 4>a", PIPE_STARVED,
     NULL},

    /* The guilty. */
    {"the reader itself", "pipe a fill=0; 11 1 cat read(0) 0<a 4>a", PIPE_EOF_WITHHELD, "11/4"},
    {"the parent that waits for it", "pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a",
     PIPE_EOF_WITHHELD, "9/4"},
    {"both: the reader's own is to be closed first",
     "pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a 4>a", PIPE_EOF_WITHHELD, "11/4"},
    {"a grandparent through a waiting parent",
     "pipe a fill=0; 8 1 sh wait 6>a; 9 8 sh wait; 11 9 cat read(0) 0<a", PIPE_EOF_WITHHELD, "8/6"},
    {"the reader, for whom a sleeping child of its own does nothing",
     "pipe a fill=0; 11 1 cat read(0) 0<a 4>a; 12 11 kid sleep", PIPE_EOF_WITHHELD, "11/4"},
    {"two readers that hold each other up",
     "pipe a fill=0; 11 1 x read(0) 0<a 4>a; 12 1 y read(0) 0<a 4>a", PIPE_EOF_WITHHELD, "11/4"},
    {"another reader's end", "pipe a fill=0; 11 1 x read(0) 0<a; 12 1 y read(0) 0<a 4>a",
     PIPE_EOF_WITHHELD, "12/4"},
    {"the parent waits, and a brother is a zombie",
     "pipe a fill=0; 9 1 sh wait 4>a; 10 9 w zombie; 11 9 cat read(0) 0<a", PIPE_EOF_WITHHELD,
     "9/4"},
    {"a pipeline whose parent holds all, seen at its second stage",
     "pipe a fill=0; pipe b fill=0; 9 1 sh wait 4>a 6>b; 11 9 cat read(0) 0<a 1>b; "
     "12 9 wc read(0) 0<b",
     PIPE_EOF_WITHHELD, "9/4"},
    {"threads that all wait for it", "pipe a fill=0; 11 1 x 0<a 4>a +11:read(0) +12:read(0)",
     PIPE_EOF_WITHHELD, "11/4"},
    {"one thread reads, the other waits for a child that reads it, too",
     "pipe a fill=0; 11 1 x 0<a 4>a +11:wait +12:read(0); 13 11 y read(0) 0<a", PIPE_EOF_WITHHELD,
     "11/4"},
    {"a FIFO opened for both", "fifo a path=/f fill=0; 11 1 cat read(3) 3<>a", PIPE_EOF_WITHHELD,
     "11/3"},
    {"a socketpair", "pair a b fill=0 fill2=0; 11 1 x recv(3) 3=a 4=b", PIPE_EOF_WITHHELD, "11/4"},
    {"the fd not told, but only one can be meant", "pipe a fill=0; 11 1 cat read 0<a 4>a",
     PIPE_EOF_WITHHELD, "11/4"},
    {"a holder outside the tree that waits for it",
     "snap root=11; pipe a fill=0; 5 1 sh wait 3>a outside; 11 5 cat read(0) 0<a",
     PIPE_EOF_WITHHELD, "5/3"},
    {"nobody hidden", "snap root=11 hidden=0; pipe a fill=0; 11 1 cat read(0) 0<a 4>a",
     PIPE_EOF_WITHHELD, "11/4"},
    {"the whole system: the hidden are other users' daemons",
     "snap hidden=90; pipe a fill=0; 11 1 cat read(0) 0<a 4>a", PIPE_EOF_WITHHELD, "11/4"},
    {"outside the tree, unreadable, of no holder's session",
     "snap root=11; pipe a fill=0; 5 1 x sleep outside noaccess session=5; "
     "11 1 cat read(0) 0<a 4>a session=7",
     PIPE_EOF_WITHHELD, "11/4"},
    {"unreadable strangers are no suspects",
     "pipe a fill=0; 1 0 init poll noaccess; 3 1 crond sleep noaccess session=3; "
     "11 1 cat read(0) 0<a 4>a session=11",
     PIPE_EOF_WITHHELD, "11/4"},
    {"nor are those without a session company for each other",
     "pipe a fill=0; 3 1 x sleep noaccess; 11 1 cat read(0) 0<a 4>a", PIPE_EOF_WITHHELD, "11/4"},
    {"a process that has gone is no suspect",
     "snap root=9; pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a; 12 1 x gone",
     PIPE_EOF_WITHHELD, "9/4"},
    {"nor is an unreadable zombie",
     "snap root=9; pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a; 12 9 x zombie noaccess",
     PIPE_EOF_WITHHELD, "9/4"},
    {"nor is a kernel thread",
     "pipe a fill=0; 2 0 kthreadd kernel undetailed session=7; "
     "11 1 cat read(0) 0<a 4>a session=7",
     PIPE_EOF_WITHHELD, "11/4"},
};

Test(pipes, conditions, .timeout = 20)
{
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct snapshot *s = build_snapshot(conditions[i].snapshot);
        struct pipes pipes;
        char holder[32] = "nobody";
        cr_assert(eq(int, pipes_init(&pipes, s), 0));
        const struct pipe_lane *lane = &pipes.lanes[0];
        if (lane->holder >= 0)
            snprintf(holder, sizeof holder, "%d/%d",
                     (int)s->processes[lane->writers[lane->holder].process].pid,
                     lane->writers[lane->holder].fd);
        const char *wanted = conditions[i].holder ? conditions[i].holder : "nobody";
        cr_expect(lane->condition == conditions[i].condition, "%s: %s, not %s", conditions[i].name,
                  pipe_condition_name(lane->condition),
                  pipe_condition_name(conditions[i].condition));
        cr_expect(strcmp(holder, wanted) == 0, "%s: accuses %s, not %s", conditions[i].name, holder,
                  wanted);
        pipes_fini(&pipes);
        snapshot_free(s);
    }
}

Test(pipes, the_last_stage_of_a_held_pipeline_accuses_nobody)
{
    struct snapshot *s = build_snapshot("pipe a fill=0; pipe b fill=0; 9 1 sh wait 4>a 6>b; "
                                        "11 9 cat read(0) 0<a 1>b; 12 9 wc read(0) 0<b");
    struct pipes pipes;
    cr_assert(eq(int, pipes_init(&pipes, s), 0));
    cr_expect(eq(int, (int)pipes.lanes[1].condition, PIPE_STARVED)); /* cat reads another pipe */
    cr_expect(eq(int, pipes.lanes[1].holder, -1));
    pipes_fini(&pipes);
    snapshot_free(s);
}

/* ---- what no kernel says ----------------------------------------------------------------- */

Test(pipes, survives_corrupt_tables, .timeout = 20)
{
    struct snapshot *s = build_snapshot("pipe a fill=0; pipe a fill=0; pair a a; pipe 0; pair 0 0;"
                                        "10 11 x wait 3<a 4>a 3<a; 11 10 y read(3) 3<a 4>a; 10 10 "
                                        "z read(3) 3=a 4?a 5<0 +1:read(3)");
    s->processes[0].first_fd = 1000;
    s->processes[1].n_fds = SIZE_MAX;
    s->processes[1].first_task = SIZE_MAX;
    s->processes[1].n_tasks = 5;
    struct pipes pipes;
    cr_assert(eq(int, pipes_init(&pipes, s), 0));
    cr_expect(eq(sz, pipes.n, s->n_channels));
    pipes_fini(&pipes);
    snapshot_free(s);
}

Test(pipes, none)
{
    struct snapshot *s = build_snapshot("10 1 x 3<a");
    struct pipes pipes;
    cr_assert(eq(int, pipes_init(&pipes, s), 0));
    cr_expect(eq(sz, pipes.n, 0));
    pipes_fini(&pipes);
    snapshot_free(s);
}

/* ---- many -------------------------------------------------------------------------------- */

static void add_pipe_fd(struct snapshot *s, int fd, unsigned access, uint64_t inode)
{
    struct fd_entry *e = snapshot_add_fd(s, fd);
    e->kind = FD_PIPE;
    e->device = BUILD_PIPE_DEVICE;
    e->inode = inode;
    e->access = access;
}

#define ELSEWHERE 99999 /* a parent that is not in the snapshot */

static struct process *add_waiting(struct snapshot *s, pid_t pid, pid_t ppid, enum wait_kind kind)
{
    struct process *p = snapshot_add_process(s, pid);
    p->ppid = ppid;
    p->is_detailed = true;
    p->state = 'S';
    p->n_threads = 1;
    p->waiting.kind = kind;
    p->waiting.fd = kind == WAIT_PIPE_READ ? 0 : -1;
    return p;
}

/* 20,000 processes that all hold both ends of one pipe and read it: each holds up all. */
Test(pipes, one_pipe_of_20000, .timeout = 20)
{
    struct snapshot *s = snapshot_new();
    snapshot_add_channel(s, CHANNEL_PIPE, BUILD_PIPE_DEVICE, 5)->fill_bytes = 0;
    for (pid_t pid = 1; pid <= 20000; pid++) {
        add_waiting(s, pid, ELSEWHERE, WAIT_PIPE_READ);
        add_pipe_fd(s, 0, FD_READ, 5);
        add_pipe_fd(s, 1, FD_WRITE, 5);
    }
    snapshot_finish(s);
    struct pipes pipes;
    cr_assert(eq(int, pipes_init(&pipes, s), 0));
    cr_expect(eq(sz, pipes.lanes[0].n_writers, 20000));
    cr_expect(eq(int, (int)pipes.lanes[0].condition, PIPE_EOF_WITHHELD));
    pipes_fini(&pipes);
    snapshot_free(s);
}

/*
 * A chain of 5,000, each waiting for the next; the last reads a pipe whose write end the first
 * holds. Guilty; and innocent as soon as one of them all has another child that sleeps.
 */
Test(pipes, chain_of_5000_waits, .timeout = 20)
{
    for (int has_sleeper = 0; has_sleeper < 2; has_sleeper++) {
        struct snapshot *s = snapshot_new();
        snapshot_add_channel(s, CHANNEL_PIPE, BUILD_PIPE_DEVICE, 5)->fill_bytes = 0;
        for (pid_t pid = 1; pid <= 5000; pid++) {
            add_waiting(s, pid, pid == 1 ? ELSEWHERE : pid - 1,
                        pid == 5000 ? WAIT_PIPE_READ : WAIT_CHILD);
            if (pid == 1)
                add_pipe_fd(s, 3, FD_WRITE, 5);
            if (pid == 5000)
                add_pipe_fd(s, 0, FD_READ, 5);
        }
        if (has_sleeper)
            add_waiting(s, 5001, 4990, WAIT_SLEEP);
        snapshot_finish(s);
        struct pipes pipes;
        cr_assert(eq(int, pipes_init(&pipes, s), 0));
        cr_expect(
            eq(int, (int)pipes.lanes[0].condition, has_sleeper ? PIPE_STARVED : PIPE_EOF_WITHHELD));
        pipes_fini(&pipes);
        snapshot_free(s);
    }
}

/* A pipeline of 10,000, each reading from the one before; the first one sleeps, or has gone. */
Test(pipes, pipeline_of_10000, .timeout = 20)
{
    struct snapshot *s = snapshot_new();
    for (pid_t pid = 1; pid <= 10000; pid++) {
        snapshot_add_channel(s, CHANNEL_PIPE, BUILD_PIPE_DEVICE, (uint64_t)pid)->fill_bytes = 0;
        add_waiting(s, pid, ELSEWHERE, pid == 1 ? WAIT_SLEEP : WAIT_PIPE_READ);
        if (pid > 1)
            add_pipe_fd(s, 0, FD_READ, (uint64_t)pid - 1);
        add_pipe_fd(s, 1, FD_WRITE, (uint64_t)pid);
    }
    snapshot_finish(s);
    struct pipes pipes;
    cr_assert(eq(int, pipes_init(&pipes, s), 0));
    cr_expect(eq(int, (int)pipes.lanes[5000].condition, PIPE_STARVED));
    cr_expect(eq(int, (int)pipes.lanes[9999].condition, PIPE_NO_READER));
    pipes_fini(&pipes);
    snapshot_free(s);
}
