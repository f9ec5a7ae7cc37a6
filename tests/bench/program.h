/*
 * program.h - what another program costs: run it on a pseudo-terminal and ask the kernel.
 */
#ifndef PROCLAB_BENCH_PROGRAM_H
#define PROCLAB_BENCH_PROGRAM_H

/*
 * Run argv (searched in PATH) to its end, or, with seconds > 0, for so long; then `quit` is typed
 * (it has 5 s for that). Its output is thrown away. Returns the CPU time of it and what it waited
 * for, user and system, in microseconds; negative: it could not be run.
 */
double program_cpu_us(char *const argv[], double seconds, const char *quit);

#endif
