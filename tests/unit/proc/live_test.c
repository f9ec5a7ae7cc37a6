/* The live source on real processes. */
#include "actor.h"

#include "proc/live.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct ends {
    int read, write;
};

static void make_pipe(struct ends *p)
{
    int fds[2];
    CHECK(pipe2(fds, O_CLOEXEC));
    p->read = fds[0];
    p->write = fds[1];
}

/* ---- acts: they run in children and assert nothing -------------------------- */

static int write_for_ever(void *arg)
{
    static const char block[4096];
    struct ends *p = arg;
    close(p->read);
    for (;;)
        if (write(p->write, block, sizeof block) == -1)
            return 1;
}

static int read_once(void *arg)
{
    struct ends *p = arg;
    char c;
    close(p->write);
    return read(p->read, &c, 1) == 0 ? 0 : 1;
}

/* ---- what is looked for ------------------------------------------------------- */

struct wanted {
    pid_t pid;
    enum wait_kind kind;
    int fd;
};

static bool waits(const struct snapshot *s, void *arg)
{
    const struct wanted *w = arg;
    const struct process *p = snapshot_find(s, w->pid);
    return p && p->waiting.kind == w->kind && (w->fd < 0 || p->waiting.fd == w->fd);
}

static struct snapshot *see_waiting(struct source *source, pid_t pid, enum wait_kind kind, int fd)
{
    char what[64];
    struct wanted w = {pid, kind, fd};
    snprintf(what, sizeof what, "%d wait for %s on fd %d", (int)pid, wait_kind_name(kind), fd);
    return actor_see(source, waits, &w, what);
}

static const struct fd_entry *fd_of(const struct snapshot *s, pid_t pid, int fd)
{
    const struct process *p = snapshot_find(s, pid);
    for (size_t i = 0; p && i < p->n_fds; i++)
        if (s->fds[p->first_fd + i].fd == fd)
            return &s->fds[p->first_fd + i];
    return NULL;
}

static const struct channel *channel_of(const struct snapshot *s, pid_t pid, int fd)
{
    const struct fd_entry *e = fd_of(s, pid, fd);
    cr_assert_not_null(e, "%d has no fd %d", (int)pid, fd);
    return snapshot_find_channel(s, e->device, e->inode);
}

Test(live, a_writer_blocked_on_a_full_pipe, .timeout = 30)
{
    struct ends p;
    make_pipe(&p);
    pid_t writer = actor_start(write_for_ever, &p);
    struct source *source = actor_watch(writer);
    struct snapshot *s = see_waiting(source, writer, WAIT_PIPE_WRITE, p.write);

    const struct process *w = snapshot_find(s, writer);
    cr_expect_str_eq(snapshot_text(s, w->waiting.syscall_text), "write");
    cr_expect(strstr(snapshot_text(s, w->waiting.channel_text), "pipe"));
    cr_expect_eq(w->state, 'S');
    const struct fd_entry *e = fd_of(s, writer, p.write);
    cr_assert_not_null(e);
    cr_expect_eq(e->kind, FD_PIPE);
    cr_expect_eq(e->access, FD_WRITE);
    cr_expect_null(fd_of(s, writer, p.read), "it closed that end");

    int fill = -1;
    CHECK(ioctl(p.read, FIONREAD, &fill));
    const struct channel *c = channel_of(s, writer, p.write);
    cr_assert_not_null(c);
    cr_expect_eq(c->kind, CHANNEL_PIPE);
    /* Seen through our own read end: we are an outside holder. */
    cr_expect_eq(c->fill_error, 0, "%s", strerrorname_np(c->fill_error));
    cr_expect_eq(c->fill_bytes, fill);
    cr_expect_eq(c->capacity_bytes, fcntl(p.read, F_GETPIPE_SZ));
    const struct process *us = snapshot_find(s, getpid());
    cr_assert_not_null(us);
    cr_expect(us->is_outside);
    cr_expect_not_null(fd_of(s, getpid(), p.read));
    snapshot_free(s);
    source_free(source);
    actor_end(writer);
}

Test(live, a_reader_blocked_on_an_empty_pipe, .timeout = 30)
{
    struct ends p;
    make_pipe(&p);
    pid_t reader = actor_start(read_once, &p);
    struct source *source = actor_watch(reader);
    struct snapshot *s = see_waiting(source, reader, WAIT_PIPE_READ, p.read);
    cr_expect_eq(fd_of(s, reader, p.read)->access, FD_READ);
    const struct channel *c = channel_of(s, reader, p.read);
    cr_assert_not_null(c);
    cr_expect_eq(c->fill_bytes, 0);
    cr_expect_eq(c->fill_error, 0);
    snapshot_free(s);
    source_free(source);
    actor_end(reader);
}

