#include "cmd/playback.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "model/history.h"
#include "run/terminal.h"
#include "view/view.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- looks ----------------------------------------------------------------------------------- */

static void take_output(struct recording_listener *listener, const char *bytes, size_t len)
{
    struct playback *p =
        (struct playback *)((char *)listener - offsetof(struct playback, listener));
    if (p->terminal)
        terminal_write(p->terminal, bytes, len);
}

static void take_size(struct recording_listener *listener, int rows, int cols)
{
    struct playback *p =
        (struct playback *)((char *)listener - offsetof(struct playback, listener));
    if (p->terminal)
        terminal_resize(p->terminal, rows, cols);
    else
        p->terminal = terminal_new(rows, cols);
}

static void take_narration(struct recording_listener *listener, const struct narration *narration)
{
    struct playback *p =
        (struct playback *)((char *)listener - offsetof(struct playback, listener));
    narration_keep(&p->narration, narration);
    p->has_news = true;
}

static const struct narration *narration_of(const struct playback *p)
{
    return p->narration.narration.title ? &p->narration.narration : NULL;
}

static bool narrate(struct narrator *narrator, const struct narration **narration)
{
    struct playback *p =
        (struct playback *)((char *)narrator - offsetof(struct playback, narrator));
    bool has_news = p->has_news;
    *narration = narration_of(p);
    p->has_news = false;
    return has_news;
}

static int next(struct source *source, struct snapshot **out)
{
    struct playback *p = (struct playback *)source;
    if (!p->first) {
        int error = source_next(recording_source(p->recording), out);
        if (error)
            return error;
    } else {
        *out = p->first;
        p->first = NULL;
    }
    if (p->terminal)
        terminal_screen(p->terminal); /* what was asked for before is brought up to date */
    return 0;
}

static const struct source_ops ops = {.next = next};

int playback_next(struct playback *p, struct snapshot **out)
{
    int error;
    while ((error = next(&p->source, out)) == -EAGAIN) {
        struct pollfd ready = {.fd = p->fd, .events = POLLIN};
        poll(&ready, 1, -1);
    }
    return error;
}

void playback_draw(const struct playback *p, const struct history *history,
                   const struct moment *moment, struct view_state *state, struct grid *grid)
{
    const struct view_input input = {
        .moment = moment,
        .history = history,
        .index = history_count(history) - 1,
        .screen = p->terminal ? terminal_screen(p->terminal) : NULL,
        .narration = narration_of(p),
        .is_replay = true,
        .title = recording_header(p->recording)->title,
        .source_name = "REPLAY",
    };
    view_follow_lab(state, &input);
    grid_clear(grid);
    view_draw(grid, &input, state);
}

/* ---- what is wrong with it --------------------------------------------------------------------- */

static int complain_trouble(const struct playback *p, enum recording_trouble trouble, int error,
                            uint64_t line)
{
    const struct playback_words *words = p->words;
    switch (trouble) {
    case RECORDING_FINE:
        return error ? complain(EXIT_FAILED, error, NULL, "cannot %s %s", words->verb, p->path)
                     : EXIT_OK;
    case RECORDING_NONE:
        return complain(EXIT_FAILED, 0, "proclab record makes one", "%s is no recording", p->path);
    case RECORDING_NEWER:
        return complain(EXIT_FAILED, 0, "use that one", "%s was recorded by a newer proclab",
                        p->path);
    case RECORDING_CUT:
        return complain(EXIT_OK, 0, words->if_cut, "warning: %s is cut at line %" PRIu64, p->path,
                        line);
    case RECORDING_CORRUPT:
        return complain(EXIT_FAILED, 0, words->if_damaged,
                        "%s is damaged: line %" PRIu64 " says what cannot be", p->path, line);
    case RECORDING_ENDLESS:
        return complain(EXIT_FAILED, 0, words->if_damaged,
                        "%s is damaged: there is no end to line %" PRIu64, p->path, line + 1);
    case RECORDING_IO:
        return complain(EXIT_FAILED, error, NULL, "cannot read %s", p->path);
    }
    return EXIT_FAILED;
}

int playback_complain(const struct playback *p, int error)
{
    uint64_t line;
    enum recording_trouble trouble = recording_trouble(p->recording, &line);
    return complain_trouble(p, trouble, error, line);
}

bool playback_is_damaged(const struct playback *p)
{
    uint64_t line;
    enum recording_trouble trouble = recording_trouble(p->recording, &line);
    return trouble != RECORDING_FINE && trouble != RECORDING_CUT;
}

/* ---- */

int playback_open(struct playback *p, const char *path, bool can_jump,
                  const struct playback_words *words)
{
    struct stat stat;
    bool is_stdin = strcmp(path, "-") == 0;
    *p = (struct playback){
        .source = {.ops = &ops},
        .listener = {.output = take_output, .size = take_size, .narration = take_narration},
        .narrator = {.look = narrate},
        .words = words,
        .path = is_stdin ? "standard input" : path,
        .fd = -1,
    };
    if (is_stdin && isatty(STDIN_FILENO))
        return complain(EXIT_USAGE, 0, "proclab record -o - -- CMD | proclab replay -",
                        "standard input is the terminal, no recording");
    p->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (p->fd < 0 || fstat(p->fd, &stat) < 0)
        return complain(EXIT_FAILED, errno, NULL, "cannot open %s", path);
    bool is_live = !can_jump || !S_ISREG(stat.st_mode);
    enum recording_trouble trouble;
    int error = recording_open(p->fd, is_live, &p->listener, &p->recording, &trouble);
    if (error)
        return complain_trouble(p, trouble, error, 1);
    struct snapshot *first;
    error = playback_next(p, &first);
    if (!error) {
        p->first = first;
        return EXIT_OK;
    }
    return error == -ENOMEM || playback_is_damaged(p)
               ? playback_complain(p, error)
               : complain(EXIT_FAILED, 0, NULL, "%s holds no look at anything", p->path);
}

void playback_close(struct playback *p)
{
    if (p->recording)
        source_free(recording_source(p->recording));
    snapshot_free(p->first);
    terminal_free(p->terminal);
    if (p->fd > STDIN_FILENO)
        close(p->fd);
}
