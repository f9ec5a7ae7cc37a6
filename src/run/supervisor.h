/*
 * supervisor.h - the processes between the caller and the program: private to
 * src/run. See run.h for what they are for.
 */
#ifndef PROCLAB_RUN_SUPERVISOR_H
#define PROCLAB_RUN_SUPERVISOR_H

#include "run/descent.h"
#include "run/jail.h"
#include "run/run.h"

#include <stdatomic.h>

enum {
    RUN_EXITS_KEPT = 256,
    RUN_OWN_FDS_MAX = 8, /* that the guard or the supervisor keeps */
};

/* Bytes that come through the status pipe. */
enum run_status { RUN_GUARDED = 'g', RUN_READY = 'r', RUN_STARTED = 's', RUN_ENDED = 'e' };

/* Memory that the caller, the guard and the supervisor share. The program loses it with exec. */
struct run_shared {
    _Atomic int start_errno; /* why the program could not be run */
    /* Both as seen by the caller; set before the two bytes were sent. */
    _Atomic pid_t supervisor_pid;
    _Atomic pid_t program_pid;
    _Atomic int wait_status; /* the program's; valid once has_ended is set */
    _Atomic bool has_ended;
    _Atomic bool hit_deadline;
    _Atomic bool supervisor_killed;
    _Atomic bool said_goodbye; /* the caller is alive and ends the run itself */
    _Atomic int left_running;
    _Atomic int not_ended;
    _Atomic uint64_t n_exits; /* ever written into exits[], which is a ring */
    struct run_exit exits[RUN_EXITS_KEPT];
    struct jail_shared jail;
};

/* What the caller prepared, since nothing may be allocated after the fork. */
struct run_plan {
    const struct run_spec *spec;
    const struct run_jail *jail; /* NULL: none */
    struct run_shared *shared;
    char **env;
    int stdio[3];     /* -1: /dev/null */
    int control_read; /* EOF: the caller is gone, or wants the end */
    int status_write;
    int go_read;     /* a byte: the program may be started; -1: nobody has to say so */
    int terminal_fd; /* -1: none */
    pid_t caller;
    int *keep;         /* room for fds: RUN_OWN_FDS_MAX + 4 + spec->n_fds */
    int first_free_fd; /* above every fd number that the program wants */
    struct descent descent;
};

/* run_start() with a jail. */
int run_start_jailed(const struct run_spec *spec, const struct run_jail *jail, struct run **run);
/* For sandbox.c: what was refused. */
const struct jail_shared *run_jail_shared(const struct run *run);

/* In a process just forked from the caller, all signals blocked. Never returns. */
_Noreturn void supervisor_guard(struct run_plan *plan);

/* What the program talks through before its exec; -1: not needed. */
struct program_sockets {
    int started;  /* a pipe to the supervisor, closed by exec */
    int pid;      /* to the guard: jail_say_pid() */
    int listener; /* to the supervisor: jail_filter() */
};

/* In a process just forked from the supervisor: become the program. Returns errno if it cannot. */
int program_exec(const struct run_plan *plan, pid_t supervisor,
                 const struct program_sockets *sockets);

#endif
