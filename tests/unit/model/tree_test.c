#include "model/snapshot.h"
#include "model/tree.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

/* The tree as text: a line a process, one blank a level, '`' for the last of its siblings. */
static void draw(const struct snapshot *s, char *out, size_t len)
{
    struct tree tree;
    cr_assert(eq(int, tree_init(&tree, s), 0));
    cr_assert(eq(sz, tree.n, s->n_processes));
    FILE *f = fmemopen(out, len, "w");
    for (size_t i = 0; i < tree.n; i++) {
        const struct tree_node *node = &tree.nodes[i];
        cr_assert(node->parent == TREE_NONE || node->parent < i, "a parent comes first");
        cr_assert(eq(sz, node->depth,
                     node->parent == TREE_NONE ? 0 : tree.nodes[node->parent].depth + 1));
        fprintf(f, "%*s%s%d ", (int)node->depth, "", node->is_last ? "`" : "|",
                (int)s->processes[node->process].pid);
    }
    fputc('\0', f);
    fclose(f);
    tree_fini(&tree);
}

static const struct {
    const char *name, *snapshot, *drawn;
} trees[] = {
    {"nothing", "", ""},
    {"one", "1 0 init", "`1 "},
    {"siblings by PID", "1 0 a; 4 1 d; 2 1 b; 3 1 c", "`1  |2  |3  `4 "},
    {"depth first", "1 0 a; 2 1 b; 3 2 c; 4 1 d; 5 3 e", "`1  |2   `3    `5  `4 "},
    {"a child with a smaller PID than its parent's", "5 9 a; 9 1 b; 7 5 c", "`9  `5   `7 "},
    {"a parent that is not there", "7 3 a; 8 7 b; 9 4 c", "|7  `8 `9 "},
    {"its own parent", "3 3 a; 4 3 b", "`3  `4 "},
    {"two each other's parents", "3 4 a; 4 3 b", "`3  `4 "},
    {"a cycle of three, with a tail", "5 7 a; 6 5 b; 7 6 c; 8 7 d", "`5  `6   `7    `8 "},
    {"a tail that comes before its cycle", "2 7 t; 5 7 a; 6 5 b; 7 6 c", "`5  `6   `7    `2 "},
    {"two cycles beside a tree", "1 0 i; 2 3 a; 3 2 b; 4 5 c; 5 4 d; 6 1 e",
     "|1  `6 |2  `3 `4  `5 "},
};

Test(tree, draws, .timeout = 20)
{
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
        char drawn[512] = "";
        struct snapshot *s = build_snapshot(trees[i].snapshot);
        draw(s, drawn, sizeof drawn);
        cr_expect(strcmp(drawn, trees[i].drawn) == 0, "%s: '%s', not '%s'", trees[i].name, drawn,
                  trees[i].drawn);
        snapshot_free(s);
    }
}

Test(tree, holds_every_process_once_with_the_same_pid_twice, .timeout = 20)
{
    struct snapshot *s = build_snapshot("1 0 a; 2 1 b; 2 1 c; 3 2 d; 2 3 e");
    struct tree tree;
    bool seen[5] = {false};
    cr_assert(eq(int, tree_init(&tree, s), 0));
    cr_assert(eq(sz, tree.n, 5));
    for (size_t i = 0; i < tree.n; i++) {
        cr_expect(not(seen[tree.nodes[i].process]));
        seen[tree.nodes[i].process] = true;
    }
    tree_fini(&tree);
    snapshot_free(s);
}

static struct snapshot *chain(size_t n, bool is_ring)
{
    struct snapshot *s = snapshot_new();
    for (size_t i = 0; i < n; i++)
        snapshot_add_process(s, (pid_t)(i + 1))->ppid = (pid_t)i;
    if (is_ring)
        s->processes[0].ppid = (pid_t)n;
    snapshot_finish(s);
    return s;
}

Test(tree, chain_of_20000, .timeout = 20)
{
    for (int is_ring = 0; is_ring < 2; is_ring++) {
        struct snapshot *s = chain(20000, is_ring);
        struct tree tree;
        cr_assert(eq(int, tree_init(&tree, s), 0));
        cr_assert(eq(sz, tree.n, 20000));
        cr_expect(eq(sz, tree.nodes[19999].depth, 19999));
        cr_expect(eq(sz, tree.nodes[0].parent, TREE_NONE));
        tree_fini(&tree);
        snapshot_free(s);
    }
}

Test(tree, children_of_one_20000, .timeout = 20)
{
    struct snapshot *s = snapshot_new();
    for (pid_t pid = 1; pid <= 20000; pid++)
        snapshot_add_process(s, pid)->ppid = pid == 1 ? 0 : 1;
    snapshot_finish(s);
    struct tree tree;
    cr_assert(eq(int, tree_init(&tree, s), 0));
    cr_assert(eq(sz, tree.n, 20000));
    size_t last = 0;
    for (size_t i = 0; i < tree.n; i++)
        last += tree.nodes[i].is_last;
    cr_expect(eq(sz, last, 2)); /* the root, and one of its children */
    tree_fini(&tree);
    snapshot_free(s);
}

Test(tree, arranges_what_has_parents_out_of_range)
{
    size_t parents[] = {99, 0, 2, TREE_NONE};
    struct tree tree;
    cr_assert(eq(int, tree_arrange(&tree, parents, 4), 0));
    cr_assert(eq(sz, tree.n, 4));
    cr_expect(eq(sz, parents[0], TREE_NONE));
    cr_expect(eq(sz, parents[2], TREE_NONE)); /* its own parent */
    tree_fini(&tree);
}
