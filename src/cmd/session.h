/*
 * session.h - one session of watching, as `run` and `watch` share it: the program started if there
 * is one, the source opened, dashboard or frames, and everything ended and given back.
 */
#ifndef PROCLAB_CMD_SESSION_H
#define PROCLAB_CMD_SESSION_H

#include "cmd/launch.h"
#include "ui/tty.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct export_format;
struct paper;

struct session_options {
    const char *title;
    char *const *argv;    /* the program to start; NULL: none */
    pid_t root_pid;       /* without argv: the process to watch; 0: the whole system */
    double rate_hz;       /* 0: what fits */
    size_t history_bytes; /* what is kept to go back to; 0: what is usual */
    bool no_peek, shows_threads;
    struct launch_exact exact;          /* with argv */
    bool is_lab;                        /* it writes facts, and takes Enter and b */
    bool quits_with_program;            /* the dashboard does not stay */
    long n_frames;                      /* pictures instead of the dashboard; 0: the dashboard */
    int rows, cols;                     /* of these pictures */
    const struct export_format *format; /* of these pictures; NULL: text */
    const struct paper *paper;          /* their colours; NULL: dark */
    const char *out_path;               /* NULL: standard output */
};

/*
 * Returns the exit status; does not return where a signal has ended the session. What was wrong has
 * been said.
 */
int session_run(const struct session_options *options);

/* What live_open() has found, and tty_open(), said in a line. The exit status for it. */
int session_complain_source(int error, pid_t root_pid);
int session_complain_tty(enum tty_problem problem, int error);
/* End by this signal, as whoever sent it expects. */
_Noreturn void session_end_by(int signal_number);

/* "yes | head": what the title bar says of a command. */
void session_make_title(char *title, size_t len, char *const *argv);

/* What pictures are asked for: 0, or EXIT_USAGE and it was said what is wrong. */
int session_parse_size(const char *text, int *rows, int *cols); /* "80x24" */
int session_parse_format(const char *text, const struct export_format **format);
int session_parse_theme(const char *text, const struct paper **paper);

#endif
