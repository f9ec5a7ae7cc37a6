/* The dashboard as a whole: any size, any state; keys, selection, clicks. */
#include "scenes.h"

#include "view/grid.h"
#include "view/palette.h"
#include "view/panel.h"

#include "model/source.h"

#include <criterion/criterion.h>

static void (*const builders[])(struct scene *) = {
    scene_full_pipe, scene_eof_withheld, scene_socketpair, scene_empty, scene_coproc,
    scene_many,      scene_hostile,      scene_births,     scene_crowd, scene_chain,
    scene_turns,     scene_first_look,   scene_volley,
};

#define N_BUILDERS (sizeof builders / sizeof *builders)

/* Numbers that are the same in every run. */
static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16 & 0x7fff;
}

static void shuffle_state(struct scene *sc, unsigned *seed)
{
    struct view_state *state = &sc->state;
    unsigned bits = next_random(seed);
    state->subject = (int)(next_random(seed) % 8) - 1;
    state->tree_top = (int)(next_random(seed) % 700) - 100;
    state->subject_top = (int)(next_random(seed) % 60) - 20;
    state->help_top = (int)(next_random(seed) % 90) - 20;
    state->follow = bits & 1;
    state->show_threads = bits & 2;
    state->projector = bits & 4;
    state->ascii = bits & 8;
    state->show_help = (bits & 0x70) == 0x70;
    state->big_output = bits & 0x80;
    state->is_typing = bits & 0x100;
    state->is_searching = bits & 0x200;
    state->paused = bits & 0x400;
    sc->in.back = bits & 0x800 ? 99999 : 0;
    state->zoom = (int)(next_random(seed) % 40) - 20;
    if (bits & 0x1000 && sc->m.n_rows > 0)
        scene_select(sc, sc->m.rows[next_random(seed) % sc->m.n_rows].process->pid);
    if (bits & 0x2000)
        strcpy(state->message, "a message for the person");
}

static void expect_sound(const struct grid *g)
{
    for (int i = 0; i < g->rows * g->cols; i++) {
        const struct cell *cell = &g->cells[i];
        int width = cell->rune == 0 ? 0 : grid_rune_width(cell->rune);
        cr_assert(cell->role < ROLE_COUNT);
        cr_assert(width >= 0, "U+%04X is on the grid", cell->rune);
        if (cell->rune == 0) /* a right half stands beside its left half */
            cr_assert(i % g->cols > 0 && grid_rune_width(g->cells[i - 1].rune) == 2);
    }
}

Test(view, every_size_and_state_is_drawn_within_bounds)
{
    unsigned seed = 20240501;
    for (size_t b = 0; b < N_BUILDERS; b++) {
        struct scene *sc = malloc(sizeof *sc);
        cr_assert(sc);
        builders[b](sc);
        for (int rows = 1; rows <= 30; rows++) {
            for (int cols = 1; cols <= 60; cols++) {
                struct grid
                    g; /* the cells are a heap block of just this size: ASan sees a step beside it */
                cr_assert_eq(grid_init(&g, rows, cols), 0);
                shuffle_state(sc, &seed);
                view_draw(&g, &sc->in, &sc->state);
                if (!sc->state.ascii)
                    expect_sound(&g);
                view_click(&sc->state, &sc->in, rows, cols, (int)(next_random(&seed) % 32) - 1,
                           (int)(next_random(&seed) % 62) - 1);
                grid_fini(&g);
            }
        }
        scene_fini(sc);
        free(sc);
    }
}

Test(view, layout_stays_on_the_screen_and_shares_nothing_twice)
{
    for (int rows = 1; rows <= 70; rows++)
        for (int cols = 1; cols <= 200; cols += 3)
            for (int bits = 0; bits < 8; bits++) {
                struct view_state state = {.projector = bits & 1, .big_output = bits & 2};
                struct view_layout l;
                view_layout(rows, cols, &state, bits & 4, &l);
                const struct rect *rects[] = {&l.bar, &l.tree, &l.subject, &l.output, &l.strip};
                int area = 0;
                for (size_t i = 0; i < 5; i++) {
                    const struct rect *r = rects[i];
                    cr_assert(r->rows >= 0 && r->cols >= 0 && r->row >= 0 && r->col >= 0);
                    cr_assert(r->row + r->rows <= rows && r->col + r->cols <= cols,
                              "rect %zu at %dx%d", i, cols, rows);
                    area += r->rows * r->cols;
                }
                cr_assert_eq(area + (l.strip.rows ? 0 : l.keys.rows * l.keys.cols), rows * cols,
                             "%dx%d bits %d", cols, rows, bits);
            }
}

