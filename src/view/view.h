/*
 * view.h - the dashboard: a moment and the view's state, drawn on a grid.
 *
 * A panel is one file with one `const struct panel`, and one line in the table
 * of view.c. It gets everything through struct view_input and keeps nothing.
 */
#ifndef PROCLAB_VIEW_VIEW_H
#define PROCLAB_VIEW_VIEW_H

#include "grid.h"

#include "model/narration.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct history;
struct moment;
struct screen;
struct source_wish;

/*
 * What the person at the keyboard chose, through view_act(); and what a lab's act asked for when it
 * began, through view_follow_lab().
 */
struct view_state {
    int subject;             /* 1...: which panel is on the right */
    pid_t selected_pid;      /* 0: none */
    uint64_t selected_start; /* start_ticks: a reused PID is not selected */
    bool has_chosen;         /* the person selected it, not the lab */
    unsigned n_begun;        /* narration's, as far as it was followed */
    bool keeps_subject;      /* it was asked for from the start: no act opens another */
    int tree_top;            /* first row shown; kept in range by view_draw() */
    int subject_top,
        help_top; /* subject_top: in some panels from where the selected one is in sight */
    int zoom;     /* of the timeline: 0, further in (less), further out (greater) */
    bool follow;  /* keep the selected process in sight, and go to what is new */
    bool show_threads, projector, ascii, show_help;
    bool big_output; /* the program's pane takes the right side too */
    bool is_typing;  /* keys go to the program (i; Ctrl-] ends it) */
    bool is_searching;
    char search[64]; /* UTF-8 */
    bool paused;
    char message[128]; /* one line for the person, e.g. "no match"; "" */
};

struct view_input {
    const struct moment *moment;
    const struct history *history;     /* that the moment is of; NULL: only that moment is known */
    size_t index;                      /* of the moment in it */
    const struct screen *screen;       /* the program's output; NULL: none is shown */
    const struct narration *narration; /* NULL: none */
    const char *title;                 /* "03-pipe", "watch -- yes | head" */
    const char *program_ended;         /* "exited 0"; NULL: it runs, or there is none */
    size_t back;                       /* 0: live; n: snapshots before the newest */
    uint64_t back_ns;                  /* how long before the newest that was */
    bool is_oldest;                    /* nothing older is kept */
    bool is_replay, has_ended;         /* the source is a recording; there will be no more */
    const char *source_name;           /* "LIVE", "REPLAY" */
};

/* How a screen is shared out; the pty has the size of `output`. Rows 0: not shown. */
struct view_layout {
    struct rect bar, tree, subject, output, strip, keys;
    struct rect output_inside; /* within the frame */
};

void view_layout(int rows, int cols, const struct view_state *state, bool has_output,
                 struct view_layout *out);

/* Draw everything. Adjusts only the scroll positions in *state. */
void view_draw(struct grid *g, const struct view_input *in, struct view_state *state);

/* Everything that a key can mean inside the view. One table (view_keys.c) makes keys and help. */
enum action {
    ACT_NONE,
    ACT_QUIT,
    ACT_UP,
    ACT_DOWN,
    ACT_PAGE_UP,
    ACT_PAGE_DOWN_ROWS,
    ACT_HOME,
    ACT_END,
    ACT_PAUSE,
    ACT_NEXT,     /* Enter, PgDn: the next act */
    ACT_PREVIOUS, /* PgUp */
    ACT_BACK,
    ACT_FORTH, /* in time */
    ACT_EVENT_BACK,
    ACT_EVENT_FORTH, /* to where something happened */
    ACT_OLDEST,
    ACT_LIVE, /* of a recording: its end, as far as it is there */
    ACT_SUBJECT_1,
    ACT_SUBJECT_2,
    ACT_SUBJECT_3,
    ACT_SUBJECT_4,
    ACT_SUBJECT_5,
    ACT_THREADS,
    ACT_PROJECTOR,
    ACT_COLORS,
    ACT_FOLLOW,
    ACT_SEARCH,
    ACT_SEARCH_AGAIN,
    ACT_OUTPUT,
    ACT_TYPE,
    ACT_FASTER,
    ACT_SLOWER,
    ACT_SAVE,
    ACT_HELP,
    ACT_REDRAW,
    ACT_SUSPEND,
    ACT_SCROLL_UP, /* the panel on the right, or the help */
    ACT_SCROLL_DOWN,
    ACT_ZOOM_IN,
    ACT_ZOOM_OUT, /* the timeline */
};

struct key_binding {
    enum action action;
    const char *keys;  /* as shown: "↑ k"; NULL: shown with another one */
    const char *brief; /* for the bottom line: "pause" ; NULL: not there */
    const char *help;  /* one line for the help screen */
    int codes[4];      /* Unicode code points, or VIEW_KEY_*; ends at 0 */
    const char *ascii; /* as shown without UTF-8; NULL: keys is ASCII */
};

enum {
    VIEW_KEY_UP = 0x110000,
    VIEW_KEY_DOWN,
    VIEW_KEY_LEFT,
    VIEW_KEY_RIGHT,
    VIEW_KEY_PGUP,
    VIEW_KEY_PGDN,
    VIEW_KEY_HOME,
    VIEW_KEY_END,
    VIEW_KEY_RESIZE,
    VIEW_KEY_MOUSE,
};

extern const struct key_binding view_key_bindings[];
extern const size_t view_n_key_bindings;
enum action view_key_action(int code);

/*
 * Apply an action that changes only the view (selection, subject, threads, projector, help,
 * search). Returns false for those that are the event loop's to carry out (quit, pause, time, rate,
 * acts, save ...).
 */
bool view_act(struct view_state *state, const struct view_input *in, enum action action);
/* Select the process drawn at this cell, if any. */
void view_click(struct view_state *state, const struct view_input *in, int rows, int cols, int row,
                int col);
/*
 * The number of a subject (the key that shows it) by its name: "pipes", "memory", "switches",
 * "timeline", "detail"; 0: there is none like that. And the name; NULL: likewise.
 */
int view_subject_of(const char *name);
const char *view_subject_name(int subject);
/*
 * Do what the lab asks for: when an act begins its subject opens; memory selects the process whose
 * region was stated, and detail the lab itself, unless the person has chosen one. True: something
 * has changed.
 */
bool view_follow_lab(struct view_state *state, const struct view_input *in);
/* What has to be read for what is shown now. narration NULL: there is no lab. */
void view_wish(const struct view_state *state, const struct narration *narration,
               struct source_wish *wish);
/*
 * Select the next row (from the selected one, wrapping) whose PID, command or arguments hold
 * state->search.
 */
bool view_search(struct view_state *state, const struct view_input *in);

#endif
