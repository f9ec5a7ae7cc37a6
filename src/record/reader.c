#include "record/frame_json.h"
#include "record/lines.h"
#include "record/narration_json.h"
#include "record/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Of more key frames than that, each second one is kept: a jump is a little longer then. */
enum { KEYS_MAX = 1 << 16, TERMINAL_MAX = 1000 };

/* Where a key frame is. */
struct key_place {
    uint64_t look, line;
    struct line_place place;
};

struct recording {
    struct source source; /* first: what source_next() is handed */
    struct recording_header header;
    struct recording_listener *listener;
    struct lines *lines;
    struct column_map map;
    struct frame now;
    struct texts texts;
    struct narration_copy narration;
    bool has_key, has_ended;
    uint64_t time_ns; /* of the look before */
    uint64_t next_look, n_looks;
    struct key_place *keys;
    size_t n_keys, cap_keys;
    enum recording_trouble trouble;
};

/* ---- the header ----------------------------------------------------------------------------- */

static void read_header_text(const json_t *object, const char *key, char *text, size_t size)
{
    char *bytes = NULL;
    size_t len;
    if (text_from_json(json_object_get(object, key), &bytes, &len) == 0)
        strncpy(text, bytes, size - 1);
    free(bytes);
}

static int read_header(struct recording *r, const json_t *object)
{
    const char *format = json_string_value(json_object_get(object, "format"));
    json_int_t version = json_integer_value(json_object_get(object, "version"));
    r->trouble = RECORDING_NONE;
    if (!format || strcmp(format, "proclab-recording") != 0 || version < 1)
        return -EBADMSG;
    r->trouble = RECORDING_NEWER;
    if (version > RECORDING_VERSION)
        return -EPROTO;
    r->trouble = RECORDING_CORRUPT;
    struct recording_header *h = &r->header;
    read_header_text(object, "title", h->title, sizeof h->title);
    read_header_text(object, "machine", h->machine, sizeof h->machine);
    h->rate_hz = json_number_value(json_object_get(object, "rate_hz"));
    h->ticks_per_s = (long)json_integer_value(json_object_get(object, "ticks_per_s"));
    h->cpus = (long)json_integer_value(json_object_get(object, "cpus"));
    h->started_ms = json_integer_value(json_object_get(object, "started_ms"));
    if (!(h->rate_hz > 0 && h->rate_hz <= 1000) || h->ticks_per_s < 1)
        return -EBADMSG;
    int error = columns_from_json(json_object_get(object, "columns"), &r->map);
    if (!error)
        r->trouble = RECORDING_FINE;
    return error;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* 0 and the line's object, or -errno with trouble set (not for -EAGAIN, -ENODATA at the true end). */
static int next_object(struct recording *r, json_t **object)
{
    const char *line;
    size_t len;
    int error = r->has_ended ? -ENODATA : lines_next(r->lines, &line, &len);
    if (error == -EAGAIN || (error == -ENODATA && r->has_ended))
        return error;
    r->trouble = error == -ENODATA    ? RECORDING_CUT
                 : error == -EMSGSIZE ? RECORDING_ENDLESS
                 : error == -EBADMSG  ? RECORDING_CORRUPT
                                      : RECORDING_IO;
    if (error)
        return error;
    r->trouble = RECORDING_FINE;
    *object = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
    if (json_is_object(*object))
        return 0;
    json_decref(*object);
    r->trouble = RECORDING_CORRUPT;
    return -EBADMSG;
}

static int take_output(struct recording *r, const json_t *text)
{
    char *bytes;
    size_t len;
    int error = text_from_json(text, &bytes, &len);
    if (error)
        return error;
    if (r->listener && r->listener->output)
        r->listener->output(r->listener, bytes, len);
    free(bytes);
    return 0;
}

static int take_size(struct recording *r, const json_t *size)
{
    json_int_t rows = json_integer_value(json_array_get(size, 0));
    json_int_t cols = json_integer_value(json_array_get(size, 1));
    if (rows < 1 || cols < 1 || rows > TERMINAL_MAX || cols > TERMINAL_MAX)
        return -EBADMSG;
    if (r->listener && r->listener->size)
        r->listener->size(r->listener, (int)rows, (int)cols);
    return 0;
}

static int take_end(struct recording *r, const json_t *status)
{
    r->has_ended = true;
    json_int_t wait_status = json_is_integer(status) ? json_integer_value(status) : -1;
    if (wait_status < -1 || wait_status > 0xffff)
        return -EBADMSG;
    if (r->listener && r->listener->end)
        r->listener->end(r->listener, (int)wait_status);
    return 0;
}

static void tell_narration(struct recording *r)
{
    if (r->listener && r->listener->narration)
        r->listener->narration(r->listener, &r->narration.narration);
}

static int take_narration(struct recording *r, const json_t *narration)
{
    int error = narration ? narration_from_json(narration, &r->narration) : 0;
    if (!error && narration)
        tell_narration(r);
    return error;
}

/* Take one line in; *is_look: it was one. Lines of a kind that we do not know are passed over. */
static int take_line(struct recording *r, const json_t *line, bool *is_look)
{
    const json_t *value;
    int error = 0;
    *is_look = false;
    if (json_object_get(line, "key")) {
        error = frame_from_key(line, &r->map, &r->now, &r->texts);
        *is_look = r->has_key = !error;
    } else if (json_object_get(line, "change")) {
        error = r->has_key ? frame_from_change(line, &r->map, &r->now, &r->texts) : -EBADMSG;
        *is_look = !error;
    } else if ((value = json_object_get(line, "output"))) {
        error = take_output(r, value);
    } else if ((value = json_object_get(line, "size"))) {
        error = take_size(r, value);
    } else if ((value = json_object_get(line, "end"))) {
        error = take_end(r, value);
    }
    if (*is_look && r->now.time_ns < r->time_ns)
        error = -EBADMSG;
    if (*is_look && !error)
        error = take_narration(r, json_object_get(line, "narration"));
    if (*is_look)
        r->time_ns = r->now.time_ns;
    return error;
}

/* The next look is in now. */
static int advance(struct recording *r)
{
    bool is_look = false;
    while (!is_look) {
        json_t *line = NULL;
        int error = next_object(r, &line);
        if (error)
            return error;
        error = take_line(r, line, &is_look);
        json_decref(line);
        if (error == -EBADMSG)
            r->trouble = RECORDING_CORRUPT;
        if (error)
            return error;
    }
    r->next_look++;
    return 0;
}

static int next(struct source *source, struct snapshot **out)
{
    struct recording *r = (struct recording *)source;
    if (r->trouble != RECORDING_FINE)
        return -ENODATA; /* that was told already */
    int error = advance(r);
    if (!error)
        error = frame_give(&r->now, &r->texts, out);
    if (error == -EBADMSG)
        r->trouble = RECORDING_CORRUPT;
    return error;
}

static void free_recording(struct source *source)
{
    struct recording *r = (struct recording *)source;
    frame_fini(&r->now);
    texts_fini(&r->texts);
    lines_free(r->lines);
    free(r->keys);
    free(r);
}

static const struct source_ops ops = {.next = next, .free = free_recording};

/* ---- jumping ---------------------------------------------------------------------------------- */

static int add_key(struct recording *r)
{
    if (r->n_keys == KEYS_MAX) {
        for (size_t i = 0; i < KEYS_MAX / 2; i++)
            r->keys[i] = r->keys[2 * i];
        r->n_keys = KEYS_MAX / 2;
    }
    if (r->n_keys == r->cap_keys) {
        size_t cap = r->cap_keys ? r->cap_keys * 2 : 64;
        struct key_place *keys = realloc(r->keys, cap * sizeof *keys);
        if (!keys)
            return -ENOMEM;
        r->keys = keys;
        r->cap_keys = cap;
    }
    r->keys[r->n_keys++] = (struct key_place){
        .look = r->n_looks, .line = lines_number(r->lines), .place = lines_place(r->lines)};
    return 0;
}

static bool begins_with(const char *line, size_t len, const char *word)
{
    size_t n = strlen(word);
    return len >= n && memcmp(line, word, n) == 0;
}

/*
 * Find the key frames by how their lines begin, without reading them. What is wrong with a line is
 * found when it is read.
 */
static int make_index(struct recording *r)
{
    const char *line;
    size_t len;
    int error;
    while ((error = lines_next(r->lines, &line, &len)) == 0) {
        bool is_key = begins_with(line, len, "{\"key\":");
        if (is_key && (error = add_key(r)) < 0)
            return error;
        if (is_key || begins_with(line, len, "{\"change\":"))
            r->n_looks++;
    }
    return error == -ENOMEM ? error : 0;
}

int recording_seek(struct recording *r, uint64_t index)
{
    if (index >= r->n_looks || r->n_keys == 0)
        return -EINVAL;
    size_t low = 0, high = r->n_keys;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(r->keys[middle].look <= index ? &low : &high) = middle;
    }
    const struct key_place *key = &r->keys[low];
    int error = lines_seek(r->lines, key->place, key->line);
    if (error)
        return error;
    struct recording_listener *listener = r->listener;
    r->listener = NULL;
    r->has_ended = false;
    r->trouble = RECORDING_FINE;
    r->time_ns = 0;
    r->next_look = key->look;
    r->narration = (struct narration_copy){0};
    while (!error && r->next_look < index)
        error = advance(r);
    r->listener = listener;
    if (!error && r->next_look > key->look)
        tell_narration(r);
    return error;
}