Test(view, layout_gives_80x24_room_for_everything)
{
    struct view_state state = {.subject = 1};
    struct view_layout l;
    view_layout(24, 80, &state, true, &l);
    cr_expect(l.tree.rows - 2 >= 8 && l.subject.rows - 2 >= 8);
    cr_expect(l.output_inside.rows >= 4 && l.output_inside.cols == 78);
    cr_expect(l.strip.rows - 2 >= 3);
    view_layout(12, 40, &state, true, &l);
    cr_expect(l.output.rows == 0 && l.subject.rows == 0);
    cr_expect(l.tree.rows >= 4 && l.strip.rows >= 4);
}

Test(view, sampled_stays_at_the_narrowest)
{
    for (int cols = 8; cols < 130; cols++) {
        struct scene *sc = malloc(sizeof *sc);
        struct grid g;
        char row[256] = "";
        scene_many(sc);
        cr_assert_eq(grid_init(&g, 1, cols), 0);
        view_draw(&g, &sc->in, &sc->state);
        for (int i = 0; i < cols; i++)
            row[i] = (char)(g.cells[i].rune < 0x80 ? g.cells[i].rune : '?');
        cr_expect(strstr(row, "sampled"), "%d columns: %s", cols, row);
        grid_fini(&g);
        scene_fini(sc);
        free(sc);
    }
}

Test(view, keys_mean_what_the_table_says)
{
    cr_expect_eq(view_key_action('q'), ACT_QUIT);
    cr_expect_eq(view_key_action(' '), ACT_PAUSE);
    cr_expect_eq(view_key_action('\r'), ACT_NEXT);
    cr_expect_eq(view_key_action(VIEW_KEY_PGDN), ACT_NEXT);
    cr_expect_eq(view_key_action(VIEW_KEY_PGUP), ACT_PREVIOUS);
    cr_expect_eq(view_key_action('1'), ACT_SUBJECT_1);
    cr_expect_eq(view_key_action('2'), ACT_SUBJECT_2); /* nothing there yet */
    cr_expect_eq(view_key_action(0), ACT_NONE);
    cr_expect_eq(view_key_action(0x1F600), ACT_NONE);
}

Test(view, no_key_means_two_things_and_every_subject_has_a_panel)
{
    for (size_t i = 0; i < view_n_key_bindings; i++) {
        const struct key_binding *b = &view_key_bindings[i];
        cr_expect(b->codes[0], "binding %zu has no key", i);
        for (size_t k = 0; k < 4 && b->codes[k]; k++)
            cr_expect_eq(view_key_action(b->codes[k]), b->action, "key %d", b->codes[k]);
        cr_expect(!b->keys || (b->help && *b->help), "binding %zu is not explained", i);
        for (const char *p = b->keys && b->ascii ? b->ascii : ""; *p; p++)
            cr_expect((unsigned char)*p < 0x80);
        if (b->action >= ACT_SUBJECT_1 && b->action <= ACT_SUBJECT_5)
            cr_expect(panel_of_subject((int)(b->action - ACT_SUBJECT_1) + 1));
    }
}

Test(view, selection_moves_and_stays_within_the_tree)
{
    struct scene *sc = malloc(sizeof *sc);
    scene_births(sc);
    struct view_state *state = &sc->state;
    cr_expect(view_act(state, &sc->in, ACT_DOWN));
    cr_expect_eq(state->selected_pid, 4002);
    view_act(state, &sc->in, ACT_UP);
    cr_expect_eq(state->selected_pid, 4002);
    view_act(state, &sc->in, ACT_DOWN);
    cr_expect_eq(state->selected_pid, 4010);
    view_act(state, &sc->in, ACT_END);
    cr_expect_eq(state->selected_pid, 4014);
    view_act(state, &sc->in, ACT_DOWN);
    cr_expect_eq(state->selected_pid, 4014);
    view_act(state, &sc->in, ACT_HOME);
    cr_expect_eq(state->selected_pid, 4002);
    state->selected_start++; /* the PID is another process's by now: it is not selected */
    cr_expect_eq(view_selected_row(&sc->m, state), TREE_NONE);
    scene_fini(sc);
    free(sc);
}

