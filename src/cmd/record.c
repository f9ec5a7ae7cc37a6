/* proclab record: what the dashboard would show, into a file or a pipe. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/environment.h"
#include "cmd/heartbeat.h"
#include "cmd/lab_facts.h"
#include "cmd/lab_paths.h"
#include "cmd/launch.h"
#include "cmd/options.h"
#include "cmd/relay.h"
#include "cmd/session.h"
#include "cmd/tape.h"
#include "model/snapshot.h"
#include "model/source.h"
#include "proc/live.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { OPTION_FORCE = 256, OPTION_NO_PEEK, OPTION_EXACT, OPTION_MEMORY, OPTION_DETAIL };

static const struct option_row options[] = {
    {"output", 'o', "FILE",
     "what to write; - is standard output, NAME.zst is compressed\n"
     "(proclab-DATE-TIME.jsonl)"},
    {"rate", 'r', "HZ", "looks a second, 1 to 60 (20)"},
    {"force", OPTION_FORCE, NULL, "overwrite FILE"},
    {"no-peek", OPTION_NO_PEEK, NULL, "never open a pipe to see how full it is"},
    {"exact", OPTION_EXACT, "WAY", LAUNCH_EXACT_HELP},
    {"memory", OPTION_MEMORY, NULL,
     "pages as well: of the region that a lab's demo names, else of the\n"
     "largest process's largest anonymous one (1 KB more a look)"},
    {"detail", OPTION_DETAIL, NULL,
     "all of each process that the dashboard's subject 5 shows: credentials,\n"
     "signals, limits, maps (of 64 processes at most)"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "record",
    .synopsis = "[OPTION...] -- COMMAND [ARGUMENT...]\n[OPTION...] PID",
    .about =
        "Record a new command and all that it starts, or a process and its descendants, for\n"
        "`proclab replay`. The command keeps your terminal, and what it writes there is recorded;\n"
        "where standard input or output is no terminal, or with a PID, the processes alone are.\n"
        "With -o - what it writes is in the recording only. What a lab's demo says is recorded, "
        "too.",
    .options = options,
    .examples = "proclab record -o lecture.zst -- bash\n"
                "proclab record -o - -- make | proclab replay -\n"
                "ssh host proclab record -o - -- ./a.out | proclab replay -",
    .exit_status =
        "as the command's, 128 + the signal if one ended it; 127 it was not found, 126 it\n"
        "cannot be run; 1 the recording could not be written; 2 wrong usage",
    .stops_at_operand = true,
};

struct recorder {
    struct tape tape;
    bool no_peek, wants_memory, wants_details;
    long rate_hz;
    char *const *argv; /* NULL: a PID */
    pid_t root_pid;
    char title[160], default_path[64];
    bool has_pty;
    struct launch launch;
    struct lab_facts facts; /* of a lab's demo */
    bool has_facts;
    pid_t memory_pid; /* whose pages are recorded; 0: nobody's */
    struct relay relay;
    struct source *source;
    struct heartbeat heartbeat;
    int signal; /* that ends us */
    bool is_over;
};

/* ---- beginning ------------------------------------------------------------------------------- */

static int open_facts(struct recorder *r)
{
    if (!lab_is_demo(r->argv[0]))
        return 0;
    int error = lab_facts_init(&r->facts);
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot make a file for the lab's facts");
    r->has_facts = true;
    return 0;
}

static int start_program(struct recorder *r)
{
    int rows = 24, cols = 80;
    if (!r->argv)
        return 0;
    int status = open_facts(r);
    if (status)
        return status;
    char **environment = r->has_facts ? launch_facts_environment() : NULL;
    struct run_fd handed = launch_facts_fd(r->facts.fd);
    r->has_pty = relay_look(&r->relay, &rows, &cols) || r->tape.is_stdout;
    struct run_spec spec = {
        .argv = r->argv,
        .env = environment,
        .fds = &handed,
        .n_fds = r->has_facts,
        .use_pty = r->has_pty,
        .rows = rows,
        .cols = cols,
        .stdio = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO},
        .saved_terminal = r->relay.has_terminal ? &r->relay.saved : NULL,
        .terminal_fd = STDIN_FILENO,
        .before_program = launch_follow,
        .before_program_arg = &r->launch,
    };
    int error = r->has_facts && !environment ? -ENOMEM : run_start(&spec, &r->launch.run);
    environment_free(environment);
    if (error)
        return launch_complain(&r->launch, r->argv[0], error);
    if (r->has_pty) {
        relay_start(&r->relay, run_pty(r->launch.run));
        tape_size(&r->tape, rows, cols);
    }
    return 0;
}

