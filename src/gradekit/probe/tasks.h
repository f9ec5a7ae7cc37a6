/*
 * tasks.h - the tasks that a student's function makes: threads (pthread_create, thrd_create) and
 * children (fork). Noted as they begin, failed on request, made to meet, and stepped side by side.
 *
 *     probe_tasks_note();
 *     probe_tasks_step(2, 0);
 *     long got = PROBE_CALL(count_with_threads(2, 10));
 *     probe_tasks_forget();
 *     probe_put_int("threads", probe_tasks_threads());
 *
 * Stepping is how a data race shows every time, not most times: two tasks run the same code instruction by
 * instruction, none ahead of the other, so that both read before either writes. Nothing of it goes by the
 * clock, and whoever locks is not disturbed: a task that sleeps (on the lock) is not waited for.
 *
 * What is made by a raw clone(2) or clone3(2) goes past all this, as past faults.c.
 */
#ifndef PROCLAB_GRADEKIT_PROBE_TASKS_H
#define PROCLAB_GRADEKIT_PROBE_TASKS_H

#include <stdbool.h>
#include <stddef.h>

/* From now on: note each task that is made. At most 128 are; more are counted as that. */
void probe_tasks_note(void);
/* No more: tasks, faults and signals are the student's own again. What was noted can still be asked for. */
void probe_tasks_forget(void);

/* Each one that is made waits, before it does anything, until this cell holds at least so much; for some two seconds
 * at most: where it counts signals, who blocks them gets none. */
void probe_tasks_wait(int cell, unsigned at_least);

/*
 * Each one that is made does nothing before the caller sleeps (it waits for them), or this cell is above 0 (it has
 * returned, and been looked at): who does not wait is seen to return while they run.
 */
void probe_tasks_hold(int cell);
/*
 * Who makes one calls the first before, and each one that was made the second where it ends: a thread that returns or
 * exits (not one that is cancelled), a process in _exit(2). NULL: nothing. Until the next probe_tasks_note().
 */
void probe_tasks_call(void (*before_made)(void), void (*at_end)(void));
/* How many of those that were made have not ended (a joined thread has, a zombie, too). */
unsigned probe_tasks_running(void);

/* How many were noted: tasks of the caller's process beside the caller; and processes beside it. */
unsigned probe_tasks_threads(void);
unsigned probe_tasks_processes(void);
/* Tasks of this process beside the caller that do not end. (A joined one may need a moment.) */
unsigned probe_tasks_left(void);

/* Let the next `successes` calls of pthread_create (thrd_create) succeed, and all after them fail with EAGAIN. */
void probe_fail_threads(unsigned successes);
/* How many failed since probe_tasks_note(): so, or by themselves. */
unsigned probe_failed_threads(void);

/*
 * Step each task from its begin, together with the others: `tasks` of them, as far as the caller makes so many
 * before it waits. Every second one is kept `lag` instructions behind the others (negative: ahead), so that with some
 * values of it the same code meets in different places. Each is let go after 20,000 instructions.
 */
void probe_tasks_step(unsigned tasks, int lag);
/* Can this machine do that? (So far: x86-64.) Else probe_tasks_step() does nothing. */
bool probe_tasks_can_step(void);
/*
 * Elsewhere: stop each task some 100 us every 50 us, 300 times, wherever it is, so that others overtake it between a
 * read and a write. Chance, but a lot of it.
 */
void probe_tasks_shake(void);
/* Instructions that were stepped, of all tasks. */
unsigned long probe_tasks_steps(void);

/*
 * Memory of len bytes that ends where nothing can be read any more, to be filled and then closed.
 * Closed, it holds back each task that reads it until `tasks` tasks beside the caller are there: tasks that
 * run side by side pass it, tasks that wait for each other's end never do, and the probe hangs.
 * A caller that reads it before it makes any task (it copies it for them) is not held; where tasks are noted, they are to
 * meet as they begin then.
 */
void *probe_meeting_memory(size_t len);
/*
 * Nobody can write it any more; and with tasks > 0, not read it before they have met (SIGSEGV is ours then).
 * Who comes is put, so that it is known of a probe that hangs as well: came_pid_0, came_tid_0, ..._1 ...;
 * came_caller: the caller itself has read it; came_to: the caller's PID.
 */
void probe_meeting_close(void *memory, size_t len, unsigned tasks);
#endif
