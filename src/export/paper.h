/*
 * paper.h - a palette on a background: what a cell looks like in pixels, for pictures.
 */
#ifndef PROCLAB_EXPORT_PAPER_H
#define PROCLAB_EXPORT_PAPER_H

#include "view/palette.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Colours are 0xRRGGBB. */
struct paper {
    const char *name;
    enum palette_kind palette;
    uint32_t ground, ink;        /* the background, and what is written on it without a colour */
    uint32_t faint;              /* a dim ink; readable all the same */
    const uint32_t *of_first_16; /* the watched program's own colours */
};

extern const struct paper papers[];
extern const size_t n_papers;
/* By its name, "dark", "light", "projector", "mono"; NULL: there is none such. */
const struct paper *paper_find(const char *name);

struct style {
    uint32_t ink, ground;
    bool has_ground; /* it differs from the paper's */
    bool is_bold, is_underlined;
};

struct style paper_style(const struct paper *paper, const struct cell *cell);
bool paper_is_same_style(const struct style *a, const struct style *b);

#endif
