#include "model/tree.h"

#include "model/snapshot.h"

#include <errno.h>
#include <stdlib.h>

/* The lowest member of the cycle that `member` is in. */
static size_t lowest_of_cycle(const size_t *parents, size_t member)
{
    size_t lowest = member;
    for (size_t i = parents[member]; i != member; i = parents[i])
        if (i < lowest)
            lowest = i;
    return lowest;
}

/*
 * Cut each cycle at its lowest member, which becomes a root. Every index is walked over twice at
 * most: a walk ends where an earlier one has been.
 */
static void cut_cycles(size_t *parents, size_t n, unsigned char *seen)
{
    enum { UNSEEN, ON_THIS_WALK, DONE };
    for (size_t i = 0; i < n; i++) {
        size_t end = i;
        while (end != TREE_NONE && seen[end] == UNSEEN) {
            seen[end] = ON_THIS_WALK;
            end = parents[end];
        }
        bool is_cycle = end != TREE_NONE && seen[end] == ON_THIS_WALK;
        for (size_t at = i; at != TREE_NONE && seen[at] == ON_THIS_WALK; at = parents[at])
            seen[at] = DONE;
        if (is_cycle)
            parents[lowest_of_cycle(parents, end)] = TREE_NONE;
    }
}

/* The children: first_child[i], then next_sibling[] of it, ascending. Returns the first root. */
static size_t link_siblings(const size_t *parents, size_t n, size_t *first_child,
                            size_t *next_sibling)
{
    size_t first_root = TREE_NONE;
    for (size_t i = 0; i < n; i++)
        first_child[i] = TREE_NONE;
    for (size_t i = n; i-- > 0;) { /* from the end, so that each list comes out ascending */
        size_t *head = parents[i] == TREE_NONE ? &first_root : &first_child[parents[i]];
        next_sibling[i] = *head;
        *head = i;
    }
    return first_root;
}

/* Where a walk stands, and what leads on from there. */
struct walk {
    const size_t *parents;
    size_t *first_child, *next_sibling; /* by index; TREE_NONE: none */
    size_t *node_of;                    /* by index: its place in nodes, once it has one */
};

/* Write the nodes; no recursion: a walk climbs by parents. Returns how many. */
static size_t walk_depth_first(struct walk *w, size_t first_root, struct tree_node *nodes)
{
    size_t depth = 0, count = 0;
    for (size_t at = first_root; at != TREE_NONE;) {
        size_t parent = w->parents[at];
        w->node_of[at] = count;
        nodes[count++] = (struct tree_node){
            .process = at,
            .parent = parent == TREE_NONE ? TREE_NONE : w->node_of[parent],
            .depth = depth,
            .is_last = w->next_sibling[at] == TREE_NONE,
        };
        if (w->first_child[at] != TREE_NONE) {
            at = w->first_child[at];
            depth++;
            continue;
        }
        while (at != TREE_NONE && w->next_sibling[at] == TREE_NONE) {
            at = w->parents[at];
            depth--;
        }
        if (at != TREE_NONE)
            at = w->next_sibling[at];
    }
    return count;
}

int tree_arrange(struct tree *tree, size_t *parents, size_t n)
{
    *tree = (struct tree){0};
    if (n == 0)
        return 0;
    int rc = -ENOMEM;
    struct tree_node *nodes = calloc(n, sizeof *nodes);
    size_t *links = calloc(n, 3 * sizeof *links);
    unsigned char *seen = calloc(n, 1);
    if (!nodes || !links || !seen)
        goto out;
    for (size_t i = 0; i < n; i++)
        if (parents[i] >= n)
            parents[i] = TREE_NONE;
    cut_cycles(parents, n, seen);
    struct walk walk = {parents, links, links + n, links + 2 * n};
    size_t first_root = link_siblings(parents, n, walk.first_child, walk.next_sibling);
    tree->n = walk_depth_first(&walk, first_root, nodes);
    tree->nodes = nodes;
    nodes = NULL;
    rc = 0;
out:
    free(nodes);
    free(links);
    free(seen);
    return rc;
}

size_t tree_parent_of(const struct snapshot *s, size_t process)
{
    const struct process *child = &s->processes[process];
    const struct process *parent = snapshot_find(s, child->ppid);
    return parent && parent->pid != child->pid ? (size_t)(parent - s->processes) : TREE_NONE;
}

int tree_init(struct tree *tree, const struct snapshot *s)
{
    *tree = (struct tree){0};
    if (s->n_processes == 0)
        return 0;
    size_t *parents = calloc(s->n_processes, sizeof *parents);
    if (!parents)
        return -ENOMEM;
    for (size_t i = 0; i < s->n_processes; i++)
        parents[i] = tree_parent_of(s, i);
    int rc = tree_arrange(tree, parents, s->n_processes);
    free(parents);
    return rc;
}

void tree_fini(struct tree *tree)
{
    free(tree->nodes);
    *tree = (struct tree){0};
}
