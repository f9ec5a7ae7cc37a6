/*
 * room.h - how much memory a demo may fill, so that it measures what this machine can bear.
 *
 * Not only what is free: a container's limit is met sooner, and then by being killed.
 */
#ifndef PROCLAB_LABKIT_ROOM_H
#define PROCLAB_LABKIT_ROOM_H

struct room {
    long long bytes; /* that can be had now; at least 0 */
    char by[64];     /* what allows no more: "MemAvailable", "memory.max", "RLIMIT_AS" ... */
};

/*
 * The least of: MemAvailable of proc_meminfo(5); what is left of the limits of this process's memory
 * cgroup and those above it, as far as they can be seen from here (cgroups(7), both versions); what is left of
 * RLIMIT_AS and RLIMIT_DATA. Nobody keeps it for the caller: take a half.
 *
 * root: "" for this machine; else the folder that holds a made-up /proc and /sys.
 */
void room_find(const char *root, struct room *room);

#endif