Test(view, what_the_event_loop_has_to_do_is_left_to_it)
{
    struct scene *sc = malloc(sizeof *sc);
    scene_births(sc);
    static const enum action loops[] = {ACT_QUIT,   ACT_PAUSE, ACT_NEXT,   ACT_PREVIOUS,
                                        ACT_BACK,   ACT_FORTH, ACT_COLORS, ACT_FASTER,
                                        ACT_SLOWER, ACT_SAVE,  ACT_REDRAW, ACT_SUSPEND};
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++)
        cr_expect_not(view_act(&sc->state, &sc->in, loops[i]), "action %zu", i);
    scene_fini(sc);
    free(sc);
}

Test(view, a_click_selects_the_process_drawn_there)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_births(sc);
    sc->state.show_threads = true;
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    view_draw(&g, &sc->in, &sc->state);
    struct view_layout l;
    view_layout(24, 80, &sc->state, false, &l);
    for (int row = 0; row < 24; row++) {
        int pid = 0;
        for (int col = 2; col < 8; col++) { /* the PID as it is drawn */
            uint32_t rune = g.cells[row * 80 + col].rune;
            pid = rune >= '0' && rune <= '9' ? pid * 10 + (int)(rune - '0') : pid;
        }
        bool is_in_tree = row >= l.tree.row + 2 && row < l.tree.row + l.tree.rows - 1;
        sc->state.selected_pid = 0;
        view_click(&sc->state, &sc->in, 24, 80, row, 5);
        if (is_in_tree && pid > 0) /* a thread's line selects its process */
            cr_expect_eq(sc->state.selected_pid, pid == 4021 || pid == 4022 ? 4020 : pid, "row %d",
                         row);
        else
            cr_expect_eq(sc->state.selected_pid, 0, "row %d selects %d", row,
                         sc->state.selected_pid);
    }
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, every_process_and_thread_has_its_line)
{
    struct scene *sc = malloc(sizeof *sc);
    struct tree_line line;
    scene_births(sc);
    const struct moment *m = &sc->m;
    cr_expect_eq(tree_line_count(m, false), m->n_rows);
    cr_expect_eq(tree_line_count(m, true), m->n_rows + 2);
    for (size_t row = 0; row < m->n_rows; row++) { /* there and back */
        cr_expect(tree_line_at(m, true, tree_line_of_row(m, true, row), &line));
        cr_expect(line.row == row && line.task == TREE_NONE);
    }
    size_t n = 1;
    cr_assert(tree_line_at(m, true, 0, &line));
    while (tree_line_next(m, true, &line))
        n++;
    cr_expect_eq(n, m->n_rows + 2);
    cr_expect_not(tree_line_at(m, true, n, &line));
    scene_fini(sc);
    free(sc);
}

Test(view, search_goes_on_from_the_selected_one_and_wraps)
{
    struct scene *sc = malloc(sizeof *sc);
    scene_many(sc);
    strcpy(sc->state.search, "WORKER25");
    static const pid_t expected[] = {25, 250, 252, 253, 254, 255, 256, 257, 258, 259, 25};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect(view_search(&sc->state, &sc->in));
        cr_expect_eq(sc->state.selected_pid, expected[i], "%zu: %d", i, sc->state.selected_pid);
    }
    strcpy(sc->state.search, "no such thing");
    cr_expect_not(view_search(&sc->state, &sc->in));
    cr_expect_eq(sc->state.selected_pid, 25);
    cr_expect(*sc->state.message);
    scene_fini(sc);
    free(sc);
}

Test(view, follow_keeps_the_selected_process_in_sight)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_many(sc);
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    scene_select(sc, 200);
    sc->state.follow = true;
    view_draw(&g, &sc->in, &sc->state);
    int row = (int)view_selected_row(&sc->m, &sc->state);
    cr_expect(sc->state.tree_top <= row && row < sc->state.tree_top + 15);
    sc->state.follow = false; /* the scroll position rules; out of range it is put right */
    sc->state.tree_top = 100000;
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(sc->state.tree_top > 270 && sc->state.tree_top < 300);
    sc->state.follow = true; /* nothing selected: to what is new */
    sc->state.selected_pid = 0;
    sc->state.tree_top = 0;
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(sc->state.tree_top > 200);
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

