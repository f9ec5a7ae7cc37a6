/* tasks_parts.h - what tasks.c, steps.c and meeting.c share among themselves. */
#ifndef PROCLAB_GRADEKIT_PROBE_TASKS_PARTS_H
#define PROCLAB_GRADEKIT_PROBE_TASKS_PARTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { TASKS_MAX = 128 };

struct identity {
    _Atomic pid_t pid, tid;
};

struct task {
    _Atomic unsigned steps;
    atomic_bool is_waiting; /* in our handler, for one that is behind */
    atomic_bool is_over;    /* it ends, or is not stepped any more */
};

/* Shared with the caller's children. */
struct tasks {
    _Atomic unsigned n_made; /* as their makers count */
    _Atomic unsigned n;      /* as they themselves do, when they first run */
    struct identity who[TASKS_MAX];
    struct task task[TASKS_MAX];
    _Atomic unsigned failed_threads;
};

extern struct tasks *probe_tasks;        /* NULL: nothing was noted yet */
extern _Thread_local int probe_tasks_me; /* index into task[]; -1: not noted */

/* Some 100 us. */
void probe_tasks_rest(void);
/* The state of a task: proc_pid_stat(5), field 3; 0: it is gone. In signal handlers, too. */
char probe_tasks_state(pid_t pid, pid_t tid);
/* Gone, or a zombie. */
bool probe_tasks_has_ended(char state);
/* Until n tasks have begun; or the caller sleeps; or the held are let go; or for half a second or so. */
void probe_tasks_wait_for_caller(unsigned n);

/* steps.c: of the calling task, which is a noted one. */
void probe_steps_begin(void);
void probe_steps_end(void);
/* Of all. */
void probe_steps_forget(void);

/* meeting.c */
bool probe_meeting_is_on(void);
/* A new task: it is to meet the others here, if the caller has read what they are to meet at. */
void probe_meeting_begin(void);

#endif
