#include "cmd/play_record.h"

#include <stddef.h>

static struct play_record *record_of_source(struct source *source)
{
    return (struct play_record *)((char *)source - offsetof(struct play_record, source));
}

static struct play_record *record_of_listener(struct terminal_listener *l)
{
    return (struct play_record *)((char *)l - offsetof(struct play_record, listener));
}

static int next(struct source *source, struct snapshot **out)
{
    struct play_record *r = record_of_source(source);
    int error = source_next(r->live, out);
    if (!error)
        tape_look(&r->tape, *out);
    return error;
}

static void want(struct source *source, const struct source_wish *wish)
{
    source_want(record_of_source(source)->live, wish);
}

static void free_live(struct source *source)
{
    source_free(record_of_source(source)->live);
}

static void hear_output(struct terminal_listener *l, const char *bytes, size_t len)
{
    tape_output(&record_of_listener(l)->tape, bytes, len);
}

static void hear_size(struct terminal_listener *l, int rows, int cols)
{
    tape_size(&record_of_listener(l)->tape, rows, cols);
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
