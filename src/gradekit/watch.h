/*
 * watch.h - start one probe, look at it from outside until it is over, and say how it went.
 *
 * The probe runs below a supervisor, in the sandbox, with limits. It is over when it ends; when every task
 * of its tree is asleep and nothing has moved over several looks; when it has used 2 s of CPU, made 100 processes or
 * written 16 MiB; and after 450 looks, some 20 s, in any case. Then everything that it started is ended.
 */
#ifndef PROCLAB_GRADEKIT_WATCH_H
#define PROCLAB_GRADEKIT_WATCH_H

#include "run/sandbox.h"

struct record;

struct watch_options {
    const char *probes; /* the executable: the student's file and probes.c; an absolute path */
    enum sandbox_mode sandbox;
};

/* 0 and *record, whatever became of the probe; or -ENOMEM. */
int watch_probe(const struct watch_options *options, const char *probe, struct record **record);

#endif
