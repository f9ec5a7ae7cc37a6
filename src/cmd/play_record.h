/*
 * play_record.h - a scenario is recorded while it is played: each look that is taken from its source,
 * what its program writes, and what each step says.
 */
#ifndef PROCLAB_CMD_PLAY_RECORD_H
#define PROCLAB_CMD_PLAY_RECORD_H

#include "cmd/tape.h"
#include "model/source.h"
#include "run/terminal.h"

struct play_record {
    struct tape tape; /* tape.path NULL: nothing is recorded, and all below does nothing */
    struct source source;
    struct source *live; /* what it passes on */
    struct terminal_listener listener;
};

/* path may be NULL. 0; or an exit status, and what was wrong has been said. */
int play_record_open(struct play_record *r, const char *path, bool is_forced, const char *title,
                     double rate_hz);
void play_record_listen(struct play_record *r, struct terminal *terminal);
/* live, or one that passes on what comes from it; source_free() then frees live. */
struct source *play_record_source(struct play_record *r, struct source *live);
void play_record_narration(struct play_record *r, const struct narration *narration);

/*
 * End it, after a session that ended with this exit status; is_void: nothing was seen. The exit
 * status: that, or EXIT_FAILED where not all could be written, which has been said.
 */
int play_record_close(struct play_record *r, int status, bool is_void);

#endif
