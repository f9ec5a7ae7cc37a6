/*
 * track.h - what is remembered of one process from look to look: its open /proc files, and what
 * was read from them.
 *
 * Reading everything of a process costs ten times what its stat file does. So a task that has not
 * been on a CPU since the last look (schedstat: neither its run time nor its count of slices has
 * moved, and it slept and sleeps) is not read again: nothing that it does itself can have changed.
 * What others do to it (its parent, its fate) is in stat, which is read at every look.
 */
#ifndef PROCLAB_PROC_TRACK_H
#define PROCLAB_PROC_TRACK_H

#include "proc/fdtable.h"
#include "proc/parse.h"
#include "proc/root.h"
#include "proc/wait.h"

#include <uthash.h>

struct snapshot;

/* What all tracked processes share. */
struct track_context {
    struct proc_root root;
    struct wait_names *names;
    dev_t pipe_device;
    int64_t page_bytes;
    bool has_fd_count;  /* stat() of /proc/PID/fd says how many there are (Linux 6.2) */
    bool keeps_details; /* keep the files of details open, too, not stat alone */
    unsigned patience;  /* 1: look at what is quiet five times a second; n: n times more seldom */
    unsigned turn;      /* 0 to patience - 1: at this look it is that part's turn to be probed */
    bool is_calm;       /* nobody was born on the machine since the last look */
    char buf[16384];
};

int track_context_init(struct track_context *ctx, const char *proc_root);
void track_context_fini(struct track_context *ctx);

struct task_track {
    pid_t tid;
    int stat_file, schedstat_file, status_file, syscall_file, wchan_file, children_file;
    char state;
    int last_cpu;
    char comm[PROC_COMM_MAX];
    struct proc_schedstat sched; /* slices < 1: the kernel does not count */
    struct proc_status status;
    enum wait_kind wait_kind;
    int wait_fd;
    const char *syscall; /* NULL: unknown */
    char channel[64];    /* "": unknown */
    bool is_waiting;     /* asleep in a call, or in something else */
    bool is_read;        /* status and waiting hold what was read */
    bool is_probed;      /* at this look */
    bool has_run;        /* since the look before, or we cannot tell */
};

/* The costly part, for processes whose details are wanted. */
struct track_details {
    int io_file, task_dir, fd_dir;
    struct proc_io io; /* -1: unknown */
    struct task_track *tasks;
    size_t n_tasks, cap_tasks; /* ascending TID */
    struct fd_table fds;
    int fds_error;       /* 0, or why they could not be listed */
    int64_t fds_count;   /* when they were listed; -1: unknown */
    uint64_t listed_ns;  /* when; 0: never */
    uint64_t list_ns;    /* how long that took */
    bool ran_since_list; /* so that an fd may have been replaced */
    bool was_active;     /* at the last look a task had run, or the fds had changed */
    bool is_on_channel;  /* a task that has run sleeps on a pipe or waits for a child */
};

enum track_role {
    TRACK_PLAIN,   /* only looked at */
    TRACK_MEMBER,  /* of what is watched */
    TRACK_OUTSIDE, /* not, but it holds an end of a watched channel */
};

struct proc_track {
    pid_t pid;
    enum track_role role;
    uint64_t seen; /* number of the look at which it was last found alive */
    int stat_file;
    struct proc_stat stat;
    bool has_stat;
    bool is_lively;   /* it has run of late: its files are worth keeping open */
    bool is_skipped;  /* it was quiet at this look */
    unsigned n_quiet; /* probes in a row that found it quiet */
    uint64_t read_ns; /* when track_read_details() was last done */
    bool wants_args;  /* it is new, or runs another program */
    unsigned n_reads; /* since then */
    int64_t uid;
    char *args;
    uint32_t args_bytes;
    int exit_known; /* of a zombie with status 0: 1 it is so, -1 not to be seen, 0 not asked */
    struct track_details *details; /* NULL: not wanted so far */
    UT_hash_handle hh;             /* by pid */
};

struct proc_track *track_new(pid_t pid); /* NULL: out of memory */
void track_free(struct track_context *ctx, struct proc_track *t);

/*
 * Read its stat file, and if it is new or has exec'ed, its owner and arguments. 0; -ESRCH it has
 * gone; -ESTALE its PID belongs to another process now (end this track, begin a new one); else
 * -errno.
 */
int track_read(struct track_context *ctx, struct proc_track *t);

/*
 * Is nothing to be read of it at this look? In a large tree (ctx->patience above 1) what was quiet
 * for many looks is probed in turns, so that a look's cost does not grow with the sleepers; unless
 * somebody was born, who may be its child. So it is for a while (ctx->patience) while none of its
 * tasks runs; then all is checked again, since some things are done to it by others (a new parent,
 * memory taken away, fds shared with another process). Says no of a process that has gone.
 */
bool track_is_quiet(struct track_context *ctx, struct proc_track *t, uint64_t now_ns);

/*
 * Read the rest, as far as it can have changed. now_ns: any clock that does not stop. 0 or -ENOMEM.
 */
int track_read_details(struct track_context *ctx, struct proc_track *t, uint64_t now_ns);

/*
 * Call each(child, arg) for all children of all its tasks (after track_read_details()). 0; -ENOENT
 * this kernel has no children files; -errno. each's own failure, negative, ends it and is returned.
 */
int track_each_child(struct track_context *ctx, struct proc_track *t,
                     int (*each)(pid_t child, void *arg), void *arg);

/*
 * Append its row, tasks and fds to s. only_fd, unless NULL, says which fds to show. 0 or -ENOMEM.
 */
int track_write(const struct track_context *ctx, const struct proc_track *t, struct snapshot *s,
                bool (*only_fd)(const struct fd_row *row, void *arg), void *arg);

#endif