/* As node: pipes to wake itself come first by number; those to its child are what one wants to see. */
Test(view, lanes_within_one_process_come_last_where_not_all_fit)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_init(sc, "node");
    scene_process(sc, 10, 1, "node", "node", 'S', WAIT_POLL, -1);
    for (int i = 0; i < 8; i++) {
        scene_pipe_fd(sc, 2 * i + 4, FD_READ, 500 + (uint64_t)i);
        scene_pipe_fd(sc, 2 * i + 5, FD_WRITE, 500 + (uint64_t)i);
    }
    scene_pipe_fd(sc, 30, FD_WRITE, 600);
    scene_process(sc, 11, 10, "cat", "cat", 'S', WAIT_PIPE_READ, 0);
    scene_pipe_fd(sc, 0, FD_READ, 600);
    for (int i = 0; i < 8; i++)
        scene_channel(sc, CHANNEL_PIPE, 500 + (uint64_t)i, 65536, 0);
    scene_channel(sc, CHANNEL_PIPE, 600, 65536, 0);
    scene_finish(sc);
    scene_select(sc, 10); /* holds ends of all of them */
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    view_draw(&g, &sc->in, &sc->state);
    bool is_first = false; /* in the first row of the panel */
    for (int col = 40; col + 3 < g.cols; col++) {
        const struct cell *cells = &g.cells[2 * g.cols + col];
        is_first |= cells[0].rune == 'c' && cells[1].rune == 'a' && cells[2].rune == 't';
    }
    cr_expect(is_first);
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, the_selected_row_looks_different_without_colours)
{
    struct cell plain = {.rune = 'x', .color = -1};
    struct cell selected = plain, alert = plain;
    selected.flags = CELL_SELECTED;
    alert.role = ROLE_ALERT;
    for (int kind = 0; kind < PALETTE_COUNT; kind++) {
        struct look a = palette_look(&palettes[kind], &plain);
        struct look b = palette_look(&palettes[kind], &selected);
        struct look c = palette_look(&palettes[kind], &alert);
        cr_expect_neq(a.attributes, b.attributes);
        cr_expect_neq(a.attributes, c.attributes);
    }
}

/* A row of the picture, its ASCII part. */
static void row_text(const struct grid *g, int row, char *text, size_t len)
{
    size_t n = 0;
    for (int col = 0; col < g->cols && n + 1 < len; col++) {
        uint32_t rune = g->cells[row * g->cols + col].rune;
        text[n++] = (char)(rune >= ' ' && rune < 0x7f ? rune : '?');
    }
    text[n] = '\0';
}

static bool shows(const struct grid *g, const char *wanted)
{
    char text[512];
    for (int row = 0; row < g->rows; row++) {
        row_text(g, row, text, sizeof text);
        if (strstr(text, wanted))
            return true;
    }
    return false;
}

