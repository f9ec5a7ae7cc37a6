/*
 * shared.h - the memory through which a probe and the grader talk.
 *
 *     grader ──memfd──▶ supervisor ──▶ probe ──▶ helper programs (open /proc/PROBE/fd/N)
 *
 * One page of state, then records appended one after the other. Everything in
 * it is written by student code's own process: the grader believes none of its sizes. It
 * is no pipe or socketpair, which would show as a lane of the lab.
 *
 * This module owns the layout. What is put in is the business of probe/probe.h, what is made of it that of record.h.
 */
#ifndef PROCLAB_GRADEKIT_SHARED_H
#define PROCLAB_GRADEKIT_SHARED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SHARED_VERSION = 1,
    SHARED_BYTES = 256 << 10,
    SHARED_CELLS = 16,
    SHARED_NAME_BYTES = 64,
    SHARED_KEY_BYTES = 48,
    SHARED_ALIGN = 8,
};

/* The fd at which a probe finds it when it starts. */
#define SHARED_FD 3

enum record_kind { RECORD_INT = 1, RECORD_BYTES = 2, RECORD_TEXT = 3 };

/* Followed by stored_bytes bytes and a NUL, padded to SHARED_ALIGN. */
struct shared_record {
    _Atomic uint32_t is_ready; /* set last: what is before it can be read */
    uint32_t kind;
    uint32_t stored_bytes; /* at most total_bytes: long ones are cut */
    uint32_t unused;
    uint64_t total_bytes;
    int64_t number; /* RECORD_INT */
    char key[SHARED_KEY_BYTES];
};

/* From one record to the next. */
static inline size_t shared_record_stride(size_t stored_bytes)
{
    size_t need = sizeof(struct shared_record) + stored_bytes + 1;
    return (need + SHARED_ALIGN - 1) / SHARED_ALIGN * SHARED_ALIGN;
}

struct shared {
    uint32_t version;
    _Atomic int32_t pid; /* of the probe, as it sees itself; 0: not started */

    /* A call of a student's function. */
    _Atomic uint32_t is_inside;
    char call[SHARED_NAME_BYTES]; /* which one, NUL-ended */

    _Atomic uint32_t is_done;        /* the probe came to its end */
    _Atomic uint32_t extra_returns;  /* children that returned into the probe */
    _Atomic uint32_t exits_in_child; /* children that left with exit(3), not _exit(2) */
    _Atomic uint32_t called_exit;    /* the probe's own process did, inside the call */
    _Atomic int32_t exit_code;       /* with that code */

    /* kill(2) of a process that is not the caller's child. */
    _Atomic uint32_t foreign_kills;
    _Atomic int32_t kill_target, kill_signal;

    _Atomic uint32_t failed_processes; /* calls of fork ... that the probe let fail */

    /* A probe asks for a look from outside, and goes on when it was taken. */
    _Atomic uint32_t hold_is_taken; /* one process at a time */
    _Atomic uint32_t holds_asked, holds_answered;
    char hold[SHARED_NAME_BYTES];

    /* Counters between a probe's processes; each is a futex. */
    _Atomic uint32_t cells[SHARED_CELLS];

    _Atomic uint32_t used_bytes; /* of records */
    _Alignas(SHARED_ALIGN) unsigned char records[];
};

#endif
