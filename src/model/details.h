/*
 * details.h - one process closely: what is read only of the one that somebody looks at. A row of a
 * snapshot's table, filled by its producer.
 */
#ifndef PROCLAB_MODEL_DETAILS_H
#define PROCLAB_MODEL_DETAILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The resource limits that matter here: getrlimit(2). */
enum limit_kind {
    LIMIT_OPEN_FILES,    /* RLIMIT_NOFILE: the highest fd, plus 1 */
    LIMIT_PROCESSES,     /* RLIMIT_NPROC: tasks of its real user */
    LIMIT_ADDRESS_SPACE, /* RLIMIT_AS, bytes */
    LIMIT_STACK,         /* RLIMIT_STACK, bytes */
    LIMIT_CORE,          /* RLIMIT_CORE, bytes */
    LIMIT_CPU,           /* RLIMIT_CPU, seconds */
    LIMIT_FILE_SIZE,     /* RLIMIT_FSIZE, bytes */
    LIMIT_COUNT,
};

#define LIMIT_NONE INT64_MAX /* RLIM_INFINITY */

struct limit {
    int64_t soft, hard; /* -1: unknown */
};

/* What a mapping is, by what is behind it: proc_pid_maps(5). */
enum map_kind {
    MAP_OF_PROGRAM,
    MAP_OF_LIBRARY,
    MAP_OF_HEAP,  /* what brk(2) moves */
    MAP_OF_STACK, /* the main thread's; another thread's is anonymous */
    MAP_ANONYMOUS_PRIVATE,
    MAP_OF_FILE,
    MAP_SHARED_BY_ALL, /* MAP_SHARED, of a file or of none */
    MAP_OF_KERNEL,     /* vdso and the like */
    MAP_KIND_COUNT,
};

struct map_sum {
    int64_t n, bytes; /* of address space, touched or not */
};

/* Bit n - 1 stands for signal n, as in proc_pid_status(5). */
struct signal_sets {
    uint64_t pending;     /* for the main thread alone */
    uint64_t all_pending; /* for the process: whichever thread comes first takes it */
    uint64_t blocked;     /* by the main thread */
    uint64_t ignored, caught;
};

enum { ID_REAL, ID_EFFECTIVE, ID_SAVED, ID_COUNT };

/* An error is 0, or the errno with which the figures below it could not be read. */
struct details {
    pid_t pid;
    int status_error;
    int64_t uids[ID_COUNT], gids[ID_COUNT]; /* -1: unknown */
    uint32_t groups_text;                   /* "4 24 27": the supplementary ones; 0: none */
    bool has_signals, has_capabilities;
    struct signal_sets signals;
    uint64_t capabilities; /* the effective ones: bit n is capability n */
    int no_new_privs;      /* prctl(2) PR_SET_NO_NEW_PRIVS: 0, 1; -1: unknown */
    int seccomp;           /* 0 none, 1 strict, 2 a filter; -1: unknown */
    int64_t umask;         /* -1: unknown */
    int64_t rss_anonymous_bytes, rss_file_bytes, rss_shared_bytes; /* -1: unknown */
    int64_t swapped_bytes, highest_rss_bytes;
    int limits_error;
    struct limit limits[LIMIT_COUNT];
    int executable_error;
    uint32_t executable_text;
    int folder_error;
    uint32_t folder_text; /* its working directory */
    int cgroup_error;
    uint32_t cgroup_text; /* its path below the root of the hierarchy */
    int environment_error;
    int64_t environment_bytes, environment_variables; /* at exec; never what is in it */
    int maps_error;
    struct map_sum maps[MAP_KIND_COUNT];
};

/* All unknown. */
void details_init(struct details *details, pid_t pid);

/* "open files", "processes" ...; "program", "libraries" ... */
const char *limit_kind_name(enum limit_kind kind);
const char *map_kind_name(enum map_kind kind);

#endif
