/*
 * snapshot.h - what /proc showed of a set of processes at one moment.
 *
 * A snapshot is flat tables (processes, tasks, fds, channels, regions, pages, events, strings)
 * that refer to each other by index, never by pointer: it can be grown,
 * kept, compared and written out without following anything. It is filled by
 * one producer (a scan, a recording) through snapshot_add_*(), and not
 * changed after it was handed on.
 *
 * This module owns the tables and the words for their values. Where they come
 * from is the business of src/proc and src/record; what follows from them that
 * of tree.h, pipes.h and history.h.
 *
 * What is unknown is -1 in a signed field, NULL or offset 0 for text: never 0
 * for a figure.
 */
#ifndef PROCLAB_MODEL_SNAPSHOT_H
#define PROCLAB_MODEL_SNAPSHOT_H

#include "details.h"
#include "event.h"
#include "obtained.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a task is asleep in, named the same on every kernel. */
enum wait_kind {
    WAIT_UNKNOWN, /* asleep, but the kernel does not tell us in what */
    WAIT_NOTHING, /* it is running or runnable, stopped, or dead */
    WAIT_PIPE_READ,
    WAIT_PIPE_WRITE,
    WAIT_CHILD, /* wait4, waitid */
    WAIT_FUTEX,
    WAIT_POLL, /* poll, select, epoll_wait: which fd is not known */
    WAIT_SLEEP,
    WAIT_SOCKET,
    WAIT_TTY,
    WAIT_SIGNAL, /* pause, sigsuspend, sigtimedwait */
    WAIT_OTHER,
};

struct waiting {
    enum wait_kind kind;
    int fd;                /* the call's fd where its first argument is one; else -1 */
    uint32_t syscall_text; /* "write", as proc_pid_syscall(5) and libseccomp name it; 0: unknown */
    uint32_t channel_text; /* proc_pid_wchan(5), verbatim; 0: unknown */
};

enum fd_kind {
    FD_OTHER, /* a file, a device, an epoll ... see target_text */
    FD_PIPE,
    FD_FIFO,
    FD_SOCKET,
    FD_TTY,
};

enum fd_access { FD_READ = 1, FD_WRITE = 2 }; /* bits; both for a socket or O_RDWR */

/* One open file descriptor of one process. */
struct fd_entry {
    int fd;
    enum fd_kind kind;
    unsigned access;      /* bits of enum fd_access; 0: unknown */
    uint64_t device;      /* with inode: what it refers to */
    uint64_t inode;       /* 0: unknown */
    uint32_t target_text; /* what readlink() of /proc/PID/fd/N says; 0: not read */
};

/* One task (thread) of one process. */
struct task {
    pid_t tid;
    char state;          /* proc_pid_stat(5), field 3 */
    int last_cpu;        /* field 39; -1: unknown */
    uint32_t comm_text;  /* field 2, raw bytes */
    int64_t run_ns;      /* proc_pid_schedstat, field 1: on a CPU; -1: unknown */
    int64_t queued_ns;   /* field 2: runnable, waiting for a CPU */
    int64_t voluntary;   /* switches, proc_pid_status(5) voluntary_ctxt_switches */
    int64_t involuntary; /* nonvoluntary_ctxt_switches */
    struct waiting waiting;
};

struct process {
    pid_t pid;
    uint64_t start_ticks; /* field 22: clock ticks after boot; with pid, the process's identity */
    pid_t ppid, pgrp, session;
    int tty;             /* field 7: device number; 0: none */
    char state;          /* field 3: R S D Z T t X I */
    int last_cpu;        /* field 39 */
    int n_threads;       /* field 20 */
    int exit_status;     /* field 52, a wait status, while it is a zombie; -1: unknown */
    int64_t uid;         /* of the owner; -1: unknown */
    bool is_kernel;      /* a kernel thread (PF_KTHREAD in field 9) */
    bool is_detailed;    /* tasks, fds, waiting and io were looked for */
    bool is_outside;     /* not in the watched tree: it is here since it holds a watched channel */
    uint32_t comm_text;  /* field 2, raw bytes: up to 63, any but NUL */
    uint32_t args_text;  /* proc_pid_cmdline(5): args_bytes bytes, each argument ended by NUL */
    uint32_t args_bytes; /* 0: none (a kernel thread, a zombie) or not read */
    int64_t user_ticks, system_ticks;   /* fields 14, 15 */
    int64_t minor_faults, major_faults; /* fields 10, 12 */
    int64_t rss_bytes;                  /* field 24, in bytes */
    int64_t run_ns, queued_ns;          /* sums over the tasks; -1: unknown */
    int64_t voluntary, involuntary;     /* sums over the tasks; -1: unknown */
    int64_t read_bytes, written_bytes;  /* proc_pid_io(5) rchar, wchar; -1: unknown */
    int fds_error;                      /* 0, or the errno with which its fds could not be listed */
    struct waiting waiting;             /* the main thread's */
    size_t first_task, n_tasks;         /* in snapshot.tasks, ascending TID */
    size_t first_fd, n_fds;             /* in snapshot.fds, ascending fd */
};

