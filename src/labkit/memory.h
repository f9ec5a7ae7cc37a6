/*
 * memory.h - how much memory a demo may take without hurting anybody.
 *
 * What the machine has free is not all that counts: in a container a cgroup may leave less, and who
 * goes beyond that is killed.
 */
#ifndef PROCLAB_LABKIT_MEMORY_H
#define PROCLAB_LABKIT_MEMORY_H

/*
 * Bytes that can be had now: the least of what the machine has available (proc_meminfo(5),
 * MemAvailable), what each memory cgroup from ours upwards leaves (cgroups(7), v1 and v2; its page
 * cache counts as taken), and what RLIMIT_AS leaves. -1: none of them is known. *by (may be NULL)
 * says which one it was: "the machine", "a cgroup", "RLIMIT_AS". root: "", or where a made-up /proc
 * and /sys are.
 */
long long memory_available_bytes(const char *root, const char **by);

#endif
