/*
 * texts.h - texts by number: each is written once, and meant by its number from then on.
 *
 * Number 0 is no text. Texts are raw bytes, NUL among them.
 */
#ifndef PROCLAB_RECORD_TEXTS_H
#define PROCLAB_RECORD_TEXTS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct text;

struct texts {
    struct text **list; /* list[i] is number i + 1 */
    size_t n, cap;
    size_t bytes; /* of all of them */
    struct text
        *by_text; /* a hash table of the same ones, those that texts_number() was asked for */
};

void texts_fini(struct texts *t);
/* The number of a text, which is added if it is new; -1: out of memory. 0 for len 0. */
int64_t texts_number(struct texts *t, const char *bytes, size_t len);
/* Append one, whether it is there or not. 0; -ENOMEM; -EMSGSIZE: they are too many or too long. */
int texts_append(struct texts *t, const char *bytes, size_t len);
/* The text of a number from 1 to n. Owned by t. */
const char *texts_get(const struct texts *t, size_t number, size_t *len);

/*
 * Bytes as JSON: a string where they are UTF-8, else {"bytes": STRING} with a character from U+0000
 * to U+00FF for each. A new reference; NULL: out of memory.
 */
json_t *text_to_json(const char *bytes, size_t len);
/* The other way, on the heap with a NUL after it. 0, -ENOMEM, -EBADMSG. */
int text_from_json(const json_t *json, char **bytes, size_t *len);

#endif