static bool has_no_reader(const struct snapshot *s, void *arg)
{
    const struct channel *c = channel_of(s, *(pid_t *)arg, ((int *)arg)[1]);
    return c && c->fill_error == EPIPE && c->fill_bytes == -1;
}

static int hold_write_end(void *arg)
{
    struct ends *p = arg;
    close(p->read);
    return actor_hold(NULL);
}

Test(live, without_a_reader_the_fill_is_unknown, .timeout = 30)
{
    struct ends p;
    make_pipe(&p);
    pid_t holder = actor_start(hold_write_end, &p);
    close(p.read);
    struct source *source = actor_watch(holder);
    int wanted[2] = {(int)holder, p.write};
    struct snapshot *s = actor_see(source, has_no_reader, wanted, "a pipe without a reader");
    snapshot_free(s);
    source_free(source);
    actor_end(holder);
}

Test(live, no_peek_opens_nothing, .timeout = 30)
{
    struct ends p;
    make_pipe(&p);
    CHECK((int)write(p.write, "x", 1));
    pid_t reader = actor_start(actor_hold, NULL);
    struct live_options options = {.root_pid = reader, .no_peek = true};
    struct source *source;
    struct snapshot *s;
    cr_assert_eq(live_open(&options, &source), 0);
    cr_assert_eq(source_next(source, &s), 0);
    const struct channel *c = channel_of(s, reader, p.read);
    cr_assert_not_null(c);
    cr_expect_eq(c->fill_bytes, -1);
    cr_expect_eq(c->capacity_bytes, -1);
    cr_expect_eq(c->fill_error, ECANCELED);
    snapshot_free(s);
    source_free(source);
    actor_end(reader);
}

/* ---- FIFOs -------------------------------------------------------------------- */

static int write_fifo(void *arg)
{
    struct ends p = {-1, open(arg, O_WRONLY)};
    if (p.write < 0 || dup2(p.write, 29) == -1)
        return 1;
    close(p.write);
    p.write = 29;
    return write_for_ever(&p);
}

static int hold_fifo_reader(void *arg)
{
    int fd = open(arg, O_RDONLY);
    if (fd < 0 || dup2(fd, 28) == -1)
        return 1;
    close(fd);
    return actor_hold(NULL);
}

static int both_sides_of_fifo(void *arg)
{
    pid_t reader = actor_fork();
    if (reader == 0)
        return hold_fifo_reader(arg);
    return write_fifo(arg);
}

static bool sees_full_fifo(const struct snapshot *s, void *arg)
{
    struct wanted w = {*(pid_t *)arg, WAIT_PIPE_WRITE, 29};
    if (!waits(s, &w))
        return false;
    const struct channel *c = channel_of(s, w.pid, 29);
    return c && c->kind == CHANNEL_FIFO && c->fill_bytes == 65536;
}

Test(live, fifo_has_its_path_and_fill, .timeout = 30)
{
    char dir[] = "/tmp/proclab-fifo.XXXXXX", path[64];
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/f", dir);
    CHECK(mkfifo(path, 0600));
    pid_t root = actor_start(both_sides_of_fifo, path);
    struct source *source = actor_watch(root);
    struct snapshot *s = actor_see(source, sees_full_fifo, &root, "a full FIFO");
    const struct fd_entry *e = fd_of(s, root, 29);
    cr_expect_eq(e->kind, FD_FIFO);
    cr_expect_eq(e->access, FD_WRITE);
    cr_expect_str_eq(snapshot_text(s, e->target_text), path);
    const struct channel *c = channel_of(s, root, 29);
    cr_expect_str_eq(snapshot_text(s, c->path_text), path);
    for (size_t i = 0; i < s->n_processes; i++)
        if (s->processes[i].ppid == root)
            kill(s->processes[i].pid, SIGKILL);
    snapshot_free(s);
    source_free(source);
    actor_end(root);
    unlink(path);
    rmdir(dir);
}