Test(view, the_past_cannot_be_mistaken_for_live)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_births(sc);
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    sc->state.paused = true;
    sc->in.back = 248;
    sc->in.back_ns = UINT64_C(12400000000);
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(shows(&g, "PAUSED") && shows(&g, "BACK 12.4 s") && !shows(&g, "LIVE"));
    cr_expect(shows(&g, "End or space goes back") && shows(&g, "End live"));
    for (int col = 0; col < g.cols; col++)
        cr_expect(g.cells[col].flags & CELL_REVERSE);
    sc->in.back = 0;
    sc->in.is_replay = sc->in.has_ended = true;
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(shows(&g, "The end of the recording") && shows(&g, "Home oldest"));
    cr_expect(shows(&g, "End newest") && !shows(&g, "End live"));
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, a_rate_is_shown_when_it_is_known_over_a_second)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_births(sc);
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(shows(&g, "20 Hz"));
    sc->m.since_first_ns = 50000000;
    view_draw(&g, &sc->in, &sc->state);
    cr_expect_not(shows(&g, "Hz"));
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, a_projector_has_one_even_spotlight)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_births(sc);
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    scene_select(sc, 4012); /* which is new, and runs */
    sc->state.projector = true;
    view_draw(&g, &sc->in, &sc->state);
    int n_lit = 0;
    for (int i = 0; i < g.rows * g.cols; i++) {
        if (!(g.cells[i].flags & CELL_SELECTED))
            continue;
        cr_expect_eq(g.cells[i].role, ROLE_TEXT);
        n_lit++;
    }
    cr_expect_eq(n_lit, 38);
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, an_act_opens_its_subject_once_and_a_key_wins)
{
    struct scene *sc = malloc(sizeof *sc);
    scene_births(sc);
    sc->in.narration = &sc->narration;
    cr_expect_eq(view_subject_of("memory"), 2);
    cr_expect_str_eq(view_subject_name(5), "detail");
    cr_expect_eq(view_subject_of("magic"), 0);
    cr_expect_null(view_subject_name(0));
    cr_expect_not(view_follow_lab(&sc->state, &sc->in));
    sc->narration.n_begun = 1;
    sc->narration.subject = 3;
    cr_expect(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.subject, 3);
    view_act(&sc->state, &sc->in, ACT_SUBJECT_5);
    cr_expect(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.subject, 5);
    cr_expect_eq(sc->state.selected_pid, 4002, "nobody was selected: the lab itself is");
    cr_expect_not(view_follow_lab(&sc->state, &sc->in));
    sc->narration.n_begun = 2;
    sc->narration.subject = 0; /* no wish, or for what is not there */
    view_follow_lab(&sc->state, &sc->in);
    cr_expect_eq(sc->state.subject, 5);
    sc->narration.n_begun = 3;
    sc->narration.subject = 1;
    view_follow_lab(&sc->state, &sc->in);
    cr_expect_eq(sc->state.subject, 1);
    scene_fini(sc);
    free(sc);
}

Test(view, memory_shows_the_region_stated_unless_a_person_has_chosen)
{
    struct scene *sc = malloc(sizeof *sc);
    struct source_wish wish;
    scene_births(sc);
    sc->in.narration = &sc->narration;
    sc->narration.region =
        (struct narrated_region){.name = "buffer", .pid = 4010, .start = 0x7000, .bytes = 4096};
    view_follow_lab(&sc->state, &sc->in);
    cr_expect_eq(sc->state.selected_pid, 0, "pipes need none selected");
    view_act(&sc->state, &sc->in, ACT_SUBJECT_2);
    cr_expect(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.selected_pid, 4010);
    view_wish(&sc->state, &sc->narration, &wish);
    cr_expect(wish.memory_pid == 4010 && wish.region_start == 0x7000 && wish.region_bytes == 4096);
    sc->narration.region.pid = 4012; /* the newest holds */
    view_follow_lab(&sc->state, &sc->in);
    cr_expect_eq(sc->state.selected_pid, 4012);
    view_act(&sc->state, &sc->in, ACT_HOME);
    cr_expect_not(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.selected_pid, 4002);
    view_wish(&sc->state, NULL, &wish);
    cr_expect(wish.memory_pid == 4002 && wish.region_bytes == 0);
    view_act(&sc->state, &sc->in, ACT_SUBJECT_1);
    view_wish(&sc->state, &sc->narration, &wish);
    cr_expect_eq(wish.memory_pid, 0, "it is not read when nobody sees it");
    view_act(&sc->state, &sc->in, ACT_SUBJECT_5);
    view_wish(&sc->state, &sc->narration, &wish);
    cr_expect(wish.detail_pid == 4002 && wish.memory_pid == 0);
    sc->state.selected_start++; /* whom the person had chosen has gone, and an act begins */
    sc->narration.n_begun = 7;
    sc->narration.subject = 2;
    view_follow_lab(&sc->state, &sc->in);
    cr_expect_eq(sc->state.selected_pid, 4012);
    sc->narration.region.pid = 1; /* which is not there: the selected one stays */
    cr_expect_not(view_follow_lab(&sc->state, &sc->in));
    sc->state.selected_pid = 0; /* nobody is: the lab itself */
    cr_expect(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.selected_pid, 4002);
    scene_fini(sc);
    free(sc);
}

