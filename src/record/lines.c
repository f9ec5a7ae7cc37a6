#include "record/lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

enum { READ_BYTES = 64 * 1024, WINDOW_LOG_MAX = 27 };

struct lines {
    int fd;
    bool may_wait, is_known, is_at_end;
    ZSTD_DStream *zstd; /* NULL: plain */
    char *packed;       /* READ_BYTES of the file, not yet unpacked */
    ZSTD_inBuffer in;
    uint64_t in_offset; /* of packed in the file */
    char *text;
    size_t cap, begin, end; /* [begin, end): what has not been given out */
    size_t searched;        /* of it, bytes that hold no '\n' */
    uint64_t begin_at;      /* of begin, in the text */
    uint64_t given_at;      /* of the line that was given out */
    uint64_t number;
    /* The frame that the next line begins in or after, and the newest one; plain: all is one. */
    struct frame_start {
        uint64_t offset, text_at;
    } frame, newest;
};

int lines_open(int fd, bool may_wait, struct lines **out)
{
    struct lines *l = calloc(1, sizeof *l);
    if (!l)
        return -ENOMEM;
    *l = (struct lines){.fd = fd, .may_wait = may_wait};
    l->cap = READ_BYTES;
    l->packed = malloc(READ_BYTES);
    l->text = malloc(l->cap);
    if (!l->packed || !l->text) {
        lines_free(l);
        return -ENOMEM;
    }
    l->in.src = l->packed;
    *out = l;
    return 0;
}

void lines_free(struct lines *l)
{
    if (!l)
        return;
    ZSTD_freeDStream(l->zstd);
    free(l->packed);
    free(l->text);
    free(l);
}

void lines_set_waiting(struct lines *l, bool may_wait)
{
    l->may_wait = may_wait;
}

/* 0, -EAGAIN, or -errno; is_at_end is set at the end. */
static int read_packed(struct lines *l, size_t from)
{
    struct pollfd ready = {.fd = l->fd, .events = POLLIN};
    if (!l->may_wait && poll(&ready, 1, 0) == 0)
        return -EAGAIN;
    ssize_t n;
    do
        n = read(l->fd, l->packed + from, READ_BYTES - from);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    if (from == 0)
        l->in_offset += l->in.size;
    l->in.size = from + (size_t)n;
    l->in.pos = 0;
    l->is_at_end = n == 0;
    return 0;
}

/* Look at the first four bytes, which may come one by one. */
static int know_packing(struct lines *l)
{
    static const char magic[] = {0x28, (char)0xb5, 0x2f, (char)0xfd};
    while (l->in.size < sizeof magic && !l->is_at_end) {
        size_t had = l->in.size;
        int error = read_packed(l, had);
        if (error)
            return error;
        if (had && l->in.size == had)
            break;
    }
    l->is_known = true;
    if (l->in.size < sizeof magic || memcmp(l->packed, magic, sizeof magic) != 0)
        return 0;
    l->zstd = ZSTD_createDStream();
    if (!l->zstd || ZSTD_isError(ZSTD_initDStream(l->zstd)))
        return -ENOMEM;
    ZSTD_DCtx_setParameter(l->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    return 0;
}

static int unpack(struct lines *l)
{
    if (!l->zstd) {
        size_t n = l->in.size - l->in.pos, room = l->cap - l->end;
        n = n < room ? n : room;
        memcpy(l->text + l->end, l->packed + l->in.pos, n);
        l->in.pos += n;
        l->end += n;
        return 0;
    }
    ZSTD_outBuffer out = {.dst = l->text, .size = l->cap, .pos = l->end};
    size_t left = ZSTD_decompressStream(l->zstd, &out, &l->in);
    if (ZSTD_isError(left))
        return -EBADMSG;
    l->end = out.pos;
    if (left == 0)
        l->newest = (struct frame_start){.offset = l->in_offset + l->in.pos,
                                         .text_at = l->begin_at + (l->end - l->begin)};
    return 0;
}

/* Room for more behind end. */
static int make_room(struct lines *l)
{
    memmove(l->text, l->text + l->begin, l->end - l->begin);
    l->end -= l->begin;
    l->begin = 0;
    if (l->end < l->cap)
        return 0;
    if (l->cap > LINE_BYTES_MAX)
        return -EMSGSIZE;
    size_t cap = l->cap > 0 ? l->cap * 2 : READ_BYTES;
    char *text = realloc(l->text, cap);
    if (!text)
        return -ENOMEM;
    l->text = text;
    l->cap = cap;
    return 0;
}

/* More text behind end, from one frame. 0, or -errno; is_at_end when there is none. */
static int fill(struct lines *l)
{
    if (!l->is_known) {
        int error = know_packing(l);
        if (error)
            return error;
    }
    if (l->newest.text_at <= l->begin_at)
        l->frame = l->newest;
    int error = make_room(l);
    size_t had = l->end;
    /* zstd may hold text back that it has read already. */
    if (!error)
        error = unpack(l);
    while (!error && l->end == had && !l->is_at_end) {
        if (l->in.pos == l->in.size)
            error = read_packed(l, 0);
        if (!error)
            error = unpack(l);
    }
    return error;
}

int lines_next(struct lines *l, const char **line, size_t *len)
{
    for (;;) {
        char *from = l->text + l->begin + l->searched;
        char *newline = memchr(from, '\n', l->end - l->begin - l->searched);
        if (newline) {
            *line = l->text + l->begin;
            *len = (size_t)(newline - *line);
            l->given_at = l->begin_at;
            l->begin_at += *len + 1;
            l->begin += *len + 1;
            l->searched = 0;
            l->number++;
            return *len > LINE_BYTES_MAX ? -EMSGSIZE : 0;
        }
        l->searched = l->end - l->begin;
        *len = l->searched;
        if (l->is_at_end)
            return -ENODATA;
        int error = fill(l);
        if (error)
            return error;
    }
}

struct line_place lines_place(const struct lines *l)
{
    if (!l->zstd)
        return (struct line_place){.offset = l->given_at};
    const struct frame_start *f = l->newest.text_at <= l->given_at ? &l->newest : &l->frame;
    return (struct line_place){.offset = f->offset, .skip = l->given_at - f->text_at};
}

uint64_t lines_number(const struct lines *l)
{
    return l->number;
}

/* Pass over what is before the line in its frame. */
static int skip(struct lines *l, uint64_t bytes)
{
    while (bytes > 0) {
        if (l->begin == l->end) {
            int error = fill(l);
            if (error || l->is_at_end)
                return error ? error : -EBADMSG;
        }
        uint64_t n = l->end - l->begin;
        n = n < bytes ? n : bytes;
        l->begin += n;
        l->begin_at += n;
        bytes -= n;
    }
    return 0;
}

int lines_seek(struct lines *l, struct line_place place, uint64_t number)
{
    if (lseek(l->fd, (off_t)place.offset, SEEK_SET) < 0)
        return -errno;
    if (l->zstd)
        ZSTD_DCtx_reset(l->zstd, ZSTD_reset_session_only);
    l->in.size = l->in.pos = 0;
    l->in_offset = place.offset;
    l->begin = l->end = l->searched = 0;
    l->is_at_end = false;
    /* Text is counted anew; a plain one's place is where it is in the file. */
    l->begin_at = l->zstd ? 0 : place.offset;
    l->frame = l->newest = (struct frame_start){.offset = place.offset};
    l->number = number - 1;
    return skip(l, place.skip);
}
