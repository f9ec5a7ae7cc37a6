/*
 * The dashboard as golden text: what each scene looks like at each size is in tests/golden.
 *
 *     UPDATE_GOLDEN=1 build/tests/unit-export    writes them anew: then look at them, they must be right
 *     GOLDEN_COLORS=DIR build/tests/unit-export  also writes each with SGR colours to DIR, dark and mono
 */
#include "../view/scenes.h"

#include "export/snapshot_text.h"
#include "export/text.h"
#include "view/grid.h"
#include "view/palette.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#define GOLDEN_DIR "tests/golden"

enum variant_flags {
    ASCII = 1,
    PROJECTOR = 2,
    PAUSED = 4,
    HELP = 8,
    THREADS = 16,
    BACK = 32,
    SEARCH = 64,
    TYPING = 128
};

struct variant {
    int cols, rows;
    unsigned flags;
    int subject;
};

static char *read_file(const char *path)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    if (getdelim(&text, &len, '\0', f) < 0) {
        free(text);
        text = NULL;
    }
    fclose(f);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    cr_assert(f, "cannot write %s", path);
    fputs(text, f);
    cr_assert(fclose(f) == 0);
}

/* The lines that differ, as diff would show them if it could not shift any. */
static void print_difference(const char *path, const char *expected, const char *actual)
{
    fprintf(stderr, "%s differs (UPDATE_GOLDEN=1 would write it anew):\n", path);
    while (*expected || *actual) {
        size_t e = strcspn(expected, "\n"), a = strcspn(actual, "\n");
        if (e != a || strncmp(expected, actual, e) != 0)
            fprintf(stderr, "-%.*s\n+%.*s\n", (int)e, expected, (int)a, actual);
        expected += e + (expected[e] == '\n');
        actual += a + (actual[a] == '\n');
    }
}

static void check(const char *name, const char *actual)
{
    char path[256];
    snprintf(path, sizeof path, GOLDEN_DIR "/%s.txt", name);
    if (getenv("UPDATE_GOLDEN"))
        write_file(path, actual);
    char *expected = read_file(path);
    cr_expect(expected, "%s cannot be read", path);
    if (expected && strcmp(expected, actual) != 0) {
        print_difference(path, expected, actual);
        cr_expect(false, "%s differs", path);
    }
    free(expected);
}

static void write_colors(const char *name, const struct grid *g, bool is_projector)
{
    static const enum palette_kind kinds[] = {PALETTE_DARK, PALETTE_MONO};
    const char *dir = getenv("GOLDEN_COLORS");
    for (size_t i = 0; dir && i < 2; i++) {
        enum palette_kind kind = is_projector && i == 0 ? PALETTE_PROJECTOR : kinds[i];
        char path[512];
        snprintf(path, sizeof path, "%s/%s.%s.ansi", dir, name, palettes[kind].name);
        char *text = text_from_grid(g, &palettes[kind], 256);
        cr_assert(text);
        text[strlen(text) - 1] = '\0'; /* or a terminal of the picture's size would scroll */
        write_file(path, text);
        free(text);
    }
}

static void apply(struct scene *sc, const struct variant *v)
{
    struct view_state *state = &sc->state;
    state->ascii = v->flags & ASCII;
    state->projector = v->flags & PROJECTOR;
    state->paused = v->flags & (PAUSED | BACK);
    state->show_help = v->flags & HELP;
    state->show_threads = v->flags & THREADS;
    state->is_searching = v->flags & SEARCH;
    state->is_typing = v->flags & TYPING;
    if (v->flags & SEARCH)
        strcpy(state->search, "wor");
    sc->in.back = v->flags & BACK ? 12 : 0;
    sc->in.back_ns = v->flags & BACK ? UINT64_C(600000000) : 0;
    state->subject = v->subject ? v->subject : 1;
}

