#include "export/ansi.h"

#include <utf8proc.h>

uint32_t ansi_safe_rune(uint32_t rune)
{
    bool is_control = rune < 0x20 || (rune >= 0x7f && rune < 0xa0);
    bool is_surrogate = rune >= 0xD800 && rune < 0xE000;
    bool is_no_character = (rune & 0xFFFE) == 0xFFFE || rune > 0x10FFFF;
    return is_control || is_surrogate || is_no_character ? 0xFFFD : rune;
}

void ansi_put_rune(FILE *out, uint32_t rune)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)ansi_safe_rune(rune), bytes);
    if (n > 0)
        fwrite(bytes, 1, (size_t)n, out);
}

bool ansi_is_same_look(const struct look *a, const struct look *b)
{
    return a->ink.of_256 == b->ink.of_256 && a->attributes == b->attributes;
}

void ansi_put_look(FILE *out, const struct look *look, int colors)
{
    static const struct {
        unsigned attribute;
        const char *sgr;
    } codes[] = {{LOOK_BOLD, ";1"}, {LOOK_DIM, ";2"}, {LOOK_UNDERLINE, ";4"}, {LOOK_REVERSE, ";7"}};
    fputs("\033[0", out);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (look->attributes & codes[i].attribute)
            fputs(codes[i].sgr, out);
    if (look->ink.of_256 >= 16 && colors >= 256)
        fprintf(out, ";38;5;%d", look->ink.of_256);
    else if (look->ink.of_256 >= 8 && look->ink.of_256 < 16 && colors >= 16)
        fprintf(out, ";%d", 90 + look->ink.of_256 - 8);
    else if (look->ink.of_8 >= 0)
        fprintf(out, ";%d", 30 + look->ink.of_8);
    fputc('m', out);
}
