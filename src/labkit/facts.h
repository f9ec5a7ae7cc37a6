/*
 * facts.h - what a demo says of itself, one JSON object a line, appended to
 * the file whose descriptor number is in PROCLAB_FACTS_FD (a memfd that the
 * dashboard reads; standard output with --json; else nowhere).
 *
 *     {"act": 2, "of": 6, "title": "...", "says": "...", "asks": "...", "state": "ask"|"run"|"done"}
 *     {"fact": "capacity", "value": 65536, "unit": "bytes", "obtained": "exact", "note": "..."}
 *     {"end": true}
 *
 * No pipe or socketpair is used, since that would show as a lane of the lab.
 */
