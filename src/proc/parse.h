/*
 * parse.h - the text of /proc files, understood. Pure: bytes and a length in, figures out.
 *
 * None of these reads a file, allocates, or needs a NUL at the end. Each returns 0, or -EINVAL for
 * what the kernel does not write (truncated, garbage, a number too large), and writes *out only on
 * success. Numbers in brackets are the field numbers of the man page named.
 */
#ifndef PROCLAB_PROC_PARSE_H
#define PROCLAB_PROC_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_COMM_MAX 64 /* the kernel's: 15 bytes for a program, 63 for a kernel worker */

/* proc_pid_stat(5). */
struct proc_stat {
    pid_t pid; /*  (1) */
    char
        comm[PROC_COMM_MAX]; /*  (2) raw bytes, NUL-ended; between the first '(' and the last ')' */
    size_t comm_bytes;
    char state;                         /*  (3) */
    pid_t ppid, pgrp, session;          /*  (4) (5) (6) */
    int tty;                            /*  (7) */
    uint64_t flags;                     /*  (9) PF_... of the kernel */
    int64_t minor_faults, major_faults; /* (10) (12) */
    int64_t user_ticks, system_ticks;   /* (14) (15) */
    int n_threads;                      /* (20) */
    uint64_t start_ticks;               /* (22) */
    int64_t rss_pages;                  /* (24) */
    uint64_t start_code,
        start_stack;    /* (26) (28): change with exec; 0 or 1 if we may not see them */
    int last_cpu;       /* (39) */
    uint64_t arg_start; /* (48): as 26 */
    int exit_status;    /* (52) a wait status; 0 if we may not see it */
};
#define PROC_FLAG_KTHREAD 0x00200000u /* PF_KTHREAD */
#define PROC_FLAG_EXITING 0x00000004u /* PF_EXITING */

int parse_stat(const char *text, size_t len, struct proc_stat *out);

/* proc_pid_status(5), of a process (its main thread) or of a task. -1: no such line. */
struct proc_status {
    pid_t tgid;
    int64_t euid;                   /* second figure of "Uid:" */
    int64_t voluntary, involuntary; /* voluntary_ctxt_switches, nonvoluntary_ctxt_switches */
};
int parse_status(const char *text, size_t len, struct proc_status *out);

/* /proc/PID/schedstat (the kernel's Documentation/scheduler/sched-stats.rst). */
struct proc_schedstat {
    int64_t run_ns;    /* (1) */
    int64_t queued_ns; /* (2) */
    int64_t slices;    /* (3) how often it was put on a CPU */
};
int parse_schedstat(const char *text, size_t len, struct proc_schedstat *out);

/* proc_pid_io(5). -1: no such line. */
struct proc_io {
    int64_t rchar, wchar;
};
int parse_io(const char *text, size_t len, struct proc_io *out);

/* proc_pid_syscall(5). */
enum proc_syscall_kind {
    PROC_SYSCALL_RUNNING, /* "running" */
    PROC_SYSCALL_NONE,    /* "-1 SP PC": asleep, but not in a system call (a page fault ...) */
    PROC_SYSCALL_IN,      /* "NR A1 ... A6 SP PC" */
};
struct proc_syscall {
    enum proc_syscall_kind kind;
    int number; /* -1 unless PROC_SYSCALL_IN */
    uint64_t args[6];
    uint64_t stack, instruction;
};
int parse_syscall(const char *text, size_t len, struct proc_syscall *out);

/*
 * The next PID of /proc/PID/task/TID/children (proc_pid_task_tid_children: PIDs with spaces
 * between). Moves *cursor on; false at the end, or at what is no PID.
 */
bool parse_next_pid(const char **cursor, const char *end, pid_t *out);

/* proc_stat(5): "processes", forks since boot. */
int parse_births(const char *text, size_t len, int64_t *out);

#endif
