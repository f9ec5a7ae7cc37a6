#include "gradekit/watch.h"

#include "gradekit/record.h"
#include "gradekit/shared.h"
#include "gradekit/stillness.h"
#include "model/snapshot.h"
#include "model/source.h"
#include "proc/live.h"
#include "run/run.h"
#include "run/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_MS = 2,        /* how soon a hold is answered */
    FIRST_LOOK_MS = 60, /* most probes are over by then */
    LOOK_EVERY_MS = 40,
    LOOKS_MAX = 450,      /* some 20 s, and more where this machine is busy: see judge() */
    DEADLINE_MS = 110000, /* in any case */
    PROCESSES_MAX = 100,  /* beyond it is a fork bomb */
    OUTPUT_MAX = 16 << 20,
    MEMORY_MAX = 512 << 20,
    CPU_LIMIT_S = 4, /* the kernel's, behind ours */
    NPROC_LIMIT = 120,
    NOFILE_LIMIT = 256,
};
#define CPU_MAX_NS INT64_C(2000000000)

struct watch {
    struct record *record;
    struct shared *shared;
    int memory_fd, output_fd;
    struct sandbox *sandbox;
    struct run *run; /* the sandbox's */
    struct source *source;
    struct stillness stillness;
    struct snapshot *last; /* the last look; NULL: none yet */
    int64_t next_look_ms;
    unsigned n_looks;
    bool is_over;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* ---- starting --------------------------------------------------------------------- */

static int start(struct watch *w, const struct watch_options *options, const char *probe)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", locale[] = "LC_ALL=C",
                home[] = "HOME=/";
    char *env[] = {path, locale, home, NULL};
    char *argv[] = {strdupa(options->probes), strdupa(probe), NULL};
    const struct run_fd fds[] = {{w->memory_fd, SHARED_FD}};
    const struct run_limit limits[] = {
        {RLIMIT_CPU, CPU_LIMIT_S},   {RLIMIT_AS, MEMORY_MAX},       {RLIMIT_FSIZE, OUTPUT_MAX},
        {RLIMIT_NPROC, NPROC_LIMIT}, {RLIMIT_NOFILE, NOFILE_LIMIT}, {RLIMIT_CORE, 0},
    };
    const struct sandbox_spec spec = {
        .mode = options->sandbox,
        .program = options->probes,
        .argv = argv,
        .env = env,
        .stdio = {-1, w->output_fd, w->output_fd},
        .fds = fds,
        .n_fds = 1,
        .limits = limits,
        .n_limits = sizeof limits / sizeof limits[0],
        .deadline_ms = DEADLINE_MS,
    };
    int error = sandbox_start(&spec, &w->sandbox);
    if (error)
        return error;
    w->run = sandbox_run(w->sandbox);
    w->record->caller_pid = sandbox_root_pid(w->sandbox);
    const struct live_options live = {
        .root_pid = run_supervisor_pid(w->run),
        .is_supervisor = true,
        .no_outside = true, /* it was started with no fds but ours, which are no pipes */
    };
    return live_open(&live, &w->source);
}

static int open_files(struct watch *w)
{
    w->memory_fd = memfd_create("proclab-shared", MFD_CLOEXEC);
    w->output_fd = memfd_create("proclab-output", MFD_CLOEXEC);
    if (w->memory_fd < 0 || w->output_fd < 0 || ftruncate(w->memory_fd, SHARED_BYTES) < 0)
        return -errno;
    void *memory = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, w->memory_fd, 0);
    if (memory == MAP_FAILED)
        return -errno;
    w->shared = memory;
    return 0;
}

/* ---- looking ------------------------------------------------------------------------ */

static void keep_story(struct watch *w, const struct snapshot *s)
{
    free(w->record->story);
    w->record->story = record_describe_waiting(s, w->record->caller_pid);
}

/* Over, whether or not it has ended: this is how. */
static void conclude(struct watch *w, enum record_end end, const struct snapshot *s)
{
    w->record->end = end;
    w->is_over = true;
    if (s)
        keep_story(w, s);
}

