#include "model/tree.h"

#include "model/snapshot.h"

#include <errno.h>
#include <stdlib.h>

/*
 * Cut each cycle at its lowest member, which becomes a root. Every index is walked over twice at
 * most: a walk ends where an earlier one has been.
 */
static void cut_cycles(size_t *parents, size_t n, unsigned char *seen)
{
    enum { UNSEEN, ON_THIS_WALK, DONE };
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        while (at != TREE_NONE && seen[at] == UNSEEN) {
            seen[at] = ON_THIS_WALK;
            at = parents[at];
        }
        if (at != TREE_NONE && seen[at] == ON_THIS_WALK) {
            size_t lowest = at;
            for (size_t j = parents[at]; j != at; j = parents[j])
                if (j < lowest)
                    lowest = j;
            parents[lowest] = TREE_NONE;
        }
        for (at = i; at != TREE_NONE && seen[at] == ON_THIS_WALK; at = parents[at])
            seen[at] = DONE;
    }
}

/* The lists of children: first_child[i], then next_sibling[] of it, ascending. Returns the first root. */
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

    size_t *first_child = links, *next_sibling = links + n, *node_of = links + 2 * n;
    for (size_t i = 0; i < n; i++)
        if (parents[i] >= n)
            parents[i] = TREE_NONE;
    cut_cycles(parents, n, seen);

    size_t at = link_siblings(parents, n, first_child, next_sibling);
    size_t depth = 0, count = 0;
    while (at != TREE_NONE) {
        node_of[at] = count;
        nodes[count++] = (struct tree_node){
            .process = at,
            .parent = parents[at] == TREE_NONE ? TREE_NONE : node_of[parents[at]],
            .depth = depth,
            .is_last = next_sibling[at] == TREE_NONE,
        };
        if (first_child[at] != TREE_NONE) {
            at = first_child[at];
            depth++;
            continue;
        }
        while (at != TREE_NONE && next_sibling[at] == TREE_NONE) { /* climb: no recursion */
            at = parents[at];
            depth--;
        }
        if (at != TREE_NONE)
            at = next_sibling[at];
    }
    *tree = (struct tree){.nodes = nodes, .n = count};
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
