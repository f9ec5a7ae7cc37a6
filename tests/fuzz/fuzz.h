/*
 * fuzz.h - what every fuzz target shares. A target is one file: it calls one parser with the bytes
 * that libFuzzer made up, in a buffer of just that size, and aborts if the parser broke its
 * contract. Seeds: seeds/NAME/.
 */
#ifndef PROCLAB_FUZZ_H
#define PROCLAB_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_DEMAND(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A parser that fills a struct: success leaves no byte unset, failure none changed. */
#define FUZZ_PARSE(parse, data, size, out)                                                         \
    __extension__({                                                                                \
        __typeof__(*(out)) before_;                                                                \
        memset((out), 0x5a, sizeof *(out));                                                        \
        memcpy(&before_, (out), sizeof before_);                                                   \
        int rc_ = parse((const char *)(data), (size), (out));                                      \
        FUZZ_DEMAND(rc_ <= 0);                                                                     \
        FUZZ_DEMAND(rc_ == 0 || memcmp(&before_, (out), sizeof before_) == 0);                     \
        rc_;                                                                                       \
    })

#endif