/* Who waits in open() for the other side has no end yet, and watching must not give it one. */
Test(live, a_writer_that_waits_for_a_reader_to_open_is_left_waiting, .timeout = 30)
{
    char dir[] = "/tmp/proclab-fifo.XXXXXX", path[64];
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/f", dir);
    CHECK(mkfifo(path, 0600));
    pid_t writer = actor_start(write_fifo, path);
    struct source *source = actor_watch(writer);
    snapshot_free(see_waiting(source, writer, WAIT_OTHER, -1));
    for (int look = 0; look < 200; look++) {
        struct snapshot *s;
        cr_assert_eq(source_next(source, &s), 0);
        cr_assert_eq(snapshot_find(s, writer)->waiting.kind, WAIT_OTHER);
        cr_assert_null(fd_of(s, writer, 29));
        snapshot_free(s);
    }
    source_free(source);
    actor_end(writer);
    unlink(path);
    rmdir(dir);
}

/* ---- socketpairs ------------------------------------------------------------------ */

/* A socket of a watched process, by its fd. */
struct end {
    pid_t pid;
    int fd;
};

static const struct channel *lane_towards(const struct snapshot *s, const struct end *end)
{
    const struct fd_entry *e = fd_of(s, end->pid, end->fd);
    const struct channel *c = e ? snapshot_find_channel(s, e->device, e->inode) : NULL;
    return c && c->kind == CHANNEL_SOCKETPAIR ? c : NULL;
}

static bool has_both_lanes(const struct snapshot *s, void *arg)
{
    const struct channel *c = lane_towards(s, arg);
    return c && snapshot_find_channel(s, c->device, c->peer_inode);
}

Test(live, socketpair_is_two_lanes, .timeout = 30)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
    pid_t holder = actor_start(actor_hold, NULL); /* holds both ends, as we do */
    CHECK((int)write(pair[0], "12345", 5));
    struct source *source = actor_watch(holder);
    struct end end = {holder, pair[0]};
    struct snapshot *s = actor_see(source, has_both_lanes, &end, "the lanes of a socketpair");
    const struct fd_entry *a = fd_of(s, holder, pair[0]), *b = fd_of(s, holder, pair[1]);
    cr_assert(a && b);
    cr_expect_eq(a->kind, FD_SOCKET);
    cr_expect_eq(a->access, FD_READ | FD_WRITE);
    const struct channel *to_a = snapshot_find_channel(s, a->device, a->inode);
    const struct channel *to_b = snapshot_find_channel(s, b->device, b->inode);
    cr_assert(to_a && to_b);
    cr_expect_eq(to_a->peer_inode, b->inode);
    cr_expect_eq(to_b->peer_inode, a->inode);
    cr_expect_eq(to_a->fill_bytes, 0);
    cr_expect_eq(to_b->fill_bytes, 5);
    cr_expect_eq(to_b->capacity_bytes, -1);
    snapshot_free(s);
    source_free(source);
    actor_end(holder);
}

static int read_socket(void *arg)
{
    int *pair = arg;
    char c;
    close(pair[0]);
    return (int)read(pair[1], &c, 1);
}

Test(live, a_socket_whose_other_end_is_outside, .timeout = 30)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
    pid_t reader = actor_start(read_socket, pair);
    close(pair[1]);
    struct source *source = actor_watch(reader);
    snapshot_free(see_waiting(source, reader, WAIT_SOCKET, pair[1]));
    struct end end = {reader, pair[1]};
    struct snapshot *s = actor_see(source, has_both_lanes, &end, "lanes to an outside holder");
    const struct process *us = snapshot_find(s, getpid());
    cr_assert_not_null(us);
    cr_expect(us->is_outside);
    cr_expect_not_null(fd_of(s, getpid(), pair[0]));
    snapshot_free(s);
    source_free(source);
    actor_end(reader);
}

static int connect_nowhere(void *arg)
{
    (void)arg;
    if (dup2(socket(AF_INET, SOCK_DGRAM, 0), 20) == -1 ||
        dup2(socket(AF_UNIX, SOCK_STREAM, 0), 21) == -1)
        return 1;
    return actor_hold(NULL);
}

static bool has_two_sockets(const struct snapshot *s, void *arg)
{
    pid_t pid = *(pid_t *)arg;
    const struct fd_entry *udp = fd_of(s, pid, 20), *alone = fd_of(s, pid, 21);
    return udp && alone && udp->kind == FD_SOCKET && alone->kind == FD_SOCKET;
}