static void name_of(char *name, size_t len, const char *scene, const struct variant *v)
{
    static const char *const words[] = {"ascii",   "projector", "paused", "help",
                                        "threads", "back",      "search", "typing"};
    int n = snprintf(name, len, "%s-%dx%d", scene, v->cols, v->rows);
    if (v->subject)
        n += snprintf(name + n, len - (size_t)n, "-subject%d", v->subject);
    for (int bit = 0; bit < 8; bit++)
        if (v->flags & 1u << bit)
            n += snprintf(name + n, len - (size_t)n, "-%s", words[bit]);
}

static void check_scene(const char *scene, void (*build)(struct scene *),
                        const struct variant *variants, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct scene *sc = malloc(sizeof *sc);
        struct grid g;
        char name[128];
        cr_assert(sc);
        build(sc);
        apply(sc, &variants[i]);
        cr_assert(grid_init(&g, variants[i].rows, variants[i].cols) == 0);
        view_draw(&g, &sc->in, &sc->state);
        char *text = text_from_grid(&g, NULL, 0);
        cr_assert(text);
        name_of(name, sizeof name, scene, &variants[i]);
        check(name, text);
        write_colors(name, &g, sc->state.projector);
        free(text);
        grid_fini(&g);
        scene_fini(sc);
        free(sc);
    }
}

#define CHECK_SCENE(scene, build, ...)                                                             \
    do {                                                                                           \
        static const struct variant variants[] = {__VA_ARGS__};                                    \
        check_scene(scene, build, variants, sizeof variants / sizeof *variants);                   \
    } while (0)

Test(golden, full_pipe)
{
    CHECK_SCENE("full-pipe", scene_full_pipe, {80, 24, 0, 0}, {80, 24, ASCII, 0},
                {80, 24, PROJECTOR, 0}, {80, 24, PAUSED, 0}, {80, 24, BACK, 0}, {80, 24, HELP, 0},
                {80, 24, TYPING, 0}, {80, 24, 0, 3}, {80, 24, 0, 5}, {120, 36, 0, 0},
                {120, 36, ASCII, 0}, {120, 36, PROJECTOR, 0}, {120, 36, HELP, 0}, {120, 36, 0, 5},
                {160, 50, 0, 0}, {40, 12, 0, 0}, {40, 12, ASCII, 0}, {40, 12, HELP, 0});
}

Test(golden, eof_withheld)
{
    CHECK_SCENE("eof-withheld", scene_eof_withheld, {80, 24, 0, 0}, {80, 24, ASCII, 0},
                {80, 24, PROJECTOR, 0}, {120, 36, 0, 0}, {40, 12, 0, 0}, {40, 12, PROJECTOR, 0});
}

Test(golden, socketpair)
{
    CHECK_SCENE("socketpair", scene_socketpair, {80, 24, 0, 0}, {80, 24, ASCII, 0}, {120, 36, 0, 0},
                {40, 12, 0, 0}, {50, 40, 0, 0});
}

Test(golden, empty_tree)
{
    CHECK_SCENE("empty", scene_empty, {80, 24, 0, 0}, {80, 24, 0, 5}, {40, 12, 0, 0});
}

Test(golden, many_processes)
{
    CHECK_SCENE("many", scene_many, {80, 24, 0, 0}, {80, 24, ASCII, 0}, {80, 24, PROJECTOR, 0},
                {80, 24, SEARCH, 0}, {120, 36, 0, 3}, {40, 12, 0, 0});
}

Test(golden, hostile_names)
{
    CHECK_SCENE("hostile", scene_hostile, {80, 24, 0, 0}, {80, 24, ASCII, 0}, {120, 36, 0, 0},
                {40, 12, 0, 0});
}

Test(golden, births_and_deaths)
{
    CHECK_SCENE("births", scene_births, {80, 24, 0, 0}, {80, 24, THREADS, 0},
                {80, 24, PROJECTOR, 0}, {120, 36, 0, 0}, {120, 36, THREADS, 3},
                {120, 36, THREADS | ASCII, 0}, {40, 12, 0, 0});
}

Test(golden, crowded_pipes)
{
    CHECK_SCENE("crowd", scene_crowd, {80, 24, 0, 0}, {80, 24, ASCII, 0}, {120, 36, 0, 0});
}

