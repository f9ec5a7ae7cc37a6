/*
 * snapshot_json.h - a snapshot as the JSON object "proclab-snapshot", version 1
 * (share/proclab-snapshot.schema.json says it in full), and an event as one of its own.
 *
 * Objects are owned by whoever gets them (json_decref()). What is unknown is null or absent, never
 * 0. Text that is not UTF-8 comes as \xNN escapes (explain_printable()).
 */
#ifndef PROCLAB_RECORD_SNAPSHOT_JSON_H
#define PROCLAB_RECORD_SNAPSHOT_JSON_H

#include <jansson.h>

struct event;
struct pipes;
struct snapshot;

/*
 * pipes: of s, as pipes_init() finds them, or a moment's, whose verdicts a look before has
 * confirmed. A new reference; NULL when out of memory.
 */
json_t *snapshot_to_json(const struct snapshot *s, const struct pipes *pipes);

/*
 * {"event": "exit", "time_ns": …, "pid": …, "status": 3, "obtained": "sampled"}. A new reference;
 * NULL when out of memory. By kind besides: fork "child"; exit "status" or "signal" (and
 * "core_dumped"), if known; reparented "parent"; pipe_opened, pipe_closed "inode" and "device";
 * lost "count".
 */
json_t *event_to_json(const struct event *e);

#endif
