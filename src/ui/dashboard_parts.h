/*
 * dashboard_parts.h - what a dashboard is made of. For dashboard.c, which looks, draws and waits,
 * and dashboard_keys.c, which does what is pressed.
 */
#ifndef PROCLAB_UI_DASHBOARD_PARTS_H
#define PROCLAB_UI_DASHBOARD_PARTS_H

#include "ui/dashboard.h"
#include "ui/paint.h"
#include "ui/player.h"
#include "ui/program.h"
#include "ui/theme.h"
#include "view/view.h"

#include <stdbool.h>
#include <stdint.h>

struct dashboard {
    const struct dashboard_options *options;
    struct tty *tty;
    struct program program;
    struct player player;
    struct view_state state;
    const struct narration *narration;
    struct grid grid;
    struct painter painter;
    struct theme theme;
    int timer_fd;
    double rate_hz;
    bool must_draw;  /* something has changed since the last picture */
    int64_t told_ns; /* when a key was pressed or something said: messages do not stay */
    int64_t drawn_ns;
    bool must_quit;
    bool is_tty_gone;
    int error; /* that ends it */
};

/* A line for the person, in place of the keys. */
__attribute__((format(printf, 2, 3))) void dashboard_tell(struct dashboard *d, const char *format,
                                                          ...);
/* What is shown, as the view takes it; .moment is NULL when out of memory. */
struct view_input dashboard_input(struct dashboard *d);
/* The screen has another size, or shows what we do not know. 0 or -errno. */
int dashboard_resize(struct dashboard *d);
/* 0 or -errno. */
int dashboard_set_rate(struct dashboard *d, double rate_hz);
void dashboard_set_theme(struct dashboard *d, enum palette_kind kind);

/* Take what was pressed, and do it. */
void dashboard_read_keys(struct dashboard *d);
/* Do what a narrator asks for. */
void dashboard_grant(struct dashboard *d, const struct narrator_wish *wish);
/* Keys go to the program, or to us again. */
void dashboard_set_typing(struct dashboard *d, bool is_typing);
/* Stop until we are continued, the terminal given back meanwhile. */
void dashboard_suspend(struct dashboard *d, bool whole_job);

#endif
