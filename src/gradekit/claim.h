/*
 * claim.h - what grade.c says of the student's functions: one claim a Criterion test.
 *
 *     CLAIM(read_full, eof, .points = 2, .says = "returns what came when EOF comes first",
 *           .hygiene_of = NULL, .hint = "...")
 *     {
 *         expect_returned(r, 5);
 *         expect_bytes(r, "got", "hello", 5);
 *     }
 *
 *     GRADER
 *
 * Before the body runs, the probe FUNCTION_NAME has run, been watched and ended (watch.h), and it came
 * back: if it hung, crashed, exited, looped ... the claim has failed and says so. r is the record of
 * that. What the body expects and does not find ends the claim. The points of all claims add up to 100.
 *
 * A claim about keeping tidy (no leak, no zombie) has the name of another claim of the same function in hygiene_of, and counts
 * only if that one holds: a function that does nothing leaks nothing.
 */
#ifndef PROCLAB_GRADEKIT_CLAIM_H
#define PROCLAB_GRADEKIT_CLAIM_H

#include "gradekit/record.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct claim {
    const char *function, *name;
    const char
        *says; /* what the function does if it is right: ends no sentence, names no function */
    const char *hint;       /* where to look if it is not; NULL: none */
    const char *hygiene_of; /* NULL: it stands by itself */
    const char *probe;      /* NULL: FUNCTION_NAME */
    int points;
    bool any_end; /* the body judges how the probe ended */
    void (*body)(const struct record *r);
};

/* Seconds for the whole of a claim: only a backstop, behind that of watch.h. */
#define CLAIM_TIMEOUT_S 150

#define CLAIM(function_, name_, ...)                                                               \
    static void claim_body_##function_##_##name_(const struct record *r);                          \
    static struct claim claim_##function_##_##name_ = {.function = #function_,                     \
                                                       .name = #name_,                             \
                                                       .body = claim_body_##function_##_##name_,   \
                                                       __VA_ARGS__};                               \
    Test(function_, name_, .timeout = CLAIM_TIMEOUT_S, .data = &claim_##function_##_##name_)       \
    {                                                                                              \
        claim_check(&claim_##function_##_##name_);                                                 \
    }                                                                                              \
    static void claim_body_##function_##_##name_(const struct record *r)

/* Run the claim's probe, then its body. */
void claim_check(const struct claim *claim);

/* The claim fails unless ok. observed is a format; hint NULL: the claim's own. */
void expect(bool ok, const char *hint, const char *expected, const char *observed, ...)
    __attribute__((format(printf, 4, 5)));

/* The probe's "returned", and "errno" where it is -1. */
void expect_returned(const struct record *r, int64_t expected);
void expect_failed(const struct record *r, int expected_errno);
/* Another number that it put; what says of what: "status[0]". */
void expect_int(const struct record *r, const char *key, int64_t expected, const char *what);
/* A call that it made besides: -1 under key, errno under key_errno. */
void expect_call_failed(const struct record *r, const char *key, int expected_errno,
                        const char *what);
/* A text that it put. */
void expect_text(const struct record *r, const char *key, const char *text, const char *what);
void expect_bytes(const struct record *r, const char *key, const void *bytes, size_t len);
/* Nothing was put under key: what was is the observation. */
void expect_unchanged(const struct record *r, const char *key, const char *expected);
/*
 * Did the function succeed where no process could be made? What is made by a raw clone(2) goes past
 * the probes, and cannot be let fail. From the probe's "failed" (how many were) and "returned".
 */
bool made_all_the_same(const struct record *r);
/* No process was there beside the caller at the look "end": running or zombie. */
void expect_alone(const struct record *r);

/*
 * What every contract asks for besides. The probe was called where the caller's state was noted
 * (PROBE_CALL): its fds, signal mask, dispositions and environment are as before, and nothing was
 * printed.
 */
void expect_same_caller(const struct record *r);
void expect_quiet(const struct record *r);
/* "ended" and "running": two other children of the caller's, which exit with 42 and 43, could still
   be waited for. */
void expect_others_left(const struct record *r);
/* "file": what stood in the caller's stdio buffer was written once. */
void expect_written_once(const struct record *r);

/* main() of a grader: see grader.h. */
int grader_main(int argc, char **argv);
#define GRADER                                                                                     \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return grader_main(argc, argv);                                                            \
    }

/*
 * A failed claim's message, as Criterion carries it from the test's process to the runner:
 *     expected: ...\nobserved: ...\nhint: ...
 * with further lines of each indented. "proclab: " before it: an error of ours.
 */
#define CLAIM_ERROR_PREFIX "proclab: "

#endif