static int open_source(struct recorder *r)
{
    struct live_options live = {.root_pid = r->root_pid, .no_peek = r->no_peek};
    int status = r->argv ? 0 : launch_follow_running(&r->launch, r->root_pid);
    if (status)
        return status;
    launch_fill_live(&r->launch, &live);
    int error = live_open(&live, &r->source);
    return error ? session_complain_source(error, r->root_pid) : 0;
}

/* ---- the loop -------------------------------------------------------------------------------- */

/*
 * After an error nothing more is recorded, and the command may go on, unless whoever read the pipe
 * has gone, and with it the purpose.
 */
static void notice_error(struct recorder *r)
{
    if (r->tape.error == -EPIPE || (r->tape.error && !r->argv))
        r->is_over = true;
}

/* Another process becomes the largest only when it is twice as large: they come and go. */
static void choose_largest(struct recorder *r, const struct snapshot *s)
{
    const struct process *now = snapshot_find(s, r->memory_pid), *largest = now;
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        if (p->is_outside || p->is_kernel || process_is_zombie(p))
            continue;
        if (!largest || p->rss_bytes > largest->rss_bytes)
            largest = p;
    }
    if (!now || process_is_zombie(now) || largest->rss_bytes / 2 > now->rss_bytes)
        r->memory_pid = largest ? largest->pid : 0;
}

static void hear_lab(struct recorder *r)
{
    if (r->has_facts && lab_facts_look(&r->facts))
        tape_narration(&r->tape, &r->facts.narration);
    const struct narrated_region *region = &r->facts.narration.region;
    struct source_wish wish = {.all_details = r->wants_details};
    if (r->wants_memory && region->pid > 0) {
        wish.memory_pid = region->pid;
        wish.region_start = region->start;
        wish.region_bytes = region->bytes;
    } else if (r->wants_memory) {
        wish.memory_pid = r->memory_pid;
    }
    source_want(r->source, &wish);
}

static void look(struct recorder *r)
{
    struct snapshot *snapshot;
    hear_lab(r);
    if (!r->tape.error)
        r->tape.error = source_next(r->source, &snapshot);
    notice_error(r);
    if (r->tape.error)
        return;
    tape_look(&r->tape, snapshot);
    notice_error(r);
    choose_largest(r, snapshot);
    if (!r->argv && snapshot->n_processes == 0)
        r->is_over = true; /* the process that we watched has gone */
    snapshot_free(snapshot);
}

/* True: there may be more. */
static bool take_output(struct recorder *r)
{
    char bytes[16384];
    int n = r->relay.pty >= 0 ? relay_read(&r->relay, bytes, sizeof bytes) : 0;
    if (n < 0)
        relay_stop(&r->relay);
    if (n <= 0)
        return false;
    tape_output(&r->tape, bytes, (size_t)n);
    notice_error(r);
    return true;
}

static void follow_size(struct recorder *r)
{
    struct winsize size;
    if (!r->relay.has_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row ||
        !size.ws_col)
        return;
    run_resize(r->launch.run, size.ws_row, size.ws_col);
    tape_size(&r->tape, size.ws_row, size.ws_col);
    notice_error(r);
}

/* Ctrl-C without a pty reaches us alone: it is meant for the command, whose end is ours. */
static void take_signal(struct recorder *r)
{
    int number = heartbeat_signal(&r->heartbeat);
    if (number == SIGWINCH) {
        follow_size(r);
    } else if (r->argv && (number == SIGINT || number == SIGQUIT)) {
        kill(-run_pid(r->launch.run), number);
    } else if (number) {
        r->signal = r->argv || number != SIGINT ? number : 0; /* Ctrl-C ends recording a PID */
        r->is_over = true;
    }
}

