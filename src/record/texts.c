#include "record/texts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->is_lost = 1)
#include <uthash.h>

/* A recording that lies must not take all memory. */
enum { TEXTS_MAX = 1 << 20, TEXTS_BYTES_MAX = 128 << 20 };

struct text {
    size_t len;
    int64_t number;
    int is_lost; /* there was no memory to hash it */
    UT_hash_handle hh;
    char bytes[];
};

void texts_fini(struct texts *t)
{
    HASH_CLEAR(hh, t->by_text);
    for (size_t i = 0; i < t->n; i++)
        free(t->list[i]);
    free(t->list);
    *t = (struct texts){0};
}

int texts_append(struct texts *t, const char *bytes, size_t len)
{
    if (t->n == TEXTS_MAX || len > TEXTS_BYTES_MAX - t->bytes)
        return -EMSGSIZE;
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        struct text **list = realloc(t->list, cap * sizeof(struct text *));
        if (!list)
            return -ENOMEM;
        t->list = list;
        t->cap = cap;
    }
    struct text *text = calloc(1, sizeof *text + len + 1);
    if (!text)
        return -ENOMEM;
    memcpy(text->bytes, bytes, len);
    text->len = len;
    t->list[t->n++] = text;
    text->number = (int64_t)t->n;
    t->bytes += len;
    return 0;
}

int64_t texts_number(struct texts *t, const char *bytes, size_t len)
{
    struct text *text = NULL;
    if (len == 0)
        return 0;
    HASH_FIND(hh, t->by_text, bytes, len, text);
    if (text)
        return text->number;
    if (texts_append(t, bytes, len) < 0)
        return -1;
    text = t->list[t->n - 1];
    HASH_ADD_KEYPTR(hh, t->by_text, text->bytes, text->len, text);
    return text->is_lost ? -1 : text->number;
}

const char *texts_get(const struct texts *t, size_t number, size_t *len)
{
    *len = t->list[number - 1]->len;
    return t->list[number - 1]->bytes;
}

json_t *text_to_json(const char *bytes, size_t len)
{
    json_t *text = json_stringn(bytes, len); /* NULL: not UTF-8 */
    if (text)
        return text;
    char *wide = malloc(2 * len + 1);
    if (!wide)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x80)
            wide[n++] = (char)(0xc0 | byte >> 6);
        wide[n++] = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte);
    }
    text = json_pack("{s:o}", "bytes", json_stringn_nocheck(wide, n));
    free(wide);
    return text;
}

int text_from_json(const json_t *json, char **out, size_t *out_len)
{
    const json_t *narrow = json_object_get(json, "bytes");
    const json_t *string = narrow ? narrow : json;
    if (!json_is_string(string))
        return -EBADMSG;
    const char *from = json_string_value(string);
    size_t len = json_string_length(string), n = 0;
    char *bytes = malloc(len + 1);
    if (!bytes)
        return -ENOMEM;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)from[i];
        if (narrow && byte >= 0x80) {
            if (byte > 0xc3 || i + 1 == len) {
                free(bytes);
                return -EBADMSG;
            }
            byte = (unsigned char)(byte << 6 | ((unsigned char)from[++i] & 0x3f));
        }
        bytes[n++] = (char)byte;
    }
    bytes[n] = '\0';
    *out = bytes;
    *out_len = n;
    return 0;
}
