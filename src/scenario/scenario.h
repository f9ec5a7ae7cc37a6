/*
 * scenario.h - a lecture in a file: a program to run, and steps that say something and wait until
 * something is seen. Loaded from YAML against a schema; match.h says whether a step came true.
 */
#ifndef PROCLAB_SCENARIO_SCENARIO_H
#define PROCLAB_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A pointer that is NULL: the file does not ask for it. */
struct wanted_process {
    char *name;        /* proc_pid_stat(5), field 2; of a long one its first 15 bytes */
    int *state;        /* a letter of proc_pid_stat(5), field 3 */
    int *waits_in;     /* enum wait_kind */
    unsigned *count;   /* exactly so many such processes; NULL: at least one */
    unsigned *threads; /* each has so many */
    char *parent;      /* the name of its parent */
    bool *zombie, *orphan;
};

struct wanted_exit {
    char *name;
    unsigned *status;  /* exited with it */
    char *signal;      /* ended by it: "SIGPIPE" or "PIPE" */
    int signal_number; /* 0: none */
};

enum wanted_fill { FILL_ANY, FILL_EMPTY, FILL_SOME, FILL_FULL, FILL_BYTES };

/* A pipe, FIFO, or one direction of a socketpair. */
struct wanted_pipe {
    char *writer, *reader; /* the name of a process that holds this end */
    char *fill;
    int *blocked; /* enum pipe_end_name: a process is asleep on this end */
    enum wanted_fill fill_kind;
    int64_t fill_bytes; /* FILL_BYTES */
};

enum pipe_end_name { BLOCKED_WRITER = 1, BLOCKED_READER, BLOCKED_NOBODY };

/* Each process of this name has been switched away from so often at least since it began. */
struct wanted_switches {
    char *name;
    unsigned *voluntary, *involuntary;
};

/* The region of a process of this name that is looked at: match_pages_pid() says whose. */
struct wanted_pages {
    char *name;
    unsigned *private_pages, *shared_pages; /* exactly so many */
};

/* All that is wanted must be true at one moment. */
struct until {
    struct wanted_process *process;
    struct wanted_exit *exited;
    struct wanted_pipe *pipe;
    struct wanted_switches *switches;
    struct wanted_pages *pages;
    char *line; /* a line that the program has printed holds it */
};

struct scenario_step {
    char *say;
    char *send;          /* typed for the program when the step begins */
    char *show;          /* a subject: "pipes" ...; NULL: as before */
    struct until *until; /* NULL: nothing is awaited */
    char *within;
    int64_t within_ns; /* counted from the step's begin */
};

struct scenario {
    char *title;
    unsigned *lab; /* that it belongs to */
    char **run;    /* the program and its arguments, NULL-ended */
    unsigned n_run;
    char **needs; /* programs that it starts: a name in PATH, or a pattern of paths */
    unsigned n_needs;
    char *show; /* a subject's name */
    struct scenario_step *steps;
    unsigned n_steps;
};

/* A step that does not say how long it may take. */
#define SCENARIO_WITHIN_NS INT64_C(5000000000)

enum { SCENARIO_ERROR_BYTES = 512 };

/*
 * Load the file at path. 0 and *scenario, on the heap; -errno where the file cannot be read; -EINVAL
 * where it is not a scenario: then error holds one line that names file, line, key and what was
 * expected (it is "" after any other).
 */
int scenario_load(const char *path, struct scenario **scenario, char error[SCENARIO_ERROR_BYTES]);
void scenario_free(struct scenario *scenario);

#endif
