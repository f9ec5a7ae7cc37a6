/*
 * snapshot_builder.h - snapshots written down in a few words, for tests.
 *
 *     build_snapshot("snap time_ms=1000 root=10;"
 *                    "pipe a fill=0 cap=65536;"
 *                    "10 1 sh wait 4>a;"           PID PPID COMM, what it does, its descriptors
 *                    "11 10 cat read(0) 0<a");
 *
 * Statements are separated by ';' or newlines, words by blanks. A mistake in the text ends the test
 * with a message.
 *
 *   snap     time_ms= root= adopter= births= before= hidden= exact perf connector (with a root, hidden is 0 unless said)
 *   pipe N   fill= cap= err= (an errno's number); N: an inode, or a word (a: 5501, b: 5502, ...)
 *   fifo N   the same, and path=
 *   pair N M fill= fill2= err=     two connected sockets: N's receive queue, M's
 *   fork PID CHILD, exec PID NAME, exit PID STATUS, lost N    what the kernel told; time_ms= start=
 *   PID PPID COMM ...              a process; '_' in COMM and args stands for a blank
 *
 * What it does (default: runs, state R):
 *   run sleep wait poll futex tty signal other asleep disk stopped traced dead kernel
 *   zombie zombie=WAITSTATUS
 *   read(FD) write(FD) read write (fd unknown); recv(FD) send(FD) recv send: the same on a socket
 * Its descriptors:
 *   FD<N FD>N FD<>N read, write, both ends of a pipe or FIFO; FD?N access unknown
 *   FD=N a socket of a pair; FD:tty FD:file FD:null FD:epoll FD:sock (no pair's)
 * Its tasks (without any, it has just the one): +TID:what, and what is as above
 * The rest:
 *   start= (default: 10 * PID) uid= session= pgrp= threads= rchar= wchar= run_ns= queued_ns=
 *   ticks= vol= invol= rss= cpu= minflt= majflt= args=a,b,c call=NAME wchan=NAME noaccess gone undetailed outside
 */
#ifndef PROCLAB_TESTS_SNAPSHOT_BUILDER_H
#define PROCLAB_TESTS_SNAPSHOT_BUILDER_H

#include "model/snapshot.h"

#define BUILD_PIPE_DEVICE 14
#define BUILD_SOCK_DEVICE 8

/* The caller frees it with snapshot_free(). The second adds to one that is not finished yet. */
struct snapshot *build_snapshot(const char *text);
void build_more(struct snapshot *s, const char *text);

/* The inode that a name stands for. */
uint64_t build_inode(const char *name);

#endif
