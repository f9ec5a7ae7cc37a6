/*
 * grade_stall.h - is the grader itself stuck?
 *
 * One in some thousand did not come to its end on a busy machine. A deadlock is known of Criterion 2.4.1, which fits: it
 * waits for a test's process to be gone, while its thread that tells so waits for it. It is no student's fault, and
 * another grader will come to its end.
 */
#ifndef PROCLAB_CMD_GRADE_STALL_H
#define PROCLAB_CMD_GRADE_STALL_H

#include "gradekit/stillness.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct source;

struct stall {
    pid_t grader;
    int64_t heard_ns, looked_ns; /* when it last said something; when it was last looked at */
    struct source *source;       /* it and all below it; NULL: not looked at yet */
    struct stillness stillness;
};

void stall_init(struct stall *s, pid_t grader);
void stall_fini(struct stall *s);
/* It has said something. */
void stall_hear(struct stall *s);
/*
 * To be asked every now and then. True: it has said nothing for so long, and nothing of it or below it has moved in
 * the last seconds (who watches a probe that hangs does move). Looks at it only when it is silent.
 */
bool stall_is_stuck(struct stall *s, int64_t silent_ns);

#endif