Test(view, a_process_pointed_at_is_selected_unless_a_person_has_chosen)
{
    struct scene *sc = malloc(sizeof *sc);
    scene_births(sc);
    sc->in.narration = &sc->narration;
    sc->narration.region.pid = 1; /* which is not there */
    cr_expect_not(view_follow_lab(&sc->state, &sc->in));
    sc->narration.region.pid = 4010;
    cr_expect(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.subject, 1);
    cr_expect_eq(sc->state.selected_pid, 4010);
    view_act(&sc->state, &sc->in, ACT_HOME);
    sc->narration.region.pid = 4012;
    cr_expect_not(view_follow_lab(&sc->state, &sc->in));
    cr_expect_eq(sc->state.selected_pid, 4002);
    scene_fini(sc);
    free(sc);
}

Test(view, a_region_that_is_not_there_any_more_is_said_to_be)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_cow(sc);
    sc->in.narration = &sc->narration;
    sc->narration.region = (struct narrated_region){
        .name = "buffer", .pid = 4712, .start = sc->s->regions[1].start, .bytes = 4096};
    sc->state.subject = 2;
    cr_assert_eq(grid_init(&g, 36, 120), 0);
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(shows(&g, "2 Memory ? buffer") && !shows(&g, "no memory at the address"));
    sc->narration.region.start++;
    view_draw(&g, &sc->in, &sc->state);
    cr_expect(!shows(&g, "2 Memory ? buffer") && shows(&g, "no memory at the address of buffer"));
    sc->in.back = 3; /* it was not stated yet */
    view_draw(&g, &sc->in, &sc->state);
    cr_expect_not(shows(&g, "no memory at the address"));
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

static void draw_subject(struct scene *sc, struct grid *g, int subject)
{
    sc->state.subject = subject;
    view_draw(g, &sc->in, &sc->state);
}

Test(view, z_zooms_the_timeline_within_its_range_and_nothing_else)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_turns(sc);
    cr_assert_eq(grid_init(&g, 36, 120), 0);
    draw_subject(sc, &g, 4);
    cr_expect(shows(&g, "200 ms a cell"));
    cr_expect_eq(view_key_action('z'), ACT_ZOOM_IN);
    cr_expect_eq(view_key_action('Z'), ACT_ZOOM_OUT);
    cr_expect(view_act(&sc->state, &sc->in, ACT_ZOOM_IN));
    draw_subject(sc, &g, 4);
    cr_expect(shows(&g, "100 ms a cell") && shows(&g, "-1 s"));
    for (int i = 0; i < 40; i++)
        view_act(&sc->state, &sc->in, ACT_ZOOM_IN);
    draw_subject(sc, &g, 4);
    cr_expect(shows(&g, "1 ms a cell"));
    view_act(&sc->state, &sc->in, ACT_ZOOM_OUT); /* not forty times, to be seen */
    draw_subject(sc, &g, 4);
    cr_expect(shows(&g, "2 ms a cell"));
    for (int i = 0; i < 40; i++)
        view_act(&sc->state, &sc->in, ACT_ZOOM_OUT);
    draw_subject(sc, &g, 4);
    cr_expect(shows(&g, "10 s a cell"));
    int zoom = sc->state.zoom;
    sc->state.subject = 3;
    view_act(&sc->state, &sc->in, ACT_ZOOM_IN);
    cr_expect_eq(sc->state.zoom, zoom);
    cr_expect(*sc->state.message);
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

/* Does a row that holds `name` on the right hold `wanted` after it? */
static bool lane_shows(const struct grid *g, const char *name, const char *wanted)
{
    char text[512];
    for (int row = 0; row < g->rows; row++) {
        row_text(g, row, text, sizeof text);
        char *found = strstr(text + g->cols / 3, name);
        if (found && strstr(found, wanted))
            return true;
    }
    return false;
}

