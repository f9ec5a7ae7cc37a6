/*
 * glance.h - is there anything to see? So that a picture in which nothing moves is not drawn
 * twenty times a second.
 */
#ifndef PROCLAB_UI_GLANCE_H
#define PROCLAB_UI_GLANCE_H

#include <stdbool.h>

struct snapshot;

/*
 * Nothing has changed that a person would look for at once: the same processes and tasks in the
 * same states, waiting for the same, the same ends open, pipes as full, no bytes moved. Times and
 * CPU% may differ.
 */
bool glance_is_same(const struct snapshot *before, const struct snapshot *after);

#endif
