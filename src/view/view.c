#include "view/view.h"

#include "view/panel.h"

#include <stdio.h>
#include <string.h>

/* Every panel. A subject (what the right side shows) is found by its action. */
static const struct panel *const panels[] = {
    &panel_tree,   &panel_pipes,  &panel_memory, &panel_switches, &panel_timeline,
    &panel_detail, &panel_output, &panel_strip,  &panel_help,     NULL,
};

const struct panel *panel_of_subject(int subject)
{
    for (const struct panel *const *p = panels; *p; p++)
        if ((*p)->place == PLACE_SUBJECT && (int)(*p)->action - (int)ACT_SUBJECT_1 + 1 == subject)
            return *p;
    return NULL;
}

/* What labs call the subjects; the first one's key is 1. */
static const char *const subject_names[] = {"pipes", "memory", "switches", "timeline", "detail"};

#define N_SUBJECTS ((int)(sizeof subject_names / sizeof *subject_names))

const char *view_subject_name(int subject)
{
    return subject >= 1 && subject <= N_SUBJECTS && panel_of_subject(subject)
               ? subject_names[subject - 1]
               : NULL;
}

int view_subject_of(const char *name)
{
    for (int i = 1; i <= N_SUBJECTS; i++)
        if (view_subject_name(i) && strcmp(view_subject_name(i), name) == 0)
            return i;
    return 0;
}

static struct rect rect_of_place(const struct view_layout *l, const struct grid *g,
                                 enum panel_place place)
{
    switch (place) {
    case PLACE_TREE:
        return l->tree;
    case PLACE_SUBJECT:
        return l->subject;
    case PLACE_OUTPUT:
        return l->output;
    case PLACE_STRIP:
        return l->strip;
    case PLACE_ALL:
        break;
    }
    return (struct rect){l->bar.rows, 0, g->rows - l->bar.rows - l->keys.rows, g->cols};
}

static bool is_shown(const struct panel *p, const struct view_state *state)
{
    if (state->show_help)
        return p->action == ACT_HELP;
    if (p->place != PLACE_SUBJECT)
        return p->action == ACT_NONE;
    const struct panel *subject = panel_of_subject(state->subject);
    return p == (subject ? subject : &panel_pipes);
}

void view_draw(struct grid *g, const struct view_input *in, struct view_state *state)
{
    struct view_layout l;
    view_layout(g->rows, g->cols, state, in->screen != NULL, &l);
    grid_clear(g);
    for (const struct panel *const *p = panels; *p; p++) {
        struct rect area = rect_of_place(&l, g, (*p)->place);
        if (is_shown(*p, state) && area.rows > 0 && area.cols > 0)
            (*p)->draw(g, area, in, state);
    }
    view_draw_bar(g, l.bar, in, state);
    view_draw_keys(g, l.keys, in, state);
    if (state->projector)
        grid_to_heavy(g);
    if (state->ascii)
        grid_to_ascii(g);
}

void view_clamp_scroll(int *top, size_t total, int shown)
{
    int most = total > (size_t)shown ? (int)(total - (size_t)shown) : 0;
    if (*top > most)
        *top = most;
    if (*top < 0)
        *top = 0;
}

int view_scroll_from(int *offset, size_t total, int shown, size_t anchor)
{
    int base = anchor != TREE_NONE && anchor >= (size_t)shown ? (int)anchor - shown + 1 : 0;
    int top = base + *offset;
    view_clamp_scroll(&top, total, shown);
    *offset = top - base;
    return top;
}

void view_draw_more(struct grid *g, struct rect area, int row, size_t above, size_t below,
                    const char *note)
{
    int col = 1;
    if (above > 0)
        col += grid_printf(g, area, row, col, ROLE_LABEL, CELL_BOLD, "↑ %zu  ", above);
    if (below > 0)
        col += grid_printf(g, area, row, col, ROLE_LABEL, CELL_BOLD, "↓ %zu more", below);
    if (col > 1 && note && *note)
        grid_printf(g, area, row, col + 2, ROLE_BLOCKED, CELL_BOLD, "%s", note);
}
