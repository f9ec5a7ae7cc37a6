/*
 * tree.h - the processes of a snapshot as a tree, in the order of drawing.
 *
 * Depth first, parents before children, siblings by PID. Works for chains of
 * any depth (no recursion). A process whose parent is not in the snapshot is a
 * root. Cycles, which only a corrupt recording can hold, are cut.
 */
#ifndef PROCLAB_MODEL_TREE_H
#define PROCLAB_MODEL_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct snapshot;

#define TREE_NONE ((size_t)-1)

struct tree_node {
    size_t process; /* index in snapshot.processes */
    size_t parent;  /* index in tree.nodes; TREE_NONE: a root */
    size_t depth;   /* 0: a root */
    bool is_last;   /* of its siblings */
};

struct tree {
    struct tree_node *nodes;
    size_t n;
};

/* Fill *tree from s, which it does not keep. 0 or -ENOMEM, *tree empty then. */
int tree_init(struct tree *tree, const struct snapshot *s);
void tree_fini(struct tree *tree);

/*
 * The same for n things of any kind, `process` being the index of one: parents[i] is the index of
 * i's parent, TREE_NONE (or anything not below n) for a root; siblings come in the order of their
 * indexes. Cycles are cut in parents, too: each at its lowest member. 0 or -ENOMEM, *tree empty
 * then.
 */
int tree_arrange(struct tree *tree, size_t *parents, size_t n);

/* The index in s->processes of a process's parent; TREE_NONE where s does not hold it. O(log n). */
size_t tree_parent_of(const struct snapshot *s, size_t process);

#endif
