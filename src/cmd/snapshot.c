/* proclab snapshot: one look at a process and its descendants, or at the whole system. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/options.h"
#include "export/snapshot_text.h"
#include "model/history.h"
#include "model/source.h"
#include "proc/live.h"
#include "record/snapshot_json.h"
#include "ui/tty.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { OPTION_NO_PEEK = 256 };

/* Between the two looks that a verdict needs: what is seen blocked once may just be slow. */
static const struct timespec between_looks = {.tv_nsec = 250000000};

static const struct option_row options[] = {
    {"json", 'j', NULL, "as one JSON object (proclab-snapshot.schema.json describes it)"},
    {"threads", 't', NULL, "list threads, too"},
    {"no-peek", OPTION_NO_PEEK, NULL, "never open a pipe to see how full it is"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "snapshot",
    .synopsis = "[OPTION...] [PID]",
    .about = "Show a process and its descendants, or without PID the whole system, once: the tree, "
             "what\n"
             "each waits for, the pipes with all holders of their ends, and what is going on. "
             "Rates are\n"
             "those between two looks, a quarter of a second apart.",
    .options = options,
    .examples = "proclab snapshot $$\n"
                "proclab snapshot --json | jq '.pipes[] | select(.blocked_writers != [])'",
    .exit_status = "0; 1 no such process, or it may not be looked at; 2 wrong usage",
};

static int complain_open(int error, pid_t pid)
{
    if (error == -ESRCH || error == -ENOENT)
        return complain(EXIT_FAILED, ESRCH, "ps -e lists those that there are",
                        "there is no process %d", (int)pid);
    if (error == -EACCES || error == -EPERM)
        return complain(EXIT_FAILED, error, "look at one of your own, or be root",
                        "process %d may not be looked at", (int)pid);
    return complain(EXIT_FAILED, error, "is /proc mounted?", "cannot read /proc");
}

static int look(struct source *source, struct history *history)
{
    struct snapshot *snapshot = NULL;
    int error = source_next(source, &snapshot);
    return error ? error : history_push(history, snapshot);
}

/* Columns of the terminal that it is printed on; 0: it is none, and no line is cut. */
static int terminal_width(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* main() reports what could not be written. */
static int print_json(const struct moment *moment)
{
    json_t *object = snapshot_to_json(moment->now, &moment->pipes);
    bool is_made = object && json_dumpf(object, stdout, JSON_INDENT(1) | JSON_COMPACT) == 0;
    putchar('\n');
    json_decref(object);
    return is_made || ferror(stdout) ? 0 : -ENOMEM;
}

static int print_text(const struct moment *moment, bool has_threads)
{
    const struct snapshot_text_options how = {
        .width = terminal_width(), .ascii = !tty_is_utf8(), .threads = has_threads};
    int error = snapshot_text_write(stdout, moment, &how);
    return error == -EIO ? 0 : error;
}

/* Two looks: what is said of a pipe by one alone may be about what passed in the middle of it. */
static int print(struct source *source, bool is_json, bool has_threads)
{
    struct history *history = history_new(SIZE_MAX / 2);
    if (!history)
        return -ENOMEM;
    int error = look(source, history);
    if (!error) {
        clock_nanosleep(CLOCK_MONOTONIC, 0, &between_looks, NULL);
        error = look(source, history);
    }
    struct moment moment;
    if (!error)
        error = history_moment(history, history_count(history) - 1, &moment);
    if (!error) {
        error = is_json ? print_json(&moment) : print_text(&moment, has_threads);
        moment_fini(&moment);
    }
    history_free(history);
    return error;
}

int cmd_snapshot(int argc, char **argv)
{
    struct live_options live = {.all_details = true};
    bool is_json = false, has_threads = false;
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        is_json = is_json || code == 'j';
        has_threads = has_threads || code == 't';
        live.no_peek = live.no_peek || code == OPTION_NO_PEEK;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind < argc) {
        int status = options_parse_pid(argc, argv, "as in: proclab snapshot $$", &live.root_pid);
        if (status)
            return status;
        live.all_details = false;
    }
    struct source *source = NULL;
    int error = live_open(&live, &source);
    if (error)
        return complain_open(error, live.root_pid);
    error = print(source, is_json, has_threads);
    source_free(source);
    return error ? complain(EXIT_FAILED, error, NULL, "cannot look") : EXIT_OK;
}
