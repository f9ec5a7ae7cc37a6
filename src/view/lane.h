/*
 * lane.h - one lane of the pipes panel: a pipe, a FIFO, one direction of a socketpair.
 *
 *     ① yes 4711 ════════════════▶ sh 4712         who writes, who reads
 *       ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇ 65,536/65,536 B       fill and capacity
 *       FULL  0 B/s estimate  total 65.5 kB        what stands out, what flows
 *       w: yes 4711/1 blocked  r: sh 4712/0        all who hold an end: name PID/fd
 */
#ifndef PROCLAB_VIEW_LANE_H
#define PROCLAB_VIEW_LANE_H

#include "view/grid.h"

struct moment;
struct pipe_lane;
struct view_state;

/*
 * Draw lane `index` of the moment's pipes into `in`, from row on, clipped to it; compact: in fewer
 * rows, without the long bar and the total. Returns the rows that it takes. With g NULL nothing is
 * drawn.
 */
int lane_draw(struct grid *g, struct rect in, int row, const struct moment *m, size_t index,
              bool is_compact, const struct view_state *state);

/* The selected process holds an end of it. */
bool lane_is_selected(const struct moment *m, const struct pipe_lane *lane,
                      const struct view_state *state);

#endif
