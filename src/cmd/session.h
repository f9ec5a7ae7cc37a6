/*
 * session.h - one session of watching, as `run` and `watch` share it: the program started if there
 * is one, the source opened, dashboard or frames, and everything ended and given back.
 */
#ifndef PROCLAB_CMD_SESSION_H
#define PROCLAB_CMD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct session_options {
    const char *title;
    char *const *argv;    /* the program to start; NULL: none */
    pid_t root_pid;       /* without argv: the process to watch; 0: the whole system */
    double rate_hz;       /* 0: what fits */
    size_t history_bytes; /* what is kept to go back to; 0: what is usual */
    bool no_peek, shows_threads;
    bool is_lab;             /* it writes facts, and takes Enter and b */
    bool quits_with_program; /* the dashboard does not stay */
    long n_frames;           /* pictures as text instead of the dashboard; 0: the dashboard */
    int rows, cols;          /* of these pictures */
};

/*
 * Returns the exit status; does not return where a signal has ended the session. What was wrong has
 * been said.
 */
int session_run(const struct session_options *options);

/* "80x24" as columns and rows; false: it is not that, or out of range. */
bool session_parse_size(const char *text, int *rows, int *cols);

#endif