/* ---- */

static int open_lines(struct recording *r, int fd, bool is_live)
{
    json_t *header = NULL;
    int error = lines_open(fd, true, &r->lines);
    if (!error)
        error = next_object(r, &header);
    /* What is cut or wrong in its very first line is no recording to us. */
    if (error && r->trouble != RECORDING_IO && error != -ENOMEM) {
        r->trouble = RECORDING_NONE;
        error = -EBADMSG;
    }
    if (!error)
        error = read_header(r, header);
    json_decref(header);
    if (error)
        return error;
    lines_set_waiting(r->lines, !is_live);
    if (is_live)
        return 0;
    struct line_place first = lines_place(r->lines);
    error = make_index(r);
    if (!error)
        error = lines_seek(r->lines, first, 1);
    const char *line;
    size_t len;
    return error ? error : lines_next(r->lines, &line, &len); /* the header once more */
}

int recording_open(int fd, bool is_live, struct recording_listener *listener,
                   struct recording **out, enum recording_trouble *trouble)
{
    struct recording *r = calloc(1, sizeof *r);
    *trouble = RECORDING_FINE;
    if (!r)
        return -ENOMEM;
    r->source.ops = &ops;
    r->listener = listener;
    int error = open_lines(r, fd, is_live);
    if (error) {
        *trouble = r->trouble;
        free_recording(&r->source);
        return error;
    }
    *out = r;
    return 0;
}

const struct recording_header *recording_header(const struct recording *r)
{
    return &r->header;
}

struct source *recording_source(struct recording *r)
{
    return &r->source;
}

enum recording_trouble recording_trouble(const struct recording *r, uint64_t *line)
{
    *line = lines_number(r->lines) + (r->trouble == RECORDING_CUT);
    return r->trouble;
}

uint64_t recording_count(const struct recording *r)
{
    return r->n_looks;
}
