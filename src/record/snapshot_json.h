/*
 * snapshot_json.h - a snapshot as the JSON object "proclab-snapshot", version 1
 * (share/proclab-snapshot.schema.json says it in full).
 */
#ifndef PROCLAB_RECORD_SNAPSHOT_JSON_H
#define PROCLAB_RECORD_SNAPSHOT_JSON_H

#include <jansson.h>

struct snapshot;

/* A new reference; NULL when out of memory. What is unknown is null or absent; text that is no UTF-8 comes as
   \xNN escapes (explain_printable()). */
json_t *snapshot_to_json(const struct snapshot *s);

#endif