Test(golden, coprocess)
{
    CHECK_SCENE("coproc", scene_coproc, {80, 24, 0, 0}, {80, 24, PROJECTOR, 0}, {120, 36, 0, 0});
}

Test(golden, deep_chain)
{
    CHECK_SCENE("chain", scene_chain, {80, 24, 0, 0}, {120, 36, 0, 0});
}

Test(golden, memory)
{
    CHECK_SCENE("cow", scene_cow, {80, 24, 0, 2}, {80, 24, ASCII, 2}, {80, 24, PROJECTOR, 2},
                {120, 36, 0, 2}, {40, 12, 0, 2});
    CHECK_SCENE("cow-output", scene_cow_output, {80, 24, 0, 2}, {80, 24, ASCII, 2});
    CHECK_SCENE("detail", scene_detail, {80, 24, 0, 5}, {80, 50, ASCII, 5}, {120, 70, 0, 5});
    CHECK_SCENE("detail-denied", scene_detail_denied, {120, 60, 0, 5});
    CHECK_SCENE("huge-region", scene_huge_region, {80, 24, 0, 2}, {120, 36, 0, 2});
    CHECK_SCENE("full-pipe", scene_full_pipe, {80, 24, 0, 2});
}

Test(golden, timeline)
{
    CHECK_SCENE("turns", scene_turns, {80, 24, 0, 4}, {80, 24, ASCII, 4}, {80, 24, PROJECTOR, 4},
                {80, 24, BACK, 4}, {120, 36, 0, 4}, {120, 36, THREADS, 4}, {120, 36, ASCII, 4},
                {160, 50, 0, 4}, {160, 50, THREADS | PROJECTOR, 4}, {40, 12, 0, 4});
    CHECK_SCENE("volley", scene_volley, {80, 24, 0, 4}, {120, 36, 0, 4}, {120, 36, PROJECTOR, 4});
    CHECK_SCENE("first-look", scene_first_look, {80, 24, 0, 4});
    CHECK_SCENE("empty", scene_empty, {80, 24, 0, 4});
}

Test(golden, switches)
{
    CHECK_SCENE("turns", scene_turns, {80, 24, 0, 3}, {80, 24, ASCII, 3}, {80, 24, PROJECTOR, 3},
                {120, 36, 0, 3}, {120, 36, ASCII, 3}, {160, 50, THREADS, 3}, {40, 12, 0, 3});
    CHECK_SCENE("volley", scene_volley, {80, 24, 0, 3}, {120, 36, PROJECTOR, 3});
    CHECK_SCENE("first-look", scene_first_look, {80, 24, 0, 3});
    CHECK_SCENE("crowd", scene_crowd, {120, 36, PROJECTOR, 0}, {160, 50, PROJECTOR, 0});
}

static void check_listing(const char *name, void (*build)(struct scene *), int width, bool ascii)
{
    struct scene *sc = malloc(sizeof *sc);
    char *text = NULL;
    size_t len = 0;
    cr_assert(sc);
    build(sc);
    FILE *out = open_memstream(&text, &len);
    struct snapshot_text_options options = {.width = width, .ascii = ascii, .threads = true};
    cr_assert(snapshot_text_write(out, &sc->m, &options) == 0);
    cr_assert(fclose(out) == 0);
    check(name, text);
    free(text);
    scene_fini(sc);
    free(sc);
}

Test(golden, snapshot_listing)
{
    check_listing("snapshot-full-pipe", scene_full_pipe, 80, false);
    check_listing("snapshot-eof-withheld", scene_eof_withheld, 80, false);
    check_listing("snapshot-eof-withheld-ascii", scene_eof_withheld, 80, true);
    check_listing("snapshot-socketpair", scene_socketpair, 80, false);
    check_listing("snapshot-births", scene_births, 80, false);
    check_listing("snapshot-hostile", scene_hostile, 0, false);
    check_listing("snapshot-empty", scene_empty, 80, false);
}
