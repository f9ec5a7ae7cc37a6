/*
 * say.h - the phrases that explain.h's sentences are made of: names, figures, what a process is
 * doing, who holds an end. A part of explain.c.
 */
#ifndef PROCLAB_MODEL_SAY_H
#define PROCLAB_MODEL_SAY_H

#include "history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the sentences need to know of a process. */
struct about {
    size_t reads, writes; /* the lane it is blocked on; TREE_NONE */
    size_t only_child;    /* where n_children is 1 */
    size_t n_children;    /* that live */
    bool ended_just_now;
    bool is_said; /* a sentence says what it does */
};

/* Who tells: where to, and of what. */
struct teller {
    FILE *out;
    const struct moment *m;
    const struct snapshot *s; /* m->now */
    struct about *about;      /* by process */
};

/* "sh 12": of any snapshot; of t's by its index; by PID ("process 12" where it is not in t's). */
void say_process(const struct teller *t, const struct snapshot *s, const struct process *p);
void say_index(const struct teller *t, size_t process);
void say_pid(const struct teller *t, pid_t pid);

/* "①" to "⑳", then "(21)"; "pipe ①"; "65,536"; "EACCES, no permission". */
void say_number(FILE *out, int number);
void say_lane(const struct teller *t, const struct pipe_lane *lane);
void say_bytes(FILE *out, int64_t n);
void say_error(FILE *out, int error);
/* " (65,536 of 65,536 bytes)", or why it is not known; nothing where neither is. */
void say_fill(const struct teller *t, const struct channel *c);

/* "write(1)": the call in which end's process is asleep on it. direction: FD_READ or FD_WRITE. */
void say_call(const struct teller *t, const struct pipe_end *end, unsigned direction);
/* "waits for the terminal": goes after the process's name. */
void say_doing(const struct teller *t, size_t process);

/* " (fd 4)", " (fds 4, 5)": all ends that ends[i]'s process has, ends[i] being its first. */
void say_fds(const struct teller *t, const struct pipe_end *ends, size_t n, size_t i);
/* "a 1 (fd 3) sleeps, b 2 (fd 3) runs and 4 more": all processes but `but` (TREE_NONE). */
void say_holders(const struct teller *t, const struct pipe_end *ends, size_t n, size_t but,
                 bool with_doing);
/* "cat 12 is blocked in read(0)", "cat 12 and 2 more are ...". One at least is blocked. */
void say_blocked(struct teller *t, const struct pipe_end *ends, size_t n, unsigned direction);

/* Of those who hold the ends: how many; how many are blocked; the first blocked end or NULL. */
size_t say_count_holders(const struct pipe_end *ends, size_t n);
size_t say_count_blocked(const struct pipe_end *ends, size_t n);
const struct pipe_end *say_first_blocked(const struct pipe_end *ends, size_t n);
/* Those blocked on these ends need no sentence of their own any more. */
void say_mark_said(struct teller *t, const struct pipe_end *ends, size_t n);

#endif
