/*
 * obtained.h - how a figure was obtained.
 */
#ifndef PROCLAB_MODEL_OBTAINED_H
#define PROCLAB_MODEL_OBTAINED_H

/* How a figure was obtained: every figure on a screen carries one of these. */
enum obtained {
    OBTAINED_UNKNOWN,  /* could not be read; the reason is shown beside it */
    OBTAINED_EXACT,    /* the kernel's own count, nothing in between */
    OBTAINED_SAMPLED,  /* seen at intervals: what lived between two looks may be missing */
    OBTAINED_ESTIMATE, /* derived under an assumption that usually holds */
    OBTAINED_BOUND,    /* the true figure is not above this one */
};

/* "exact", "sampled", "estimate", "bound", "unknown". */
const char *obtained_name(enum obtained how);

#endif
