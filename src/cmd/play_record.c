#include "cmd/play_record.h"

#include <stddef.h>

static int next(struct source *source, struct snapshot **out)
{
    struct play_record *r =
        (struct play_record *)((char *)source - offsetof(struct play_record, source));
    int error = source_next(r->live, out);
    if (!error)
        tape_look(&r->tape, *out);
    return error;
}

static void want(struct source *source, const struct source_wish *wish)
{
    struct play_record *r =
        (struct play_record *)((char *)source - offsetof(struct play_record, source));
    source_want(r->live, wish);
}

static void free_live(struct source *source)
{
    struct play_record *r =
        (struct play_record *)((char *)source - offsetof(struct play_record, source));
    source_free(r->live);
}

static void hear_output(struct terminal_listener *l, const char *bytes, size_t len)
{
    struct play_record *r =
        (struct play_record *)((char *)l - offsetof(struct play_record, listener));
    tape_output(&r->tape, bytes, len);
}

static void hear_size(struct terminal_listener *l, int rows, int cols)
{
    struct play_record *r =
        (struct play_record *)((char *)l - offsetof(struct play_record, listener));
    tape_size(&r->tape, rows, cols);
}

int play_record_open(struct play_record *r, const char *path, bool is_forced, const char *title,
                     double rate_hz)
{
    static const struct source_ops ops = {.next = next, .free = free_live, .want = want};
    *r = (struct play_record){
        .tape = TAPE_NONE,
        .source = {.ops = &ops},
        .listener = {.output = hear_output, .size = hear_size},
    };
    r->tape.path = path;
    r->tape.is_forced = is_forced;
    return path ? tape_open(&r->tape, title, rate_hz) : 0;
}

void play_record_listen(struct play_record *r, struct terminal *terminal)
{
    if (r->tape.writer)
        terminal_listen(terminal, &r->listener);
}

struct source *play_record_source(struct play_record *r, struct source *live)
{
    r->live = live;
    return r->tape.writer ? &r->source : live;
}

void play_record_narration(struct play_record *r, const struct narration *narration)
{
    if (r->tape.writer)
        tape_narration(&r->tape, narration);
}

int play_record_close(struct play_record *r, int status, bool is_void)
{
    if (!r->tape.path)
        return status;
    tape_close(&r->tape, -1, is_void); /* its program is ended where it stands */
    return status ? status : tape_complain(&r->tape);
}
