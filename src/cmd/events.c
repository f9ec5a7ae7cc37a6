/* proclab events: every fork, exec and exit of a command, a line each. */
#include "model/events.h"
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/heartbeat.h"
#include "cmd/launch.h"
#include "cmd/options.h"
#include "cmd/outfile.h"
#include "cmd/session.h"
#include "model/explain.h"
#include "model/source.h"
#include "proc/live.h"
#include "record/snapshot_json.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uthash.h>

enum { OPTION_EXACT = 256, NICE = 10 };

/* An event's JSON is shorter: a kind, a time, a few numbers, a name. */
enum { EVENT_JSON_BYTES = 1024 };

/* When the command has ended, until each end has been told: at most so often, so long apart. */
enum { LAST_LOOKS = 200, LAST_LOOK_MS = 10 };

static const struct option_row options[] = {
    {"json", 'j', NULL, "one JSON object a line"},
    {"output", 'o', "FILE", "where they go (standard error, beside the command's own)"},
    {"exact", OPTION_EXACT, "WAY", LAUNCH_EXACT_HELP},
    {"rate", 'r', "HZ",
     "looks a second, 1 to 60 (20): how soon a line comes, and, where births\n"
     "are seen by looking, how many are missed"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "events",
    .synopsis = "[OPTION...] -- COMMAND [ARGUMENT...]",
    .about = "Run a command and print what becomes of its processes: forks, execs, exits, "
             "adoptions, pipes\n"
             "that are opened and closed, each with its time. The last line says how many there "
             "were, and\n"
             "whether that is exact.",
    .options = options,
    .examples = "proclab events -- sh -c 'ls | wc -l'\n"
                "proclab events -o make.log -- make -j4\n"
                "proclab events --json -o - -- ./a.out | grep '\"exit\"'",
    .exit_status =
        "as the command's, 128 + the signal if one ended it; 127 it was not found, 126 it\n"
        "cannot be run; 1 the lines could not be written; 2 wrong usage; 77 births cannot be "
        "learned\n"
        "in the way that was asked for",
    .stops_at_operand = true,
};

/* What a process is called: the child of a fork is what its parent is, until it executes. */
struct name {
    pid_t pid;
    char comm[EVENT_COMM_BYTES];
    UT_hash_handle hh;
};

struct logger {
    const char *path; /* NULL: standard error */
    bool is_json;
    long rate_hz;
    char *const *argv;
    struct outfile out;
    FILE *stream;
    struct launch launch;
    struct heartbeat heartbeat;
    struct source *source;
    struct snapshot *before; /* NULL: there was no look yet */
    struct name *names;
    uint64_t first_ns;
    int64_t n_forks, n_execs, n_exits, n_lost, births_first, births_last;
    enum obtained obtained; /* the worst of all looks */
    enum events_from from;
    int error;  /* of a look, or of writing: there are no more lines */
    int signal; /* that ends us */
};

/* ---- names ---------------------------------------------------------------------------------- */

static struct name *find_name(struct logger *log, pid_t pid)
{
    struct name *name;
    HASH_FIND_INT(log->names, &pid, name);
    return name;
}

static void set_name(struct logger *log, pid_t pid, const char *comm)
{
    struct name *name = find_name(log, pid);
    if (!name) {
        if (!(name = calloc(1, sizeof *name)))
            return; /* it goes without */
        name->pid = pid;
        HASH_ADD_INT(log->names, pid, name);
    }
    snprintf(name->comm, sizeof name->comm, "%.15s", comm);
}

static void drop_name(struct logger *log, pid_t pid)
{
    struct name *name = find_name(log, pid);
    if (!name)
        return;
    HASH_DEL(log->names, name);
    free(name);
}

static const char *name_of(struct logger *log, pid_t pid)
{
    const struct name *name = find_name(log, pid);
    return name ? name->comm : "";
}

/* Those that are there may call themselves something else now. Whose birth was to be told and who has
   no name has ended: it is a zombie. */
static void learn_names(struct logger *log, const struct snapshot *s)
{
    bool is_told = log->obtained == OBTAINED_EXACT;
    for (size_t i = 0; i < s->n_processes; i++)
        if (!is_told || find_name(log, s->processes[i].pid))
            set_name(log, s->processes[i].pid, snapshot_text(s, s->processes[i].comm_text));
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* "sh 4711" */
static void print_process(struct logger *log, pid_t pid)
{
    char printable[4 * EVENT_COMM_BYTES];
    const char *comm = name_of(log, pid);
    if (log->launch.run && pid == run_supervisor_pid(log->launch.run))
        comm = "proclab";
    explain_printable(comm, strlen(comm), printable, sizeof printable);
    fprintf(log->stream, "%s%s%d", printable, *comm ? " " : "", (int)pid);
}

static void print_event(struct logger *log, const struct event *e)
{
    char status[64];
    double at_s = e->time_ns > log->first_ns ? (double)(e->time_ns - log->first_ns) / 1e9 : 0;
    bool has_pid = e->kind != EVENT_LOST && e->kind != EVENT_PIPE_CLOSED && e->pid;
    fprintf(log->stream, "%12.6f  %-11s ", at_s, event_kind_name(e->kind));
    if (has_pid)
        print_process(log, e->pid);
    switch (e->kind) {
    case EVENT_FORK:
        fprintf(log->stream, " -> %d", (int)e->other);
        break;
    case EVENT_EXEC:
        break;
    case EVENT_EXIT:
        explain_status(e->status, status, sizeof status);
        fprintf(log->stream, "  %s", e->status == -1 ? "status unknown" : status);
        break;
    case EVENT_REPARENTED:
        fputs(" adopted by ", log->stream);
        print_process(log, e->other);
        break;
    case EVENT_PIPE_OPENED:
    case EVENT_PIPE_CLOSED:
        fprintf(log->stream, "%sinode %" PRIu64, has_pid ? "  " : "", e->inode);
        break;
    case EVENT_LOST:
        fprintf(log->stream, "%" PRId64 " records", e->count);
        break;
    }
    fputs(e->obtained == OBTAINED_SAMPLED ? "  (sampled)\n" : "\n", log->stream);
}

static void print_json(struct logger *log, const struct event *e)
{
    char line[EVENT_JSON_BYTES]; /* json_dumpf would write it in pieces, each a call */
    json_t *object = event_to_json(e);
    size_t len = object ? json_dumpb(object, line, sizeof line, JSON_COMPACT) : 0;
    json_decref(object);
    if (len == 0 || len >= sizeof line) {
        log->error = -ENOMEM;
        return;
    }
    line[len++] = '\n';
    fwrite_unlocked(line, 1, len, log->stream);
}

/* An exec names the process before its line, an exit forgets the name after it. */
static void log_event(struct logger *log, const struct event *e)
{
    log->n_forks += e->kind == EVENT_FORK;
    log->n_execs += e->kind == EVENT_EXEC;
    log->n_exits += e->kind == EVENT_EXIT;
    log->n_lost += e->kind == EVENT_LOST ? e->count : 0;
    if (e->kind == EVENT_FORK)
        set_name(log, e->other, name_of(log, e->pid));
    if (e->kind == EVENT_EXEC)
        set_name(log, e->pid, *e->comm ? e->comm : "?");
    if (log->is_json)
        print_json(log, e);
    else
        print_event(log, e);
    if (e->kind == EVENT_EXIT)
        drop_name(log, e->pid);
}

static void log_summary(struct logger *log)
{
    int64_t births = log->births_last - log->births_first, missed = births - log->n_forks;
    if (log->is_json)
        return;
    fprintf(log->stream, "%" PRId64 " forks, %" PRId64 " execs, %" PRId64 " exits: ", log->n_forks,
            log->n_execs, log->n_exits);
    if (log->obtained == OBTAINED_EXACT)
        fprintf(log->stream, "exact, by %s; %" PRId64 " records lost\n",
                events_from_name(log->from), log->n_lost);
    else
        fprintf(log->stream, "sampled; at most %" PRId64 " births not seen\n",
                missed > 0 ? missed : 0);
}

/* ---- the loop ------------------------------------------------------------------------------- */

static void look(struct logger *log)
{
    struct snapshot *now;
    struct event *events = NULL;
    size_t n = 0;
    if (log->error || (log->error = source_next(log->source, &now)) < 0)
        return;
    if (!log->before) {
        log->births_first = now->births_before;
        log->first_ns = now->n_events ? now->events[0].time_ns : now->time_ns;
        log->obtained = now->obtained;
    }
    if (now->obtained != OBTAINED_EXACT)
        log->obtained = now->obtained;
    log->from = now->events_from;
    log->births_last = now->births;
    if (log->obtained != OBTAINED_EXACT)
        learn_names(log, now); /* nobody tells them */
    log->error = events_between(log->before, now, &events, &n);
    for (size_t i = 0; i < n && !log->error; i++)
        log_event(log, &events[i]);
    free(events);
    learn_names(log, now);
    snapshot_free(log->before);
    log->before = now;
    if (fflush(log->stream) != 0)
        log->error = -errno;
}

static void take_signal(struct logger *log)
{
    int number = heartbeat_signal(&log->heartbeat);
    if (number == SIGINT || number == SIGQUIT) /* the terminal's go to the command's own session */
        kill(-run_pid(log->launch.run), number);
    else if (number && number != SIGWINCH)
        log->signal = number;
}

/*
 * Somebody is in the log and gone from /proc, but nobody has told of its end: the connector does so
 * after whoever waited has heard of it; on a busy machine, long after.
 */
static bool awaits_an_end(const struct logger *log)
{
    if (log->obtained != OBTAINED_EXACT)
        return false; /* nobody tells: a look has seen it */
    for (const struct name *name = log->names; name; name = name->hh.next)
        if (log->before && !snapshot_find(log->before, name->pid))
            return true;
    return false;
}

static void follow(struct logger *log)
{
    struct run_result result = {0};
    while (!log->signal && !result.has_ended) {
        struct pollfd fds[3] = {{.fd = run_ended_fd(log->launch.run), .events = POLLIN},
                                {.fd = log->heartbeat.timer_fd, .events = POLLIN},
                                {.fd = log->heartbeat.signal_fd, .events = POLLIN}};
        if (poll(fds, 3, -1) < 0)
            continue;
        if (fds[2].revents)
            take_signal(log);
        if (fds[1].revents && heartbeat_is_due(&log->heartbeat))
            look(log);
        if (fds[0].revents)
            run_poll(log->launch.run, &result);
    }
    for (int i = 0; i < LAST_LOOKS && !log->error; i++) {
        if (i > 0)
            poll(NULL, 0, LAST_LOOK_MS);
        look(log);
        if (!awaits_an_end(log))
            break;
    }
    if (!log->error)
        log_summary(log);
}

/* ---- begin and end -------------------------------------------------------------------------- */

static int start_program(struct logger *log)
{
    struct run_spec spec = {
        .argv = log->argv,
        .stdio = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO},
        .before_program = launch_follow,
        .before_program_arg = &log->launch,
    };
    int error = run_start(&spec, &log->launch.run);
    return error ? launch_complain(&log->launch, log->argv[0], error) : 0;
}

static int open_source(struct logger *log)
{
    struct live_options live = {.no_peek = true, .no_outside = true};
    launch_fill_live(&log->launch, &live);
    int error = live_open(&live, &log->source);
    return error ? session_complain_source(error, live.root_pid) : 0;
}

static int open_output(struct logger *log)
{
    log->stream = stderr;
    if (!log->path)
        return 0;
    int error = outfile_open(&log->out, log->path);
    log->stream = log->out.stream;
    return error ? complain(EXIT_FAILED, error, NULL, "cannot write %s", log->path) : 0;
}

static int end(struct logger *log, int status)
{
    source_free(log->source);
    int program_status = launch_end(&log->launch);
    snapshot_free(log->before);
    for (struct name *name = log->names, *next; name; name = next) {
        next = name->hh.next;
        drop_name(log, name->pid);
    }
    if (!status && log->path && !log->error)
        log->error = outfile_commit(&log->out);
    outfile_abandon(&log->out);
    if (!status && log->error)
        status = complain(EXIT_FAILED, log->error, NULL, "the log of events has stopped");
    if (log->signal)
        session_end_by(log->signal);
    return status ? status : program_status;
}

int cmd_events(int argc, char **argv)
{
    struct logger log = {.rate_hz = 20, .launch = {.exact = LAUNCH_EXACT_BEST}};
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        bool is_good = true;
        if (code == 'o')
            log.path = optarg;
        else if (code == 'r')
            is_good = options_parse_number(&usage, "--rate", optarg, 1, 60, &log.rate_hz);
        else if (code == OPTION_EXACT)
            is_good = launch_parse_exact(optarg, &log.launch.exact) == 0;
        log.is_json = log.is_json || code == 'j';
        if (!is_good)
            return EXIT_USAGE;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind == argc)
        return complain(EXIT_USAGE, 0, "as in: proclab events -- make", "no command to run");
    log.argv = argv + optind;
    int status = open_output(&log);
    if (!status)
        status = start_program(&log);
    if (!status)
        status = heartbeat_open(&log.heartbeat, log.rate_hz);
    if (!status)
        status = open_source(&log);
    /* Whoever is watched goes first. perf's rings are large enough for a lock that is held for longer;
       the connector's buffer, an ordinary user's, is not. */
    if (!status && log.launch.lifecycle && lifecycle_from(log.launch.lifecycle) == EVENTS_PERF)
        setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    if (!status)
        follow(&log);
    return end(&log, status);
}