static void turn(struct recorder *r)
{
    enum { KEYS, PTY, ENDED, TIMER, SIGNAL, N_FDS };
    short keys = relay_input_events(&r->relay);
    struct pollfd fds[N_FDS] = {
        [KEYS] = {.fd = keys ? STDIN_FILENO : -1, .events = keys},
        [PTY] = {.fd = r->relay.pty, .events = relay_pty_events(&r->relay)},
        [ENDED] = {.fd = r->launch.run ? run_ended_fd(r->launch.run) : -1, .events = POLLIN},
        [TIMER] = {.fd = r->heartbeat.timer_fd, .events = POLLIN},
        [SIGNAL] = {.fd = r->heartbeat.signal_fd, .events = POLLIN},
    };
    if (poll(fds, N_FDS, -1) < 0)
        return;
    if (fds[SIGNAL].revents)
        take_signal(r);
    if (fds[KEYS].revents)
        relay_read_keys(&r->relay);
    if (fds[PTY].revents & POLLOUT)
        relay_flush(&r->relay);
    if (fds[PTY].revents & ~POLLOUT)
        take_output(r);
    if (fds[TIMER].revents && heartbeat_is_due(&r->heartbeat))
        look(r);
    if (fds[ENDED].revents)
        r->is_over = true;
}

/* -1: there is none, or it had to be ended by us. */
static int wait_status_of(const struct recorder *r)
{
    struct run_result result = {0};
    if (r->launch.run)
        run_poll(r->launch.run, &result);
    return result.has_ended && !result.is_lost ? result.wait_status : -1;
}

static void record(struct recorder *r)
{
    while (!r->is_over)
        turn(r);
    while (take_output(r))
        continue;
    look(r);
}

/* ---- */

/* What could not be written is said where the terminal is ours again. */
static int end(struct recorder *r, int status)
{
    int wait_status = wait_status_of(r);
    relay_stop(&r->relay);
    source_free(r->source);
    tape_close(&r->tape, wait_status, status != 0);
    int program_status = launch_end(&r->launch);
    if (r->has_facts)
        lab_facts_fini(&r->facts);
    if (status)
        return status;
    if (r->tape.error == -EPIPE)
        return 128 + SIGPIPE;
    if (r->tape.error)
        return tape_complain(&r->tape);
    if (!r->tape.is_stdout && isatty(STDERR_FILENO))
        fprintf(stderr, "proclab: recorded; see it with: proclab replay %s\n", r->tape.path);
    return r->signal ? 128 + r->signal : program_status;
}

static int parse_operands(struct recorder *r, int argc, char **argv)
{
    bool is_command = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
    if (optind == argc)
        return complain(EXIT_USAGE, 0, "as in: proclab record -- sleep 10", "%s",
                        is_command ? "no command after --" : "what is to be recorded?");
    if (is_command) {
        r->argv = argv + optind;
        session_make_title(r->title, sizeof r->title, r->argv);
        return 0;
    }
    int status = options_parse_pid(
        argc, argv, "a command comes after --: proclab record -- COMMAND", &r->root_pid);
    if (status)
        return status;
    snprintf(r->title, sizeof r->title, "process %d", (int)r->root_pid);
    return 0;
}

static int parse(struct recorder *r, int argc, char **argv)
{
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        bool is_good = true;
        if (code == 'o')
            r->tape.path = optarg;
        else if (code == 'r')
            is_good = options_parse_number(&usage, "--rate", optarg, 1, 60, &r->rate_hz);
        else if (code == OPTION_EXACT)
            is_good = launch_parse_exact(optarg, &r->launch.exact) == 0;
        r->tape.is_forced = r->tape.is_forced || code == OPTION_FORCE;
        r->no_peek = r->no_peek || code == OPTION_NO_PEEK;
        r->wants_memory = r->wants_memory || code == OPTION_MEMORY;
        r->wants_details = r->wants_details || code == OPTION_DETAIL;
        if (!is_good)
            return EXIT_USAGE;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    int status = parse_operands(r, argc, argv);
    if (status)
        return status;
    time_t now = time(NULL);
    if (!*r->tape.path) {
        strftime(r->default_path, sizeof r->default_path, "proclab-%Y%m%d-%H%M%S.jsonl",
                 localtime(&now));
        r->tape.path = r->default_path;
    }
    return -1;
}

int cmd_record(int argc, char **argv)
{
    struct recorder r = {.tape = TAPE_NONE,
                         .rate_hz = 20,
                         .relay = {.pty = -1},
                         .launch = {.exact = LAUNCH_EXACT_BEST}};
    int status = parse(&r, argc, argv);
    if (status >= 0)
        return status;
    status = tape_open(&r.tape, r.title, (double)r.rate_hz);
    if (!status)
        status = heartbeat_open(&r.heartbeat, r.rate_hz);
    if (!status)
        status = start_program(&r);
    if (!status)
        status = open_source(&r);
    if (!status)
        record(&r);
    return end(&r, status);
}
