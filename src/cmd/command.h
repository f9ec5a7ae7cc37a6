/*
 * command.h - what a subcommand is. One file a subcommand, one line in the table
 * of main.c.
 */
#ifndef PROCLAB_CMD_COMMAND_H
#define PROCLAB_CMD_COMMAND_H

/*
 * proclab's exit statuses; `watch --` exits as the command did, and as env(1) where it cannot run.
 */
enum {
    EXIT_OK = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_UNABLE = 77, /* this machine, or this terminal, cannot do it */
    EXIT_CANNOT_RUN = 126,
    EXIT_NOT_FOUND = 127,
};

struct command {
    const char *name;
    const char *summary;                    /* for the list: one line, no full stop */
    int (*function)(int argc, char **argv); /* argv[0] is the name; returns the exit status */
};

int cmd_run(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_snapshot(int argc, char **argv);
int cmd_labs(int argc, char **argv);
int cmd_grade(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_play(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

#endif