static bool take_snapshot(struct watch *w, struct snapshot **s)
{
    *s = NULL;
    return source_next(w->source, s) == 0 && *s;
}

/* A probe waits for a look: take it, keep it, let it go on. */
static void answer_hold(struct watch *w)
{
    struct shared *shared = w->shared;
    uint32_t asked = atomic_load(&shared->holds_asked);
    if (asked == atomic_load(&shared->holds_answered))
        return;
    struct record *r = w->record;
    struct snapshot *s;
    if (take_snapshot(w, &s)) {
        if (r->n_looks < RECORD_LOOKS_MAX) {
            struct record_look *look = &r->looks[r->n_looks++];
            snprintf(look->name, sizeof look->name, "%.*s", (int)sizeof shared->hold - 1,
                     shared->hold);
            look->snapshot = s;
        } else {
            snapshot_free(s);
        }
    }
    atomic_store(&shared->holds_answered, asked);
    stillness_reset(&w->stillness);
}

static int64_t cpu_ns(const struct process *p)
{
    if (p->run_ns >= 0)
        return p->run_ns;
    return (p->user_ticks + p->system_ticks) * (INT64_C(1000000000) / sysconf(_SC_CLK_TCK));
}

/* Looks at what could not run, the CPUs being taken, do not count against it. */
static void judge(struct watch *w, const struct snapshot *s)
{
    int64_t cpu = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->n_processes; i++) {
        if (s->processes[i].is_outside)
            continue;
        cpu += cpu_ns(&s->processes[i]);
        n++;
    }
    if (n > w->record->most_processes)
        w->record->most_processes = n;
    if (n >= PROCESSES_MAX)
        conclude(w, END_BOMBED, NULL);
    else if (stillness_look(&w->stillness, s))
        conclude(w, END_HUNG, s);
    else if (cpu >= CPU_MAX_NS)
        conclude(w, END_LOOPED, NULL);
    else if (!stillness_was_queued(w->last, s) && ++w->n_looks >= LOOKS_MAX)
        conclude(w, END_TIMED_OUT, s);
}

static void look(struct watch *w)
{
    struct snapshot *s;
    if (!take_snapshot(w, &s))
        return;
    judge(w, s);
    snapshot_free(w->last);
    w->last = s;
}

/* ---- the end ------------------------------------------------------------------------- */

static enum record_end end_of_signal(const struct record *r)
{
    switch (WTERMSIG(r->wait_status)) {
    case SIGXFSZ:
        return END_FLOODED;
    case SIGXCPU:
        return END_LOOPED;
    default:
        return END_KILLED;
    }
}

/* The probe's own process has ended. */
static void conclude_ended(struct watch *w, const struct run_result *result)
{
    struct record *r = w->record;
    r->wait_status = result->wait_status;
    if (result->hit_deadline)
        r->end = END_TIMED_OUT;
    else if (result->supervisor_killed || result->is_lost)
        r->end = END_SUPERVISOR;
    else if (WIFSIGNALED(r->wait_status))
        r->end = end_of_signal(r);
    else if (atomic_load(&w->shared->is_done) && WEXITSTATUS(r->wait_status) == 0)
        r->end = END_CAME_BACK;
    else
        r->end = END_EXITED;
    w->is_over = true;
}

static void wait_until_over(struct watch *w)
{
    struct pollfd ended = {.fd = run_ended_fd(w->run), .events = POLLIN};
    w->next_look_ms = now_ms() + FIRST_LOOK_MS;
    while (!w->is_over) {
        struct run_result result;
        poll(&ended, 1, TICK_MS);
        run_poll(w->run, &result);
        answer_hold(w);
        if (result.has_ended || result.hit_deadline || result.supervisor_killed || result.is_lost) {
            conclude_ended(w, &result);
        } else if (now_ms() >= w->next_look_ms) {
            look(w);
            w->next_look_ms = now_ms() + LOOK_EVERY_MS;
        }
    }
}

