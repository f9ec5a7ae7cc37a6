/*
 * launch.h - the program that is watched: started on a pseudo-terminal below a supervisor,
 * with a screen for what it writes, and judged when it has ended.
 */
#ifndef PROCLAB_CMD_LAUNCH_H
#define PROCLAB_CMD_LAUNCH_H

#include "proc/lifecycle.h"
#include "run/run.h"

#include <limits.h>
#include <stdbool.h>

struct live_options;
struct terminal;
struct tty;

/* How its births, execs and deaths are to be learned: --exact. */
struct launch_exact {
    unsigned ways;    /* bits of lifecycle.h's LIFECYCLE_PERF ... */
    bool is_required; /* they were asked for by name */
};

/* Unless the user wants something else: the best there is. */
#define LAUNCH_EXACT_BEST                                                                          \
    (struct launch_exact)                                                                          \
    {                                                                                              \
        .ways = LIFECYCLE_BEST                                                                     \
    }

#define LAUNCH_EXACT_HELP                                                                          \
    "how births and deaths are learned: perf (of a command), connector\n"                          \
    "(the kernel tells of each), no (seen by looking), ptrace (which\n"                            \
    "slows it down), best (perf, else connector, else no)"

struct launch {
    struct launch_exact exact; /* set before it is started */
    const char *cwd;           /* the same: where the program starts; NULL: where we are */
    bool has_scratch; /* the same: TMPDIR is a folder of its own, removed in launch_end() */
    int refused;      /* -errno: what was asked for by name is not to be had */
    struct run *run;
    struct terminal *terminal;
    char scratch[PATH_MAX];
    int64_t births_before;       /* live_births() from before the program */
    struct lifecycle *lifecycle; /* what the kernel tells of the program's births, execs and deaths;
                                    NULL: it does not */
};

/* The argument of --exact: 0, or one line and EXIT_USAGE. */
int launch_parse_exact(const char *text, struct launch_exact *exact);

/*
 * run_spec.before_program, its argument the struct launch: listen to the kernel from before the
 * program's own birth on. Where it does not tell, that is an error only if it was asked for by
 * name: else they are sampled.
 */
int launch_follow(pid_t supervisor, void *launch);

/*
 * The same of what runs already: root_pid and its descendants, 0: everybody. Only the connector
 * tells of them. 0; or an exit status where something else was asked for by name: it has been said.
 */
int launch_follow_running(struct launch *launch, pid_t root_pid);

/* How to look at what was launched, or runs already (live->root_pid), for live_open(). */
void launch_fill_live(struct launch *launch, struct live_options *live);

/*
 * Start argv on a pseudo-terminal of rows x cols. tty is what is put back if we are killed; NULL:
 * none. facts_fd, if not -1, is handed down and named in PROCLAB_FACTS_FD. 0; or an exit status
 * (127, 126, 1): what was wrong has been said.
 */
int launch_start(struct launch *launch, char *const *argv, const struct tty *tty, int rows,
                 int cols, int facts_fd);

/*
 * How a demo gets its facts file: our environment with a variable that names it, and nothing else
 * changed (NULL: out of memory; environment_free()), and where the file is put.
 */
char **launch_facts_environment(void);
struct run_fd launch_facts_fd(int facts_fd);

/* Say why launch's program could not be started; the exit status for it. */
int launch_complain(const struct launch *launch, const char *program, int error);

/*
 * End all that is left of it, and say so where that matters. Returns what the program's end makes
 * our exit status: its own, 128 + signal, 0 where it still ran, or 1 where nobody saw how it ended.
 */
int launch_end(struct launch *launch);

#endif
