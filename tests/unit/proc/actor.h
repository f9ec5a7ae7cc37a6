/*
 * actor.h - real processes for the tests of the live source: each runs a function of the test in a
 * child, and is killed and reaped by the test that made it (and by the kernel, if the test dies).
 */
#ifndef PROCLAB_TESTS_ACTOR_H
#define PROCLAB_TESTS_ACTOR_H

#include "model/snapshot.h"
#include "model/source.h"

#include <stdbool.h>
#include <sys/types.h>

/* Run act(arg) in a child, which then exits with its result. */
pid_t actor_start(int (*act)(void *arg), void *arg);
/* For acts: fork(2), but the child, too, ends with whoever made it, and in a minute whatever
 * happens. */
pid_t actor_fork(void);
/* Kill it (SIGKILL) and reap it. */
void actor_end(pid_t pid);
/* Reap it; its wait status. */
int actor_wait(pid_t pid);

/* For acts: sleep until killed. */
int actor_hold(void *unused);

/*
 * Take snapshots until is_so(snapshot, arg), and return that one. Fails the test after some
 * seconds: "never saw WHAT". There is no pause between the looks, which is as hard as watching can
 * be.
 */
struct snapshot *actor_see(struct source *source, bool (*is_so)(const struct snapshot *, void *),
                           void *arg, const char *what);

/* The source of the tree below root. */
struct source *actor_watch(pid_t root);

/* The kernel's errno-style end: fails the test with errno's name if result is -1; returns it. */
int actor_check(int result, const char *call);
#define CHECK(call) actor_check((call), #call)

#endif
