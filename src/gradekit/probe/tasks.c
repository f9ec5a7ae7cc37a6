#include "gradekit/probe/tasks.h"

#include "gradekit/probe/internal.h"
#include "gradekit/probe/probe.h"
#include "gradekit/probe/tasks_parts.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum {
    REST_US = 100,
    ASLEEP_LOOKS = 2,   /* in a row: then it waits for something */
    WAIT_LOOKS = 12000, /* some two seconds */
};

struct tasks *probe_tasks;
_Thread_local int probe_tasks_me = -1;

static bool is_noting, is_failing;
static unsigned successes_left;
static int wait_cell, hold_cell = -1;
static unsigned wait_at_least; /* 0: no waiting */
static void (*call_before_made)(void), (*call_at_end)(void);

void probe_tasks_rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = REST_US * 1000L}, NULL);
}

static void make_tasks(void)
{
    if (probe_tasks)
        return;
    probe_tasks =
        mmap(NULL, sizeof *probe_tasks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    probe_must(probe_tasks != MAP_FAILED);
}

char probe_tasks_state(pid_t pid, pid_t tid)
{
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, (int)tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ESRCH ? 0 : 'R'; /* no fd left: it may well run */
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    const char *after = strrchr(text, ')');
    if (!after || !after[1])
        return 0;
    return after[2];
}

bool probe_tasks_has_ended(char state)
{
    return state == 0 || state == 'Z' || state == 'X';
}

void probe_tasks_wait_for_caller(unsigned n)
{
    enum { LOOKS = 3000 };
    unsigned asleep = 0;
    for (unsigned i = 0; i < LOOKS && probe_tasks->n < n && asleep < ASLEEP_LOOKS; i++) {
        if (hold_cell >= 0 && probe_cell(hold_cell) > 0)
            return;
        probe_tasks_rest();
        char state = probe_tasks_state(probe_caller_pid, probe_caller_pid);
        asleep = state == 'S' || probe_tasks_has_ended(state) ? asleep + 1 : 0;
    }
}

/* ---- tasks that begin and end --------------------------------------------------- */

/* Its maker calls this before. */
void probe_task_is_next(void)
{
    if (is_noting && call_before_made)
        call_before_made();
}

/* The new task itself calls this first. */
void probe_task_began(void)
{
    if (!is_noting)
        return;
    int error = errno;
    unsigned i = atomic_fetch_add(&probe_tasks->n, 1);
    if (i < TASKS_MAX) {
        probe_tasks->who[i].pid = getpid();
        probe_tasks->who[i].tid = gettid();
        probe_tasks_me = (int)i;
    }
    for (unsigned n = 0; n < WAIT_LOOKS && probe_cell(wait_cell) < wait_at_least; n++)
        probe_tasks_rest();
    if (hold_cell >= 0)
        probe_tasks_wait_for_caller(UINT32_MAX);
    probe_meeting_begin();
    errno = error;
    if (i < TASKS_MAX)
        probe_steps_begin();
}

/* Its maker calls this afterwards. */
void probe_task_made(void)
{
    if (is_noting)
        probe_tasks->n_made++;
}

/* Before the C library blocks all signals and takes a thread's stack away. */
static void task_ends(void)
{
    if (probe_tasks_me < 0)
        return;
    probe_steps_end();
    if (call_at_end)
        call_at_end();
    probe_tasks->task[probe_tasks_me].is_over = true;
}

void probe_tasks_note(void)
{
    make_tasks();
    memset(probe_tasks, 0, sizeof *probe_tasks);
    hold_cell = -1; /* not before: who is held still looks at it */
    call_before_made = call_at_end = NULL;
    is_noting = true;
    probe_tasks_me = -1;
}

void probe_tasks_forget(void)
{
    is_noting = is_failing = false;
    wait_at_least = 0;
    probe_steps_forget();
}

void probe_tasks_wait(int cell, unsigned at_least)
{
    wait_cell = cell;
    wait_at_least = at_least;
}

void probe_tasks_hold(int cell)
{
    hold_cell = cell;
}

void probe_tasks_call(void (*before_made)(void), void (*at_end)(void))
{
    call_before_made = before_made;
    call_at_end = at_end;
}

unsigned probe_tasks_running(void)
{
    unsigned begun = probe_tasks->n, made = probe_tasks->n_made;
    unsigned n = made > begun ? made - begun : 0;
    for (unsigned i = 0; i < begun && i < TASKS_MAX; i++)
        n += !probe_tasks->task[i].is_over &&
             !probe_tasks_has_ended(
                 probe_tasks_state(probe_tasks->who[i].pid, probe_tasks->who[i].tid));
    return n;
}

/* Different ones among the first n, of the caller's process (threads) or of others. */
static unsigned count_different(const struct identity who[], unsigned n, bool wants_threads)
{
    unsigned different = 0;
    for (unsigned i = 0; i < n && i < TASKS_MAX; i++) {
        bool is_thread = who[i].pid == probe_caller_pid;
        bool is_new = is_thread == wants_threads && who[i].tid != probe_caller_pid;
        for (unsigned k = 0; k < i && is_new; k++)
            is_new = wants_threads ? who[k].tid != who[i].tid : who[k].pid != who[i].pid;
        different += is_new;
    }
    return different;
}

unsigned probe_tasks_threads(void)
{
    return count_different(probe_tasks->who, probe_tasks->n, true);
}

unsigned probe_tasks_processes(void)
{
    return count_different(probe_tasks->who, probe_tasks->n, false);
}

static unsigned count_threads(void)
{
    unsigned n = 0;
    DIR *folder = opendir("/proc/self/task");
    probe_must(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

unsigned probe_tasks_left(void)
{
    enum { TRIES = 5000 };
    unsigned n = count_threads();
    for (int i = 0; i < TRIES && n > 1; i++) {
        probe_tasks_rest();
        n = count_threads();
    }
    return n - 1;
}

/* ---- threads: before the C library's functions ------------------------------------ */

struct start {
    void *(*pthread)(void *);
    int (*thrd)(void *);
    void *arg;
    atomic_bool is_taken;
};

/*
 * A thread has 2 MiB of stack, and no heap of its own, which would take 64 MiB of addresses: of these a probe has
 * 512 MiB, and threads that nobody joins are to use them up, not those that are.
 */
__attribute__((constructor)) static void make_threads_small(void)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) == 0) {
        pthread_attr_setstacksize(&attributes, 2 << 20);
        pthread_setattr_default_np(&attributes);
        pthread_attr_destroy(&attributes);
    }
    mallopt(M_ARENA_MAX, 1);
}

