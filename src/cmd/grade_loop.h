/*
 * grade_loop.h - wait until a file was saved. Editors write it in place, or write another one beside it and rename
 * that over it: so it is the folder that is watched.
 */
#ifndef PROCLAB_CMD_GRADE_LOOP_H
#define PROCLAB_CMD_GRADE_LOOP_H

struct saved {
    int inotify;
    char *name; /* in its folder */
};

/* 0 or -errno. Ended by saved_fini(). */
int saved_init(struct saved *s, const char *path);
void saved_fini(struct saved *s);
/* Wait for it; saves that follow at once are one. 0; -EINTR: a signal came first. */
int saved_wait(struct saved *s);

#endif
