/*
 * children.h - the processes that a demo makes: named, and never left behind.
 *
 * A child dies with the demo however that ends: by itself (child_end_all), by
 * INT, TERM or HUP (a handler ends and reaps it), by KILL (PR_SET_PDEATHSIG).
 */
#ifndef PROCLAB_LABKIT_CHILDREN_H
#define PROCLAB_LABKIT_CHILDREN_H

#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Take over INT, TERM, HUP and QUIT: end the children, then die of that signal. Once, first. */
void children_guard(void);

/*
 * fork(2), and the child is called name (at most 15 bytes: PR_SET_NAME), has the default
 * dispositions, and no signal blocked. Returns as fork() does; the demo ends by lab_die() where it
 * fails.
 */
pid_t child_fork(const char *name);

/*
 * For a lesson that calls fork(2) itself, right after it: what child_fork() does besides, in the
 * child (pid 0) and in the parent (pid > 0). Standard output should be flushed before the fork.
 */
void child_keep(pid_t pid, const char *name);
/*
 * For one that calls waitpid(2) itself, right before it: the child is not ended by child_end_all()
 * any more (its PID may soon be somebody else's), but dies with the demo still.
 */
void child_release(pid_t pid);

/* Wait for this child alone; its wait status. */
int child_wait(pid_t pid);
/* SIGKILL and wait. */
void child_end(pid_t pid);
/* End all that are left; how many there were. Async-signal-safe. */
int child_end_all(void);
/* Is this process such a child? */
bool child_is_me(void);

/*
 * n bytes of zeroed memory that the demo and its children share; ends with the demo. How they tell
 * each other things without a pipe, which would be part of the picture.
 */
void *shared_new(size_t n);
void shared_free(void *p, size_t n);

/*
 * A gate in such memory: closed at first; each gate_open() lets one process pass once. The demo
 * itself waits 10 s at most, then it ends by lab_die(): the child that should have opened it has
 * failed.
 */
void gate_init(sem_t *gate);
void gate_open(sem_t *gate);
void gate_pass(sem_t *gate);

#endif