static struct start take_start(void *arg)
{
    struct start start = *(struct start *)arg;
    ((struct start *)arg)->is_taken = false;
    probe_task_began();
    return start;
}

static void *start_pthread(void *arg)
{
    struct start start = take_start(arg);
    void *result = start.pthread(start.arg);
    task_ends();
    return result;
}

static int start_thrd(void *arg)
{
    struct start start = take_start(arg);
    int result = start.thrd(start.arg);
    task_ends();
    return result;
}

/* A pointer to an object is not one to a function in ISO C; POSIX says that dlsym()'s is both. */
static void find(void *function, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

static bool thread_fails(void)
{
    if (!is_failing || getpid() != probe_caller_pid)
        return false;
    if (successes_left > 0) {
        successes_left--;
        return false;
    }
    return true;
}

/* Not malloc'ed: free() would be called by the thread, and make it a heap. NULL: none is left. */
static struct start *new_start(void *(*pthread)(void *), int (*thrd)(void *), void *arg)
{
    static struct start starts[TASKS_MAX];
    for (int i = 0; i < TASKS_MAX; i++)
        if (!atomic_exchange(&starts[i].is_taken, true)) {
            starts[i].pthread = pthread;
            starts[i].thrd = thrd;
            starts[i].arg = arg;
            return &starts[i];
        }
    return NULL;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *),
                   void *arg)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    find(&create, "pthread_create");
    if (!is_noting)
        return create(thread, attributes, function, arg);
    bool is_stepped = probe_tasks_pause();
    int error = thread_fails() ? EAGAIN : 0;
    struct start *start = new_start(function, NULL, arg);
    if (!error)
        probe_task_is_next();
    if (!error)
        error = start ? create(thread, attributes, start_pthread, start) : EAGAIN;
    if (error) {
        if (start)
            start->is_taken = false;
        probe_tasks->failed_threads++;
    } else {
        probe_task_made();
    }
    probe_tasks_resume(is_stepped);
    return error;
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *arg)
{
    int (*create)(thrd_t *, thrd_start_t, void *);
    find(&create, "thrd_create");
    if (!is_noting)
        return create(thread, function, arg);
    bool is_stepped = probe_tasks_pause();
    int result = thread_fails() ? thrd_nomem : thrd_success;
    struct start *start = new_start(NULL, function, arg);
    if (result == thrd_success)
        probe_task_is_next();
    if (result == thrd_success)
        result = start ? create(thread, start_thrd, start) : thrd_nomem;
    if (result != thrd_success) {
        if (start)
            start->is_taken = false;
        probe_tasks->failed_threads++;
    } else {
        probe_task_made();
    }
    probe_tasks_resume(is_stepped);
    return result;
}

/*
 * SIGTRAP and SIGSEGV cannot be blocked while they are ours: a thread that blocks all signals, as many
 * rightly do, would be killed by the first of them.
 */
static const sigset_t *without_ours(int how, const sigset_t *set, sigset_t *copy)
{
    if (!set || how == SIG_UNBLOCK || (!is_noting && !probe_meeting_is_on()))
        return set;
    *copy = *set;
    sigdelset(copy, SIGTRAP);
    sigdelset(copy, SIGSEGV);
    return copy;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    static int (*libc_sigprocmask)(int, const sigset_t *, sigset_t *);
    sigset_t copy;
    if (!libc_sigprocmask)
        find(&libc_sigprocmask, "sigprocmask");
    return libc_sigprocmask(how, without_ours(how, set, &copy), old);
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    static int (*libc_pthread_sigmask)(int, const sigset_t *, sigset_t *);
    sigset_t copy;
    if (!libc_pthread_sigmask)
        find(&libc_pthread_sigmask, "pthread_sigmask");
    return libc_pthread_sigmask(how, without_ours(how, set, &copy), old);
}

_Noreturn void pthread_exit(void *result)
{
    void (*leave)(void *);
    find(&leave, "pthread_exit");
    task_ends();
    leave(result);
    abort(); /* not reached */
}

_Noreturn void thrd_exit(int result)
{
    void (*leave)(int);
    find(&leave, "thrd_exit");
    task_ends();
    leave(result);
    abort(); /* not reached */
}

/* A process that was made ends. (exit(3) does not come here.) */
_Noreturn void _exit(int status)
{
    if (probe_tasks_me >= 0 && getpid() != probe_caller_pid && call_at_end)
        call_at_end();
    for (;;)
        syscall(SYS_exit_group, status);
}

_Noreturn void _Exit(int status)
{
    _exit(status);
}

void probe_fail_threads(unsigned successes)
{
    is_failing = true;
    successes_left = successes;
}

unsigned probe_failed_threads(void)
{
    return probe_tasks->failed_threads;
}