enum channel_kind { CHANNEL_PIPE, CHANNEL_FIFO, CHANNEL_SOCKETPAIR };

/*
 * One direction of flow: a pipe, a FIFO (a pipe with a path), or one direction
 * of a pair of connected unix sockets.
 */
struct channel {
    enum channel_kind kind;
    uint64_t device;        /* with inode: its identity */
    uint64_t inode;         /* a socketpair's: the receiving end's */
    uint64_t peer_inode;    /* a socketpair's: the sending end's; else 0 */
    uint32_t path_text;     /* a FIFO's path; else 0 */
    int64_t capacity_bytes; /* F_GETPIPE_SZ; -1: unknown, or a socketpair */
    int64_t fill_bytes;     /* FIONREAD, or the receive queue; -1: unknown */
    int fill_error;         /* 0, or why fill is unknown: EACCES, EPIPE (no reader is left to look
                               through), ECANCELED (looking was switched off), ENOSYS ... */
};

/* What a page of memory is to the process that maps it. */
enum page_state {
    PAGE_ABSENT,  /* not in memory: never touched, or dropped */
    PAGE_PRIVATE, /* in memory, and mapped by nobody else */
    PAGE_SHARED,  /* in memory, and mapped by others, too, or a file's */
    PAGE_SWAPPED,
    PAGE_MIXED, /* of a cell that stands for several pages: they differ */
};

/* A stretch of one process's memory, looked at page by page because somebody asked for it. */
struct region {
    pid_t pid;
    uint64_t start, bytes;  /* bytes 0: there is none that could be shown */
    uint32_t name_text;     /* "[heap]", "[stack]"; 0: an anonymous mapping */
    int error;              /* 0, or the errno with which its pages could not be read */
    enum obtained obtained; /* of the cells: exact, or estimate where not every page was read */
    int64_t page_bytes;
    int64_t pages_per_cell;
    int64_t pages_read; /* the next four count these */
    int64_t private_pages, shared_pages, swapped_pages, absent_pages; /* -1: unknown */
    size_t first_cell, n_cells; /* in snapshot.cells: an enum page_state a byte */
    /* Of the whole process, proc_pid_smaps_rollup(5), some of them a second old; -1: unknown. */
    int64_t rss_bytes, pss_bytes, private_bytes, shared_bytes;
};

/* Who tells of births, execs and deaths. */
enum events_from {
    EVENTS_POLLED,    /* nobody: they are derived from one snapshot to the next */
    EVENTS_PERF,      /* perf_event_open(2)'s task records */
    EVENTS_CONNECTOR, /* the process-events connector (netlink) */
    EVENTS_PTRACE,    /* ptrace(2) */
};

struct snapshot {
    uint64_t time_ns;       /* CLOCK_BOOTTIME */
    pid_t root_pid;         /* of the watched tree; 0: the whole system */
    pid_t adopter_pid;      /* proclab's supervisor, which adopts orphans of the tree; 0: none */
    enum obtained obtained; /* of births and deaths: exact or sampled */
    int64_t births;         /* forks since boot on the whole machine, proc_stat(5) "processes" */
    int64_t births_before;  /* the same just before the watched program was started; -1: it ran
                               already, or unknown */
    int64_t hidden;         /* processes whose details we may not read; -1: unknown */
    struct process *processes;
    size_t n_processes; /* ascending PID */
    struct task *tasks;
    size_t n_tasks;
    struct fd_entry *fds;
    size_t n_fds;
    struct channel *channels;
    size_t n_channels;      /* ascending (device, inode) */
    struct region *regions; /* of a process asked for and its kin: parent, itself, children */
    size_t n_regions;
    uint8_t *cells;
    size_t n_cells;
    enum events_from events_from;
    struct event *events; /* forks, execs, exits and losses since the snapshot before, by time; none
                             later than time_ns */
    size_t n_events;
    struct details *details; /* of those asked for: mostly one, or none */
    size_t n_details;        /* ascending PID */
    char *strings;           /* offset 0 holds "" */
    size_t strings_bytes;
    size_t cap_processes, cap_tasks, cap_fds, cap_channels, cap_regions, cap_cells, cap_events,
        cap_strings; /* private */
};

