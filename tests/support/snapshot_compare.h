/*
 * snapshot_compare.h - whether two snapshots say the same, table by table.
 */
#ifndef PROCLAB_TESTS_SNAPSHOT_COMPARE_H
#define PROCLAB_TESTS_SNAPSHOT_COMPARE_H

struct snapshot;

/* NULL: they do; else the first thing that they do not agree about. Good until the next call. */
const char *snapshot_difference(const struct snapshot *a, const struct snapshot *b);

#endif