Test(live, sockets_that_are_no_pair_are_no_lane, .timeout = 30)
{
    pid_t holder = actor_start(connect_nowhere, NULL);
    struct source *source = actor_watch(holder);
    struct snapshot *s = actor_see(source, has_two_sockets, &holder, "two sockets");
    for (int fd = 20; fd <= 21; fd++)
        cr_expect_null(lane_towards(s, &(struct end){holder, fd}));
    snapshot_free(s);
    source_free(source);
    actor_end(holder);
}

/* ---- lives ------------------------------------------------------------------------ */

static int leave_a_zombie(void *arg)
{
    (void)arg;
    if (fork() == 0)
        _exit(7);
    return actor_hold(NULL);
}

static bool has_zombie(const struct snapshot *s, void *arg)
{
    for (size_t i = 0; i < s->n_processes; i++)
        if (s->processes[i].state == 'Z') {
            *(pid_t *)arg = s->processes[i].pid;
            return true;
        }
    return false;
}

Test(live, zombie_and_its_status, .timeout = 30)
{
    pid_t parent = actor_start(leave_a_zombie, NULL), zombie = 0;
    struct source *source = actor_watch(parent);
    struct snapshot *s = actor_see(source, has_zombie, &zombie, "a zombie");
    const struct process *z = snapshot_find(s, zombie);
    cr_expect_eq(z->ppid, parent);
    cr_expect(WIFEXITED(z->exit_status));
    cr_expect_eq(WEXITSTATUS(z->exit_status), 7);
    cr_expect_eq(z->n_fds, 0);
    cr_expect_eq(z->waiting.kind, WAIT_NOTHING);
    cr_expect_eq(snapshot_find(s, parent)->exit_status, -1);
    snapshot_free(s);
    source_free(source);
    actor_end(parent);
}

static int zombie_of_0(void *arg)
{
    (void)arg;
    if (fork() == 0)
        _exit(0);
    return actor_hold(NULL);
}

Test(live, zombie_of_status_0_is_known_to_be_0, .timeout = 30)
{
    pid_t parent = actor_start(zombie_of_0, NULL), zombie = 0;
    struct source *source = actor_watch(parent);
    struct snapshot *s = actor_see(source, has_zombie, &zombie, "a zombie");
    cr_expect_eq(snapshot_find(s, zombie)->exit_status, 0);
    snapshot_free(s);
    source_free(source);
    actor_end(parent);
}

static bool is_empty(const struct snapshot *s, void *arg)
{
    (void)arg;
    return s->n_processes == 0;
}

Test(live, the_end_of_the_root_is_an_empty_snapshot, .timeout = 30)
{
    pid_t root = actor_start(actor_hold, NULL);
    struct source *source = actor_watch(root);
    actor_end(root);
    snapshot_free(actor_see(source, is_empty, NULL, "an empty snapshot"));
    struct source *second = NULL;
    struct live_options options = {.root_pid = root};
    cr_expect_eq(live_open(&options, &second), -ESRCH);
    source_free(source);
}

static int orphan_a_child(void *arg)
{
    (void)arg;
    if (actor_fork() == 0) { /* the middle one */
        if (fork() == 0) {
            alarm(60); /* it outlives the middle one: nothing else is sure to end it */
            return actor_hold(NULL);
        }
        pause();
    }
    return actor_hold(NULL);
}

struct family {
    pid_t root, middle, orphan;
};

static bool has_grandchild(const struct snapshot *s, void *arg)
{
    struct family *f = arg;
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        if (p->ppid == f->root)
            f->middle = p->pid;
    }
    for (size_t i = 0; f->middle && i < s->n_processes; i++)
        if (s->processes[i].ppid == f->middle)
            f->orphan = s->processes[i].pid;
    return f->orphan != 0;
}

static bool is_adopted(const struct snapshot *s, void *arg)
{
    const struct family *f = arg;
    const struct process *p = snapshot_find(s, f->orphan);
    return p && !p->is_outside && p->ppid != f->middle;
}

Test(live, an_orphan_stays_in_sight, .timeout = 30)
{
    struct family f = {.root = actor_start(orphan_a_child, NULL)};
    struct source *source = actor_watch(f.root);
    snapshot_free(actor_see(source, has_grandchild, &f, "three generations"));
    kill(f.middle, SIGKILL);
    snapshot_free(actor_see(source, is_adopted, &f, "the orphan, adopted"));
    kill(f.orphan, SIGKILL);
    source_free(source);
    actor_end(f.root);
}

static int exec_sleep(void *arg)
{
    (void)arg;
    execlp("sleep", "sleep", "1000", (char *)NULL);
    return 127;
}

