/*
 * exercise.h - the contract of lab 06, processes and threads. You write these
 * five functions in exercise.c; the grader looks at what they did in the
 * kernel.
 *
 * Read first: pthreads(7), pthread_create(3), pthread_join(3), fork(2),
 * mmap(2) (MAP_SHARED, MAP_ANONYMOUS), waitpid(2), _exit(2). In TLPI:
 * chapters 29 to 31 (threads), 24 to 26 (processes), 49.7 (memory that
 * related processes share). In OSTEP: chapters 26 to 28.
 *
 * All five keep these promises:
 *
 *   - A call that a signal handler interrupted (EINTR) is taken up again.
 *   - When they return, on failure too, no file descriptor is open that was
 *     not open before, and no thread and no process of theirs is left,
 *     running or zombie.
 *   - Other children of the caller are left alone: neither waited for nor
 *     signalled.
 *   - The caller's signal dispositions, signal mask, CPU affinity and
 *     environment are as before.
 *   - Nothing is printed; a forked child leaves by _exit(2).
 *   - They are right every time, not most times: what several tasks change,
 *     they change one at a time.
 *
 * A "thread" is a new thread of the caller's process, a "process" a new child
 * process. They are made anew in each call.
 */
#ifndef LAB_06_PROCESS_VS_THREAD_EXERCISE_H
#define LAB_06_PROCESS_VS_THREAD_EXERCISE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * `threads` new threads each add 1, one at a time, to one counter
 * `increments` times. threads and increments may be 0.
 *
 * Returns the counter's final value: exactly threads * increments. Returns -1
 * with errno when a thread could not be made; those that were have ended.
 * (pthread_create(3) does not set errno: it returns the error.)
 */
long count_with_threads(size_t threads, size_t increments);

/*
 * The same with processes: `processes` new ones, one counter. -1 with errno
 * also when the memory for it cannot be had.
 */
long count_with_processes(size_t processes, size_t increments);

/*
 * The sum of v[0] to v[n - 1], cut among `threads` (1 or more) new threads
 * that really run side by side: none waits for another one to end.
 *
 * n may be 0, and then v NULL; there may be fewer numbers than threads. v is
 * only read, and nothing beyond v[n - 1]. What a thread that could not be
 * made should have done, the caller does: the sum is right all the same.
 */
uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads);

/* The same with processes. */
uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes);

/*
 * Call fn(arg, result) in a new process, so that its crash cannot hurt the
 * caller, and wait for that process.
 *
 * The `result` that fn gets is memory of len bytes (any number, 0 as well),
 * aligned for any type. If fn returned, the caller's result gets what fn put
 * there. If it did not, because it crashed, or ended the process by exit(3)
 * or _exit(2), even with 0, the caller's result is untouched, even where fn
 * had begun to fill it, and even if result lies in memory that the caller
 * shares with its children. All else that fn changes stays with that process.
 *
 * *wstatus becomes the process's wait status, as waitpid(2) gives it: what
 * killed it, or the code it exited with (any, where fn returned).
 *
 * Returns what fn returned, & 0xff; or -1 when it did not return; or -1 with
 * errno when no process, or no memory for the purpose, could be had.
 */
int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus);

#endif
