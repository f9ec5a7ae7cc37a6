/*
 * tables.h - a snapshot as tables of whole numbers: what a recording's lines are made of.
 *
 * A table has named columns; a row is one number a column. A text is its number in a list (texts), 0
 * for none. The same description serves writing and reading, so that a new table is its columns in
 * tables.c, and the two lines that take its rows out of a snapshot and put them into one.
 */
#ifndef PROCLAB_RECORD_TABLES_H
#define PROCLAB_RECORD_TABLES_H

#include "record/texts.h"

#include <stddef.h>
#include <stdint.h>

struct snapshot;

enum table_id {
    TABLE_LOOK,
    TABLE_PROCESSES,
    TABLE_TASKS,
    TABLE_FDS,
    TABLE_CHANNELS,
    TABLE_EVENTS,
    TABLE_REGIONS,
    TABLE_DETAILS,
    TABLE_DETAIL_SUMS,
    N_TABLES
};

enum { TABLE_COLUMNS_MAX = 40 };

struct column {
    const char *name;
    enum {
        COLUMN_INT,
        COLUMN_I64,
        COLUMN_U32,
        COLUMN_U64,
        COLUMN_CHAR,
        COLUMN_BOOL,
        COLUMN_TEXT,
        COLUMN_ARGS,
        COLUMN_COMM,  /* an array of EVENT_COMM_BYTES, as a text */
        COLUMN_CELLS, /* of a region: a text of digits */
        COLUMN_ASIDE /* not in the row's struct: the PID that a task or fd belongs to, a row's number */
    } type;
    size_t offset;    /* in the row's struct; COLUMN_CELLS, COLUMN_ASIDE: none */
    int64_t min, max; /* what is sound; both 0: whatever the type holds */
};

struct table {
    const char *name;
    const struct column *columns;
    size_t n_columns;
    size_t n_keys; /* the first so many columns tell a row; rows ascend by them */
};

extern const struct table tables[N_TABLES];

struct rows {
    int64_t *cells; /* n * n_columns of its table */
    size_t n, cap;
};

/* All tables of one look. */
struct frame {
    uint64_t time_ns;
    struct rows tables[N_TABLES];
};

void frame_fini(struct frame *f);
/* Forget the rows, keep the memory. */
void frame_clear(struct frame *f);

/* A row with every figure unknown at the end of a table; NULL: out of memory, or above a million. */
int64_t *frame_add_row(struct frame *f, enum table_id id);
/* The row with this index. */
int64_t *frame_row(const struct frame *f, enum table_id id, size_t index);
/* Compare rows by their keys, as strcmp(). */
int frame_compare(enum table_id id, const int64_t *a, const int64_t *b);

/* Fill f, which is empty, from s; texts gains what is new. 0 or -ENOMEM. */
int frame_take(struct frame *f, struct texts *texts, const struct snapshot *s);
/*
 * A new snapshot from f. 0; -ENOMEM; or -EBADMSG where f is not sound: a value out of its range, a
 * text that is not there, a PID twice, a task or an fd of nobody.
 */
int frame_give(const struct frame *f, struct texts *texts, struct snapshot **out);

#endif
