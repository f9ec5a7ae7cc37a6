/*
 * narration_json.h - what a lab says of itself, as a member of the lines of looks: of a key frame
 * always, of a change when it is another than before, so that a jump finds it.
 */
#ifndef PROCLAB_RECORD_NARRATION_JSON_H
#define PROCLAB_RECORD_NARRATION_JSON_H

#include "model/narration.h"

#include <jansson.h>

/* A copy that owns its texts, which are cut where they are too long. Begin with zeros. */
struct narration_copy {
    struct narration narration;
    char title[256], text[2048], region_name[64];
};

void narration_keep(struct narration_copy *copy, const struct narration *narration);

/* A new reference; NULL: out of memory. */
json_t *narration_to_json(const struct narration *narration);
/* 0; -ENOMEM; -EBADMSG: then *copy is as it was. */
int narration_from_json(const json_t *json, struct narration_copy *copy);

#endif
