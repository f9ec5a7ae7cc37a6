/*
 * probe.h - for a lab's probes.c: small programs that call the student's
 * functions, one for each thing that is claimed of them.
 *
 *     PROBE(read_full_eof)
 *     {
 *         int ends[2];
 *         probe_must(pipe(ends) == 0);
 *         ...
 *         probe_put_int("returned", PROBE_CALL(read_full(ends[0], buf, 10)));
 *     }
 *
 * A probe judges nothing: it puts what it saw, under names, into the memory that it shares
 * with the grader, and grade.c judges. It runs alone in its process, supervised and
 * watched from outside (watch.h). What a probe or a helper needs and cannot have
 * (a pipe, a process) is not the student's fault: probe_must() says so.
 */
#ifndef PROCLAB_GRADEKIT_PROBE_PROBE_H
#define PROCLAB_GRADEKIT_PROBE_PROBE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct probe {
    const char *name;
    void (*function)(void);
    struct probe *next;
};

struct helper {
    const char *name;
    int (*function)(int argc, char **argv);
    struct helper *next;
};

void probe_register(struct probe *probe);
void helper_register(struct helper *helper);

/* Define a probe. The function that returns has come to its end. */
#define PROBE(name_)                                                                               \
    static void probe_##name_(void);                                                               \
    __attribute__((constructor)) static void probe_register_##name_(void)                          \
    {                                                                                              \
        static struct probe probe = {.name = #name_, .function = probe_##name_};                   \
        probe_register(&probe);                                                                    \
    }                                                                                              \
    static void probe_##name_(void)

/*
 * Define a helper: a program for the student's function to start. It is a mode of the probe's own
 * executable, so that nothing depends on what is installed. argv[0] is its name, argv[1] on are the arguments given to
 * helper_argv(). What it returns is its exit status. It can put, hold, and use cells as a probe can.
 */
#define HELPER(name_)                                                                              \
    static int helper_##name_(int argc, char **argv);                                              \
    __attribute__((constructor)) static void helper_register_##name_(void)                         \
    {                                                                                              \
        static struct helper helper = {.name = #name_, .function = helper_##name_};                \
        helper_register(&helper);                                                                  \
    }                                                                                              \
    static int helper_##name_(int argc, char **argv)

/*
 * The argument vector that starts a helper, NULL-ended; at most 6 arguments after its name, the last one NULL.
 * It lasts until the probe ends.
 */
char **helper_argv(const char *name, ...) __attribute__((sentinel));

/* The same for any other program: its words, the last one NULL. */
char **probe_argv(const char *program, ...) __attribute__((sentinel));

/*
 * Evaluate a call of a student's function. Before and after, the caller's state (fds, mask, dispositions,
 * environment ...) is noted; what differs goes out as "changed_fds" and "changed_state". errno is as the function left it. A
 * child that returns here is counted, and goes no further.
 */
#define PROBE_CALL(call_)                                                                          \
    __extension__({                                                                                \
        probe_enter(#call_);                                                                       \
        errno = 0;                                                                                 \
        __auto_type returned_ = (call_);                                                           \
        probe_leave();                                                                             \
        returned_;                                                                                 \
    })
void probe_enter(const char *call);
void probe_leave(void);

/* Hand a value to the grader. A key that is put twice holds the later value. Keep errno. */
void probe_put_int(const char *key, int64_t value);
/* The first 4,096 bytes are kept, and how many there were. */
void probe_put_bytes(const char *key, const void *bytes, size_t len);
void probe_put_text(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Wait until the grader has looked at all processes of the probe, from outside, and kept what it saw under this name. */
void probe_hold(const char *name);

/* Counters shared with children and helpers. cell: 0 to SHARED_CELLS - 1. */
uint32_t probe_cell(int cell);
void probe_cell_add(int cell, uint32_t n);
void probe_cell_wait(int cell, uint32_t at_least);

/*
 * Wait until the caller is asleep (it has started what it starts, and waits), or for two seconds at most. For children and helpers.
 */
void probe_wait_asleep(void);
/* The same of another process. */
void probe_wait_asleep_of(pid_t pid);
/* The state of a process, field 3 of proc_pid_stat(5): 'R', 'S', 'T', 'Z' ...; 0: there is none such. */
char probe_state_of(pid_t pid);
/* It sleeps with this signal blocked: nothing will interrupt that. */
bool probe_is_out_of_reach(pid_t pid, int signal_number);
/* kill(2) by the probe itself, of its own processes: not taken for the student's. */
void probe_signal(pid_t pid, int signal_number);
/* The caller's PID, for children and helpers. */
pid_t probe_caller(void);

/* "This machine would not let the probe do it": an error of ours, not the student's. */
#define probe_must(condition_)                                                                     \
    ((condition_) ? (void)0 : probe_give_up(#condition_, __FILE__, __LINE__))
_Noreturn void probe_give_up(const char *what, const char *file, int line);

/* A child of the probe's own, e.g. the other end of a pipe: fork(), checked, and named so in what is told of a hang (at
 * most 15 characters). It may use all of the above but PROBE_CALL. */
pid_t probe_fork(const char *name);
/* Wait for it. Its wait status, or -1: it is no child of ours any more (somebody has waited for it). */
int probe_reap(pid_t pid);
/* Two children of the caller's own, of which the function knows nothing: one has ended (with 42), one runs (and ends with
 * 43 when the cell is at least that). */
struct probe_bystanders {
    pid_t ended, running;
};
struct probe_bystanders probe_bystanders_make(int cell, uint32_t at_least);
/* Wait for both: their exit statuses as "ended" and "running", -1: somebody has waited for it. */
void probe_bystanders_put(struct probe_bystanders b);
/* fork(), for a child that itself calls the student's function: PROBE_CALL takes it for the caller. */
pid_t probe_fork_caller(void);

/* A file without a name for what programs print: read and write, at 0, not inherited. */
int probe_file(void);
/* All that is in it, malloc'ed, NUL-ended. */
char *probe_file_read(int fd, size_t *len);
/* Make fd `to` refer to what `from` does, and stay open across exec. */
void probe_become(int from, int to);

/* Read until n bytes, EOF or an error other than EINTR; how many came. */
size_t probe_take(int fd, void *buf, size_t n);
/* A moment's pause between two looks at what somebody else is to do. */
void probe_rest(void);
/* Names of the signals that this process blocks, and of those that it ignores, as "INT USR1", under these keys. */
void probe_put_signals(const char *blocked_key, const char *ignored_key);

/* Fill with bytes that differ from place to place, and find where they do: len, if nowhere. */
void probe_pattern_fill(void *bytes, size_t len);
size_t probe_pattern_check(const void *bytes, size_t len);

/*
 * Interrupt this process: a handler of SIGALRM, without SA_RESTART, at 1,000 Hz, until at most max signals came or
 * probe_interrupt_stop(). Each one adds to the cell.
 */
void probe_interrupt_start(int cell, uint32_t max);
void probe_interrupt_stop(void);

/* Let the next `successes` calls of fork, vfork or posix_spawn succeed, and all after them fail with EAGAIN. */
void probe_fail_processes(unsigned successes);
/*
 * The same with this errno, and in what descends from the caller, too: a child counts on from where its parent was
 * when it made it.
 */
void probe_fail_processes_below(unsigned successes, int error);
/* How many have failed so, in the descendants as well. */
unsigned probe_failed_processes(void);
void probe_fail_nothing(void);

#endif
