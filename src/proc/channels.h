/*
 * channels.h - the pipes, FIFOs and connected unix sockets that the watched processes hold, and how
 * full they are.
 *
 * At each look: begin; note every open end of every member; connect (which finds the sockets'
 * peers, so that is_watched() is right from here on); note the ends that outsiders hold; measure;
 * write.
 */
#ifndef PROCLAB_PROC_CHANNELS_H
#define PROCLAB_PROC_CHANNELS_H

#include "proc/fdtable.h"
#include "proc/root.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct snapshot;
struct channels;

/*
 * quiet_ns: how old the figures of a channel may get whose holders have not run. NULL: out of
 * memory.
 */
struct channels *channels_new(bool no_peek, uint64_t quiet_ns);
void channels_free(struct channels *c);

void channels_begin(struct channels *c);

/*
 * Process pid holds this fd; target is the text of row->target. is_member: of what is watched, so
 * that the channel is, too. is_active: the process has run since the last look, so that the fill
 * may have changed. Other fds than pipes, FIFOs and sockets are passed over. 0 or -ENOMEM.
 */
int channels_note(struct channels *c, pid_t pid, const struct fd_row *row, const char *target,
                  bool is_member, bool is_active);

/* Find the peers of the sockets noted. 0 or -ENOMEM. */
int channels_connect(struct channels *c, uint64_t now_ns);

/* Does a member hold an end of what this fd refers to, or the other end of it? */
bool channels_is_watched(const struct channels *c, const struct fd_row *row);
/* Is there anything that an outsider could hold? */
bool channels_is_any_watched(const struct channels *c);

/*
 * How many channels have come to be watched so far: a change means that outsiders may hold new
 * ones.
 */
uint64_t channels_count_births(const struct channels *c);

/* See how full they are: the active ones, and those not looked at for quiet_ns. */
void channels_measure(struct channels *c, const struct proc_root *root, uint64_t now_ns);

/*
 * Append a row for each watched pipe and FIFO, and two for each pair of sockets with both ends
 * noted. What was not noted since channels_begin() is forgotten. 0 or -ENOMEM.
 */
int channels_write(struct channels *c, struct snapshot *s);

#endif
