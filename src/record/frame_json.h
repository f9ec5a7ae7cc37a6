/*
 * frame_json.h - a frame as the tables of a recording's lines, whole (a key) or against the frame
 * before it (a change).
 *
 *     key     {"key": TIME_NS, "texts": [...], "processes": [[4711, ...], ...], "fds": ...}
 *     change  {"change": TIME_NS, "texts": [more], "processes": {"set": [[ROW, COLUMNS, ADDEND
 *             ...]], "gone": [ROW, ...], "new": [[4712, ...]]}, ...}
 *
 * ROW counts in the frame before; bit N of COLUMNS stands for column N of the header's list, and for
 * each there is what is to be added to what was there (in 64 bits). What has not changed is left out.
 */
#ifndef PROCLAB_RECORD_FRAME_JSON_H
#define PROCLAB_RECORD_FRAME_JSON_H

#include "record/tables.h"

#include <jansson.h>
#include <stdio.h>

/* Which of our columns each column of a file is: -1: one that we do not know. */
struct column_map {
    int ours[N_TABLES][TABLE_COLUMNS_MAX];
    size_t n[N_TABLES];
};

/* {"processes": ["pid", ...], ...}. A new reference; NULL: out of memory. */
json_t *columns_to_json(void);
/* 0; -EBADMSG: it is none, or a key column is missing. */
int columns_from_json(const json_t *json, struct column_map *map);

/*
 * Print a line's object, without '\n'. Texts from number n_known_texts + 1 on are told. 0 or
 * -ENOMEM; what befell the stream is the caller's to ask.
 */
int frame_print_key(FILE *out, const struct frame *f, const struct texts *texts);
int frame_print_change(FILE *out, const struct frame *before, const struct frame *f,
                       const struct texts *texts, size_t n_known_texts);

/* Make f and texts what the line says. 0, -ENOMEM, or -EBADMSG: then they are of no use any more. */
int frame_from_key(const json_t *line, const struct column_map *map, struct frame *f,
                   struct texts *texts);
int frame_from_change(const json_t *line, const struct column_map *map, struct frame *f,
                      struct texts *texts);

#endif