static bool is_sleep(const struct snapshot *s, void *arg)
{
    const struct process *p = snapshot_find(s, *(pid_t *)arg);
    return p && strcmp(snapshot_text(s, p->comm_text), "sleep") == 0 &&
           p->waiting.kind == WAIT_SLEEP;
}

Test(live, exec_brings_new_arguments, .timeout = 30)
{
    pid_t pid = actor_start(exec_sleep, NULL);
    struct source *source = actor_watch(pid);
    struct snapshot *s = actor_see(source, is_sleep, &pid, "sleep asleep");
    const struct process *p = snapshot_find(s, pid);
    cr_assert_eq(p->args_bytes, sizeof "sleep\0001000");
    cr_expect_arr_eq(snapshot_text(s, p->args_text), "sleep\0001000", sizeof "sleep\0001000");
    cr_expect_eq(p->uid, geteuid());
    cr_expect_geq(p->voluntary, 1);
    cr_expect_gt(p->run_ns, 0);
    cr_expect_gt(p->rss_bytes, 0);
    snapshot_free(s);
    source_free(source);
    actor_end(pid);
}

/* ---- threads ------------------------------------------------------------------------- */

/* As setproctitle(3bsd) does, when it is told to. */
static int write_a_title(void *arg)
{
    char byte;
    struct ends *p = arg;
    if (read(p->read, &byte, 1) == 1)
        memcpy(program_invocation_name, "x: title", sizeof "x: title" - 1);
    return actor_hold(NULL);
}

static bool has_title(const struct snapshot *s, void *arg)
{
    size_t len;
    const struct process *p = snapshot_find(s, *(pid_t *)arg);
    const char *args = p ? snapshot_args(s, p, &len) : NULL;
    return args && len > 8 && memcmp(args, "x: title", 8) == 0;
}

Test(live, a_title_that_is_written_later, .timeout = 30)
{
    struct ends p;
    make_pipe(&p);
    pid_t pid = actor_start(write_a_title, &p);
    struct source *source = actor_watch(pid);
    snapshot_free(see_waiting(source, pid, WAIT_PIPE_READ, p.read));
    struct snapshot *s;
    cr_assert_eq(source_next(source, &s), 0);
    cr_expect(!has_title(s, &pid));
    snapshot_free(s);
    cr_assert_eq(write(p.write, "x", 1), 1);
    snapshot_free(actor_see(source, has_title, &pid, "its title"));
    source_free(source);
    actor_end(pid);
    close(p.read);
    close(p.write);
}

static void *thread_read(void *arg)
{
    char c;
    return read(*(int *)arg, &c, 1) < 0 ? arg : NULL;
}

static int three_threads(void *arg)
{
    struct ends *p = arg;
    pthread_t a, b;
    if (pthread_create(&a, NULL, thread_read, &p->read) ||
        pthread_create(&b, NULL, thread_read, &p->read))
        return 1;
    pthread_join(a, NULL);
    return 0;
}

static bool two_threads_read(const struct snapshot *s, void *arg)
{
    const struct process *p = snapshot_find(s, *(pid_t *)arg);
    size_t readers = 0;
    for (size_t i = 0; p && i < p->n_tasks; i++)
        readers += s->tasks[p->first_task + i].waiting.kind == WAIT_PIPE_READ;
    return readers == 2 && p->n_tasks == 3 && p->waiting.kind == WAIT_FUTEX;
}

Test(live, threads_have_rows_of_their_own, .timeout = 30)
{
    struct ends p;
    make_pipe(&p);
    pid_t pid = actor_start(three_threads, &p);
    struct source *source = actor_watch(pid);
    struct snapshot *s = actor_see(source, two_threads_read, &pid, "two threads reading");
    const struct process *q = snapshot_find(s, pid);
    int64_t voluntary = 0;
    cr_expect_eq(q->n_threads, 3);
    for (size_t i = 0; i < q->n_tasks; i++) {
        const struct task *t = &s->tasks[q->first_task + i];
        cr_expect(i == 0 ? t->tid == pid : t->tid > t[-1].tid);
        cr_expect(t->tid == pid || t->waiting.fd == p.read);
        voluntary += t->voluntary;
    }
    cr_expect_eq(q->voluntary, voluntary);
    snapshot_free(s);
    source_free(source);
    actor_end(pid);
}

/* A child of a thread that is not the main one is in that thread's children file. */
static void *thread_fork(void *arg)
{
    if (actor_fork() == 0)
        _exit(actor_hold(arg));
    actor_hold(arg);
    return NULL;
}

