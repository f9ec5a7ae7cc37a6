/*
 * lines.h - the lines of a file or a stream, plain or zstd-compressed (known by its first bytes).
 */
#ifndef PROCLAB_RECORD_LINES_H
#define PROCLAB_RECORD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer line is refused, written or read: no file makes us take more memory than that. */
enum { LINE_BYTES_MAX = 16 << 20 };

struct lines;

/* Where a line begins: skip bytes after what is at offset in the file (a frame of zstd's). */
struct line_place {
    uint64_t offset, skip;
};

/*
 * fd is borrowed. may_wait: lines_next() waits for what is not there yet; else it is -EAGAIN. 0 or
 * -ENOMEM.
 */
int lines_open(int fd, bool may_wait, struct lines **out);
void lines_free(struct lines *l);
/* Wait from now on, or not. */
void lines_set_waiting(struct lines *l, bool may_wait);
/*
 * The next line without its '\n', good until the next call. 0; -ENODATA at the end (*len: the
 * bytes of a last line that has none); -EMSGSIZE: it is too long; -EBADMSG: zstd finds it damaged;
 * -EAGAIN; else -errno of read(2).
 */
int lines_next(struct lines *l, const char **line, size_t *len);
/* Where the line that lines_next() gave last begins, and its number from 1 on. */
struct line_place lines_place(const struct lines *l);
uint64_t lines_number(const struct lines *l);
/* Go on at a line whose place and number were had before. 0, or -errno (-ESPIPE: a stream). */
int lines_seek(struct lines *l, struct line_place place, uint64_t number);

#endif
