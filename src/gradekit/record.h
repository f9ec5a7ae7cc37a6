/*
 * record.h - what is known of one run of a probe when it is over.
 *
 * Filled by watch.h, read by what claims expect (claim.h). Nothing in it is alive any more.
 */
#ifndef PROCLAB_GRADEKIT_RECORD_H
#define PROCLAB_GRADEKIT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct snapshot;
struct shared;

enum record_end {
    END_CAME_BACK,   /* the probe came to its end: what it put counts */
    END_EXITED,      /* the process ended by exit(3) or _exit(2) before that */
    END_KILLED,      /* a signal killed it */
    END_HUNG,        /* every task was asleep, and nothing moved any more: see story */
    END_LOOPED,      /* it used up its CPU time */
    END_FLOODED,     /* it wrote without end */
    END_BOMBED,      /* it made processes without end */
    END_TIMED_OUT,   /* the wall clock ran out, though something still moved */
    END_SUPERVISOR,  /* it killed the process that supervised it */
    END_SPOILED,     /* after the call, what the probe needs itself was gone: an fd, a child */
    END_GAVE_UP,     /* the probe could not do its own part: our error, not the student's */
    END_NOT_STARTED, /* nor could it be started; error says why */
};

enum { RECORD_LOOKS_MAX = 8, RECORD_OUTPUT_BYTES = 4096 };

/* What a probe's probe_hold() got: all its processes, as they were then. */
struct record_look {
    char name[64];
    struct snapshot *snapshot;
};

struct record {
    char probe[64];
    enum record_end end;
    int error;        /* END_NOT_STARTED: an errno */
    int wait_status;  /* of the probe's process, where it ended by itself; else -1 */
    char call[64];    /* the student's function that was called last */
    bool was_inside;  /* the call had not returned */
    bool called_exit; /* END_EXITED: by exit(3), so it was not _exit(2) */
    unsigned extra_returns, exits_in_child, foreign_kills;
    int kill_target, kill_signal; /* the last of foreign_kills, as the probe saw the PID */
    char refused_kill[96]; /* a signal that the sandbox refused: "kill(-1, SIGKILL)"; "": none */
    pid_t caller_pid;      /* as seen from outside; 0: it was never seen */
    size_t most_processes; /* of its tree at one time, sampled */
    char *story;           /* END_HUNG, END_LOOPED ...: who waits for what, in lines; or NULL */
    char output[RECORD_OUTPUT_BYTES +
                1];      /* what was printed to stdout and stderr: the start of it */
    size_t output_bytes; /* all of it */
    struct record_look looks[RECORD_LOOKS_MAX];
    size_t n_looks;
    struct shared *values; /* a private copy */
};

void record_free(struct record *r);

/* What the probe put under this key (the last time). False, NULL: nothing, or of another kind. */
bool record_int(const struct record *r, const char *key, int64_t *value);
const char *record_text(const struct record *r, const char *key); /* NUL-ended */
/* *total: how many there were; *kept: how many are in the result. */
const unsigned char *record_bytes(const struct record *r, const char *key, size_t *total,
                                  size_t *kept);

/* The look with this name, or NULL. */
const struct snapshot *record_look(const struct record *r, const char *name);

/*
 * How the call ended, in a sentence or some lines, in the student's words: "read_full never returned: it ended the whole
 * process with exit(0)". malloc'ed. For END_CAME_BACK: NULL.
 */
char *record_describe_end(const struct record *r);

/* Who is asleep in what, a line a process, without PIDs: names are those that prctl(2) gave. malloc'ed. */
char *record_describe_waiting(const struct snapshot *s, pid_t caller_pid);

/* "reader (a zombie), caller (asleep in pipe read)": the processes but the caller and what is the sandbox's. "": none. */
char *record_describe_others(const struct snapshot *s, pid_t caller_pid);

#endif