static int fork_in_a_thread(void *arg)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, thread_fork, arg))
        return 1;
    return actor_hold(NULL);
}

static bool has_child(const struct snapshot *s, void *arg)
{
    pid_t *family = arg;
    for (size_t i = 0; i < s->n_processes; i++)
        if (s->processes[i].ppid == family[0])
            family[1] = s->processes[i].pid;
    return family[1] != 0;
}

Test(live, finds_the_children_of_threads, .timeout = 30)
{
    pid_t family[2] = {actor_start(fork_in_a_thread, NULL), 0};
    struct source *source = actor_watch(family[0]);
    snapshot_free(actor_see(source, has_child, family, "the child of a thread"));
    kill(family[1], SIGKILL);
    source_free(source);
    actor_end(family[0]);
}

/* ---- the whole system, and little room --------------------------------------------- */

static bool has_details_of_us(const struct snapshot *s, void *arg)
{
    (void)arg;
    const struct process *p = snapshot_find(s, getpid());
    return p && p->is_detailed && p->n_fds > 0;
}

Test(live, the_whole_system_has_us_in_it, .timeout = 60)
{
    struct source *source = actor_watch(0);
    struct snapshot *s = actor_see(source, has_details_of_us, NULL, "ourselves in detail");
    cr_expect_eq(s->root_pid, 0);
    cr_expect_gt(s->births, 0);
    cr_expect_not_null(snapshot_find(s, getppid()));
    for (size_t i = 1; i < s->n_processes; i++)
        cr_assert_lt(s->processes[i - 1].pid, s->processes[i].pid);
    snapshot_free(s);
    source_free(source);
}

static rlim_t lower_fd_limit(rlim_t to)
{
    struct rlimit limit = {to, to};
    CHECK(setrlimit(RLIMIT_NOFILE, &limit));
    return to;
}

Test(live, works_with_64_fds, .timeout = 60)
{
    enum { N = 60 };
    pid_t children[N];
    lower_fd_limit(64);
    for (int i = 0; i < N; i++)
        children[i] = actor_start(actor_hold, NULL);
    for (int whole = 0; whole < 2; whole++) {
        struct live_options options = {.root_pid = whole ? 0 : getpid(), .all_details = whole};
        struct source *source;
        cr_assert_eq(live_open(&options, &source), 0);
        for (int look = 0; look < 3; look++) {
            struct snapshot *s;
            int rc = source_next(source, &s);
            cr_assert_eq(rc, 0, "%s", rc < 0 ? strerrorname_np(-rc) : "");
            for (int i = 0; i < N; i++) {
                const struct process *p = snapshot_find(s, children[i]);
                cr_assert_not_null(p);
                cr_assert(p->is_detailed && p->n_fds > 0 && p->voluntary >= 0);
            }
            /* There is room left for the rest of the program. */
            int fd = CHECK(open("/dev/null", O_RDONLY | O_CLOEXEC));
            close(fd);
            snapshot_free(s);
        }
        source_free(source);
    }
    for (int i = 0; i < N; i++)
        actor_end(children[i]);
}

Test(live, raises_the_soft_limit_only_when_it_is_in_the_way, .timeout = 60)
{
    struct rlimit limit;
    pid_t child = actor_start(actor_hold, NULL);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit));
    cr_assert_gt(limit.rlim_max, 128);
    limit.rlim_cur = 128;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit));
    struct source *source = actor_watch(child);
    struct snapshot *s;
    cr_assert_eq(source_next(source, &s), 0);
    snapshot_free(s);
    source_free(source);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit));
    cr_expect_eq(limit.rlim_cur, 128);
    actor_end(child);
}

/* Somebody else's process: what may be seen is seen, the rest is unknown and counted. */
Test(live, a_process_of_another_user, .timeout = 60)
{
    if (geteuid() == 0)
        CHECK(seteuid(65534));
    struct source *source = actor_watch(1);
    struct snapshot *s;
    cr_assert_eq(source_next(source, &s), 0);
    const struct process *init = snapshot_find(s, 1);
    cr_assert_not_null(init);
    cr_expect_eq(init->fds_error, EACCES);
    cr_expect_eq(init->n_fds, 0);
    cr_expect_eq(init->read_bytes, -1);
    cr_expect_geq(init->voluntary, 0, "anybody may read that");
    cr_expect_geq(s->hidden, 1);
    snapshot_free(s);
    source_free(source);
}
