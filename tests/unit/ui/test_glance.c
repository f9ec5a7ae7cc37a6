/* What is worth a new picture, and what is not. */
#include "ui/glance.h"

#include "model/snapshot.h"

#include <criterion/criterion.h>

/* Two processes, a task and an fd each, one pipe. */
static struct snapshot *make(void)
{
    struct snapshot *s = snapshot_new();
    for (pid_t pid = 10; pid <= 11; pid++) {
        struct process *p = snapshot_add_process(s, pid);
        p->state = 'S';
        p->comm_text = snapshot_add_text(s, "yes", 3);
        struct task *t = snapshot_add_task(s, pid);
        t->state = 'S';
        struct fd_entry *fd = snapshot_add_fd(s, 1);
        fd->inode = 77;
    }
    struct channel *c = snapshot_add_channel(s, CHANNEL_PIPE, 1, 77);
    c->fill_bytes = 100;
    snapshot_finish(s);
    return s;
}

static struct snapshot *before, *after;

static void start(void)
{
    before = make();
    after = make();
    cr_assert(glance_is_same(before, after));
}

static void stop(void)
{
    snapshot_free(before);
    snapshot_free(after);
}

TestSuite(glance, .init = start, .fini = stop, .timeout = 20);

Test(glance, time_alone_is_nothing_to_see)
{
    after->time_ns += 50000000;
    after->processes[0].user_ticks++;
    after->processes[0].run_ns++;
    cr_expect(glance_is_same(before, after));
}

Test(glance, a_state)
{
    after->processes[1].state = 'R';
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, what_a_task_waits_for)
{
    after->tasks[1].waiting.kind = WAIT_PIPE_WRITE;
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, another_parent)
{
    after->processes[0].ppid = 1;
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, a_reused_pid)
{
    after->processes[0].start_ticks++;
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, another_program)
{
    after->processes[0].comm_text = snapshot_add_text(after, "cat", 3);
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, bytes_that_moved)
{
    after->processes[0].written_bytes = 5;
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, a_pipe_that_fills)
{
    after->channels[0].fill_bytes++;
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, an_end_of_another_pipe)
{
    after->fds[0].inode = 78;
    cr_expect_not(glance_is_same(before, after));
}

Test(glance, a_birth)
{
    snapshot_add_process(after, 12);
    cr_expect_not(glance_is_same(before, after));
}