static void copy_output(struct watch *w)
{
    struct record *r = w->record;
    off_t size = lseek(w->output_fd, 0, SEEK_END);
    ssize_t n = pread(w->output_fd, r->output, RECORD_OUTPUT_BYTES, 0);
    r->output[n > 0 ? n : 0] = '\0';
    r->output_bytes = size > 0 ? (size_t)size : 0;
}

/* The probe gave up after a call, for want of an fd or a child that it had before: no machine takes these. */
static bool is_spoiled(const struct record *r)
{
    int64_t error;
    return r->call[0] && record_int(r, "gave_up_errno", &error) &&
           (error == EBADF || error == ECHILD);
}

/* Student code's process wrote it: take a copy, end its texts, believe no size. */
static int copy_shared(struct watch *w)
{
    struct record *r = w->record;
    enum { PAGE = 4096 };
    r->values = calloc(1, SHARED_BYTES + PAGE); /* whatever a size says, a NUL comes after */
    if (!r->values)
        return -ENOMEM;
    size_t used = atomic_load(&w->shared->used_bytes);
    if (used > SHARED_BYTES - sizeof *w->shared)
        used = SHARED_BYTES - sizeof *w->shared;
    memcpy(r->values, w->shared, sizeof *w->shared + used); /* the rest stays zero */
    const struct shared *values = r->values;
    snprintf(r->call, sizeof r->call, "%.*s", (int)sizeof values->call - 1, values->call);
    r->was_inside = values->is_inside;
    r->called_exit = values->called_exit;
    r->extra_returns = values->extra_returns;
    r->exits_in_child = values->exits_in_child;
    r->foreign_kills = values->foreign_kills;
    r->kill_target = values->kill_target;
    r->kill_signal = values->kill_signal;
    if (r->end == END_EXITED && record_text(r, "gave_up"))
        r->end = is_spoiled(r) ? END_SPOILED : END_GAVE_UP;
    return 0;
}

/* The first signal that the sandbox did not let through. */
static void note_refusals(struct watch *w)
{
    struct sandbox_refusal refusal;
    if (sandbox_refusals(w->sandbox, &refusal, 1) == 0)
        return;
    const char *name = sigabbrev_np(refusal.signal);
    snprintf(w->record->refused_kill, sizeof w->record->refused_kill, "%s(%s%ld, SIG%s)",
             refusal.call, refusal.to_parent ? "the parent, PID " : "", refusal.target,
             name ? name : "?");
}

/*
 * A bomb may meet its limit before the first look, and give up: then it shows by what had to be ended
 * after it.
 */
static void note_left_running(struct record *r, const struct run_result *result)
{
    if (r->end != END_EXITED || result->left_running < PROCESSES_MAX)
        return;
    r->end = END_BOMBED;
    r->most_processes = (size_t)result->left_running;
}

static int finish(struct watch *w)
{
    if (w->source)
        source_free(w->source);
    if (w->sandbox) {
        struct run_result result = {0};
        note_refusals(w);
        sandbox_end(w->sandbox, &result);
        note_left_running(w->record, &result);
    }
    copy_output(w);
    return w->shared ? copy_shared(w) : 0;
}

static void watch_fini(struct watch *w)
{
    snapshot_free(w->last);
    if (w->shared)
        munmap(w->shared, SHARED_BYTES);
    if (w->memory_fd >= 0)
        close(w->memory_fd);
    if (w->output_fd >= 0)
        close(w->output_fd);
}

int watch_probe(const struct watch_options *options, const char *probe, struct record **record)
{
    struct watch w = {.memory_fd = -1, .output_fd = -1, .record = calloc(1, sizeof *w.record)};
    if (!w.record)
        return -ENOMEM;
    snprintf(w.record->probe, sizeof w.record->probe, "%s", probe);
    w.record->wait_status = -1;
    int error = open_files(&w);
    if (!error)
        error = start(&w, options, probe);
    if (error) {
        w.record->end = END_NOT_STARTED;
        w.record->error = -error;
    } else {
        wait_until_over(&w);
    }
    error = finish(&w);
    watch_fini(&w);
    if (error) {
        record_free(w.record);
        return error;
    }
    *record = w.record;
    return 0;
}
