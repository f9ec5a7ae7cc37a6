/* internal.h - what the files of the probe's side share among themselves. */
#ifndef PROCLAB_GRADEKIT_PROBE_INTERNAL_H
#define PROCLAB_GRADEKIT_PROBE_INTERNAL_H

#include "gradekit/shared.h"

#include <stdbool.h>
#include <sys/types.h>

/* The shared memory, and the process whose calls of the student's functions count. */
extern struct shared *probe_shared;
extern pid_t probe_caller_pid;

/* Note the caller's state; put what differs from it. state.c */
void probe_state_note(void);
void probe_state_compare(void);

/* Find libc's own functions behind the ones of faults.c, before student code runs. */
void probe_faults_prepare(void);

/* Who makes a child or thread calls the first, the new one the second, its maker then the third. tasks.c */
void probe_task_is_next(void);
void probe_task_began(void);
void probe_task_made(void);
/* While a task makes one it is not stepped itself. */
bool probe_tasks_pause(void);
void probe_tasks_resume(bool is_stepped);

#endif