Test(view, the_timeline_tells_turns_from_parallel_in_ascii_and_in_words)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_turns(sc);
    sc->state.ascii = true;
    sc->state.selected_pid = 0;
    cr_assert_eq(grid_init(&g, 36, 120), 0);
    draw_subject(sc, &g, 4);
    cr_expect(lane_shows(&g, "4701 spin", "5555555555"));
    cr_expect(lane_shows(&g, "4702 spin", "55##########"));
    cr_expect(lane_shows(&g, "CPUs busy", "1122222"));
    cr_expect(lane_shows(&g, "4703 yes", "w------"));
    cr_expect(lane_shows(&g, "4710 true", "+q*x"));
    cr_expect(lane_shows(&g, "4700 sh", "Yc...Yc"));
    cr_expect(shows(&g, "3.05 s ago + sh 4700 forks true 4710"));
    cr_expect(shows(&g, "true 4710 ends: exit 3"));
    cr_expect(shows(&g, "2 want a CPU; they get 1.5 in all."));
    /* Back in time, when they shared one. */
    moment_fini(&sc->m);
    sc->in.index = 50;
    cr_assert_eq(history_moment(sc->history, 50, &sc->m), 0);
    draw_subject(sc, &g, 4);
    cr_expect(shows(&g, "2 take turns on CPU 0: concurrent."));
    cr_expect(!shows(&g, "4710 true"));
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, the_selected_lane_is_in_sight_and_scrolling_goes_on_from_there)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_volley(sc);
    cr_assert_eq(grid_init(&g, 24, 80), 0);
    draw_subject(sc, &g, 4); /* nothing is selected: what is new is shown */
    cr_expect(lane_shows(&g, "526 cc1", "+"));
    scene_select(sc, 500);
    draw_subject(sc, &g, 4);
    cr_expect(lane_shows(&g, "500 make", "c") && !lane_shows(&g, "526 cc1 ", "+"));
    for (int i = 0; i < 3; i++)
        view_act(&sc->state, &sc->in, ACT_SCROLL_DOWN);
    draw_subject(sc, &g, 4);
    cr_expect(!lane_shows(&g, "500 make", "c"));
    for (int i = 0; i < 300; i++)
        view_act(&sc->state, &sc->in, ACT_SCROLL_DOWN);
    draw_subject(sc, &g, 4);
    cr_expect(lane_shows(&g, "526 cc1 ", "+"));
    view_act(&sc->state, &sc->in, ACT_DOWN); /* another one is selected: in sight again */
    scene_select(sc, 526);
    draw_subject(sc, &g, 4);
    cr_expect(lane_shows(&g, "526 cc1 ", "+"));
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

Test(view, switches_are_counted_a_second_and_say_who_waits_for_whom)
{
    struct scene *sc = malloc(sizeof *sc);
    struct grid g;
    scene_turns(sc);
    sc->state.ascii = true;
    cr_assert_eq(grid_init(&g, 36, 120), 0);
    draw_subject(sc, &g, 3);
    cr_expect(lane_shows(&g, " 4701     0   120 #######", "50.0  50.0 spin     CPU 0"));
    cr_expect(lane_shows(&g, " 4702     0   120", "1  100   0.0 spin "));
    cr_expect(lane_shows(&g, " 4721   400     0", "20.0   0.0 pool"));
    cr_expect(lane_shows(&g, " 4703 ", "yes      (1) sleep 4"));
    cr_expect(shows(&g, "spin 4702: ran 9.000 s, queued 3.000 s; 3 voluntary and 1,440"));
    grid_fini(&g);
    scene_fini(sc);
    free(sc);
}

/* From afar nobody reads more. */
Test(view, a_projector_has_seven_rows_in_every_panel)
{
    static const int subjects[] = {3, 4};
    for (size_t i = 0; i < 2; i++) {
        struct scene *sc = malloc(sizeof *sc);
        struct grid g;
        if (subjects[i] == 3) /* which shows those that live: of the volley only five */
            scene_many(sc);
        else
            scene_volley(sc);
        sc->state.projector = true;
        cr_assert_eq(grid_init(&g, 50, 160), 0);
        draw_subject(sc, &g, subjects[i]);
        int rows = 0;
        char text[512];
        struct view_layout l;
        view_layout(g.rows, g.cols, &sc->state, false, &l);
        for (int row = l.subject.row; row < l.subject.row + l.subject.rows; row++) {
            row_text(&g, row, text, sizeof text);
            const char *right = text + l.subject.col;
            rows +=
                (strstr(right, " cc1 ") || strstr(right, " worker") || strstr(right, " daemon")) &&
                !strstr(right, " ago ");
        }
        cr_expect_eq(rows, 7, "subject %d: %d rows", subjects[i], rows);
        grid_fini(&g);
        scene_fini(sc);
        free(sc);
    }
}
