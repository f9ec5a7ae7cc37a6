/*
 * grade.h - what the files of `proclab grade` share: one grading, from the student's file to the report.
 *
 *     grade.c ──▶ grade_build.c (cc) ──▶ grade_run.c (the lab's grader) ──▶ grade_report.c
 */
#ifndef PROCLAB_CMD_GRADE_H
#define PROCLAB_CMD_GRADE_H

#include "cmd/lab_paths.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum claim_status { CLAIM_NOT_RUN, CLAIM_PASSED, CLAIM_FAILED, CLAIM_ERROR };

struct claim_result {
    char *name, *function, *says, *hygiene_of, *probe; /* hygiene_of: "" for none */
    char *expected, *observed, *hint; /* of CLAIM_FAILED; observed of CLAIM_ERROR */
    int points;
    bool is_selected;
    enum claim_status status;
    bool does_not_count; /* it passed, but the claim that it depends on did not */
};

struct grading {
    const struct lab *lab;
    const char *file;      /* the student's, as it was given */
    int64_t file_mtime_ns; /* of it when it was compiled: since the epoch */
    char folder[PATH_MAX]; /* a private one, for what is built; "": none */
    char probes[PATH_MAX]; /* what was built */
    char *compiler_text;   /* what the compiler said; NULL: nothing */
    bool does_not_compile;
    char sandbox[16];      /* "bwrap", "seccomp", "plain" */
    char sandbox_why[256]; /* why it is no stronger one; "": it is the strongest */
    struct claim_result *claims;
    size_t n_claims;
    int score, score_max; /* of the selected claims */
    bool has_errors;      /* ours, or this machine's: then the score means nothing */
    char *grader_text;    /* what the grader printed to stderr: only where something is wrong */
};

void grading_init(struct grading *g, const struct lab *lab, const char *file);
/* What they are and what came of them. */
void grading_forget_claims(struct grading *g);
/* Also removes the folder. */
void grading_fini(struct grading *g);

/* A signal (INT, TERM, HUP) asked to stop: every wait ends soon. 0: none did. */
int grade_signal(void);

/*
 * Compile g->file with the lab's probes into a private folder. 0, and g->probes or g->does_not_compile is set; or an exit
 * status, and what was wrong has been said.
 */
int grade_build(struct grading *g);

/*
 * Run the lab's grader: the claims that `only` selects (NULL: all) and what they depend on. lists_only: fill claims, run none. progress: called after
 * each claim; may be NULL. 0, or an exit status, and what was wrong has been said.
 */
int grade_run(struct grading *g, const char *only, bool lists_only,
              void (*progress)(const struct grading *g, size_t n_done, size_t n));

/* The points that count, from the results. */
void grade_count(struct grading *g);

/* For people. again: the command that grades again, without --only; colours where out is a terminal that has them. */
void grade_print_text(FILE *out, const struct grading *g, const char *again);
/* Gradescope's results.json; JUnit's XML. 0 or -errno. */
int grade_print_json(FILE *out, const struct grading *g);
int grade_print_junit(FILE *out, const struct grading *g);

/* Keep the score in $XDG_STATE_HOME/proclab/scores.json. Failing is a warning. */
void grade_keep_score(const struct grading *g);

#endif