/* An empty snapshot on the heap; NULL when out of memory. Ended by snapshot_free(). */
struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *s);

/*
 * Append a row with every figure unknown, and return it; NULL when out of
 * memory. A pointer is good until the next row of the same table is added. Tasks and
 * fds belong to the process that was added last.
 */
struct process *snapshot_add_process(struct snapshot *s, pid_t pid);
struct task *snapshot_add_task(struct snapshot *s, pid_t tid);
struct fd_entry *snapshot_add_fd(struct snapshot *s, int fd);
struct channel *snapshot_add_channel(struct snapshot *s, enum channel_kind kind, uint64_t device,
                                     uint64_t inode);
struct region *snapshot_add_region(struct snapshot *s, pid_t pid);
/* n cells, all PAGE_ABSENT, of the region that was added last, which has none so far. */
uint8_t *snapshot_add_cells(struct snapshot *s, size_t n);

struct event *snapshot_add_event(struct snapshot *s, enum event_kind kind);
struct details *snapshot_add_details(struct snapshot *s, pid_t pid);

/*
 * Keep a copy of len bytes, with a NUL after them. Returns its offset; 0 for
 * len 0 or when out of memory. The same text twice may share one copy.
 */
uint32_t snapshot_add_text(struct snapshot *s, const char *bytes, size_t len);

/* Sort processes and channels into their order. The producer's last call. */
void snapshot_finish(struct snapshot *s);

/* Bytes of memory it holds, itself included. */
size_t snapshot_size_bytes(const struct snapshot *s);

/* The text at an offset; "" for 0. Owned by s. Raw bytes, not always UTF-8. */
const char *snapshot_text(const struct snapshot *s, uint32_t offset);

/*
 * Rows of a process, *n of them, and the bytes of its arguments, *len of them, each argument ended
 * by NUL. Within the tables whatever a corrupt recording says. Owned by s.
 */
const struct fd_entry *snapshot_fds(const struct snapshot *s, const struct process *p, size_t *n);
const struct task *snapshot_tasks(const struct snapshot *s, const struct process *p, size_t *n);
const char *snapshot_args(const struct snapshot *s, const struct process *p, size_t *len);
const uint8_t *snapshot_cells(const struct snapshot *s, const struct region *r, size_t *n);

/* The process with this PID, or NULL. O(log n). */
const struct process *snapshot_find(const struct snapshot *s, pid_t pid);
/* The same one as at another time: PID and start time agree. Else NULL. */
const struct process *snapshot_find_same(const struct snapshot *s, const struct process *other);
/* What was read closely of this process, or NULL: nothing. */
const struct details *snapshot_find_details(const struct snapshot *s, pid_t pid);
/* The channel, or NULL. O(log n). */
const struct channel *snapshot_find_channel(const struct snapshot *s, uint64_t device,
                                            uint64_t inode);

/*
 * It has ended and waits to be waited for. Not so where only its main thread has ended and others
 * go on: state is Z then, too, but field 20 counts them.
 */
bool process_is_zombie(const struct process *p);

/* "polled", "perf", "connector", "ptrace". */
const char *events_from_name(enum events_from from);
/* "pipe read", "pipe write", "wait", "futex", "poll", "sleep", "socket", "tty", "signal",
   "other", "" for WAIT_NOTHING, "?" for WAIT_UNKNOWN. */
const char *wait_kind_name(enum wait_kind kind);
/* "pipe", "fifo", "socketpair". */
const char *channel_kind_name(enum channel_kind kind);
/* "pipe", "fifo", "socket", "tty", "other". */
const char *fd_kind_name(enum fd_kind kind);

#endif
