/*
 * playback.h - a recording by its name, as `replay` and `export` use it: its looks, the screen of
 * its program, pictures of both, and one line for what is wrong with it.
 */
#ifndef PROCLAB_CMD_PLAYBACK_H
#define PROCLAB_CMD_PLAYBACK_H

#include "model/source.h"
#include "record/narration_json.h"
#include "record/recording.h"
#include "ui/dashboard.h"

#include <stdbool.h>
#include <stdint.h>

struct grid;
struct history;
struct moment;
struct terminal;
struct view_state;

/* What the command is called, and what it has done when a recording turns out to be cut, damaged. */
struct playback_words {
    const char *verb, *if_cut, *if_damaged;
};

struct playback {
    struct source source; /* its looks; -EAGAIN: there is none yet */
    struct recording_listener listener;
    const struct playback_words *words;
    const char *path;
    int fd;
    struct recording *recording;
    struct snapshot *first;    /* read ahead */
    struct terminal *terminal; /* NULL: the program's was not recorded */
    struct narrator narrator;
    struct narration_copy narration; /* of the look taken last; without a title: none */
    bool has_news;                   /* it is another than the narrator's caller knows */
};

/*
 * path "-": standard input. can_jump: a file is gone through at once, for recording_seek().
 * EXIT_OK and at least one look; or the exit status, and what was wrong has been said. End it by
 * playback_close() in any case.
 */
int playback_open(struct playback *p, const char *path, bool can_jump,
                  const struct playback_words *words);
void playback_close(struct playback *p);

/* As source_next(), but waits for a look that is not there yet. */
int playback_next(struct playback *p, struct snapshot **out);

/*
 * The dashboard at the newest moment of history, with what the program's screen shows now; state
 * follows what the lab has asked for.
 */
void playback_draw(const struct playback *p, const struct history *history,
                   const struct moment *moment, struct view_state *state, struct grid *grid);

/* Say what ended the looks, after the error of the last one (0: none). The exit status for it. */
int playback_complain(const struct playback *p, int error);
/* Will it say that the recording is damaged, or cannot be read? */
bool playback_is_damaged(const struct playback *p);

#endif
