/*
 * play.h - the two ways to play a scenario: headless, every step checked, and in the dashboard.
 */
#ifndef PROCLAB_CMD_PLAY_H
#define PROCLAB_CMD_PLAY_H

#include <stdbool.h>

struct scenario;

/*
 * Play it without a terminal, its program started in folder. Prints one line for each step that does not come true in time, with
 * what was seen instead. The exit status: 0; 1; 77 where its program is not installed.
 */
int play_check(const struct scenario *scenario, const char *name, const char *folder);

/* In the dashboard, going on by itself if is_auto. The exit status. */
int play_show(const struct scenario *scenario, const char *folder, bool is_auto);

/* The exit status for a program that could not be started, whose own was status. */
int play_unable(int status);

#endif
