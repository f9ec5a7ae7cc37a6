#include "record/frame_json.h"
#include "record/lines.h"
#include "record/narration_json.h"
#include "record/recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

/* A jump reads at most so many lines of changes. */
enum { LOOKS_A_KEY = 100 };

struct recording_writer {
    int fd, error;
    uint64_t n_bytes, n_looks;
    ZSTD_CStream *zstd; /* NULL: plain */
    FILE *line;         /* writes to text */
    char *text;
    size_t len;
    struct frame now, before;
    struct texts texts;
    struct narration_copy narration;
    bool has_narration, is_narration_new;
};

void recording_header_init(struct recording_header *header, const char *title, double rate_hz)
{
    *header = (struct recording_header){.rate_hz = rate_hz,
                                        .ticks_per_s = sysconf(_SC_CLK_TCK),
                                        .cpus = sysconf(_SC_NPROCESSORS_ONLN)};
    snprintf(header->title, sizeof header->title, "%s", title);
    struct utsname name;
    if (uname(&name) == 0)
        snprintf(header->machine, sizeof header->machine, "%.20s %.40s %.15s", name.sysname,
                 name.release, name.machine);
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) == 0)
        header->started_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- bytes --------------------------------------------------------------------------------- */

static int write_all(struct recording_writer *w, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(w->fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes += n;
        len -= (size_t)n;
        w->n_bytes += (uint64_t)n;
    }
    return 0;
}

/* Flushed, so that it can be read from then on; or ended, so that reading can begin behind it. */
static int write_packed(struct recording_writer *w, const char *bytes, size_t len,
                        ZSTD_EndDirective how)
{
    char packed[16384];
    ZSTD_inBuffer in = {.src = bytes, .size = len};
    size_t left;
    do {
        ZSTD_outBuffer out = {.dst = packed, .size = sizeof packed};
        left = ZSTD_compressStream2(w->zstd, &out, &in, how);
        if (ZSTD_isError(left))
            return -EIO;
        int error = write_all(w, packed, out.pos);
        if (error)
            return error;
    } while (left > 0 || in.pos < in.size);
    return 0;
}

static void begin_line(struct recording_writer *w)
{
    rewind(w->line);
}

static int end_line(struct recording_writer *w)
{
    putc('\n', w->line);
    if (!w->error && (fflush(w->line) != 0 || ferror(w->line)))
        w->error = -ENOMEM;
    size_t len = (size_t)ftell(w->line);
    if (!w->error && len > LINE_BYTES_MAX)
        w->error = -EMSGSIZE;
    if (!w->error)
        w->error =
            w->zstd ? write_packed(w, w->text, len, ZSTD_e_flush) : write_all(w, w->text, len);
    return w->error;
}

/* ---- lines --------------------------------------------------------------------------------- */

static json_t *header_to_json(const struct recording_header *h)
{
    json_t *title = text_to_json(h->title, strlen(h->title));
    return json_pack("{s:s, s:i, s:o, s:f, s:I, s:I, s:s, s:I, s:o}", "format", "proclab-recording",
                     "version", RECORDING_VERSION, "title", title, "rate_hz", h->rate_hz,
                     "ticks_per_s", (json_int_t)h->ticks_per_s, "cpus", (json_int_t)h->cpus,
                     "machine", h->machine, "started_ms", (json_int_t)h->started_ms, "columns",
                     columns_to_json());
}

static int write_header(struct recording_writer *w, const struct recording_header *header)
{
    json_t *json = header_to_json(header);
    begin_line(w);
    if (!json || json_dumpf(json, w->line, JSON_COMPACT | JSON_REAL_PRECISION(6)) < 0)
        w->error = -ENOMEM;
    json_decref(json);
    return end_line(w);
}

static void free_writer(struct recording_writer *w)
{
    frame_fini(&w->now);
    frame_fini(&w->before);
    texts_fini(&w->texts);
    ZSTD_freeCStream(w->zstd);
    if (w->line)
        fclose(w->line);
    free(w->text);
    free(w);
}

int recording_writer_open(int fd, bool is_packed, const struct recording_header *header,
                          struct recording_writer **out)
{
    struct recording_writer *w = calloc(1, sizeof *w);
    if (!w)
        return -ENOMEM;
    w->fd = fd;
    w->line = open_memstream(&w->text, &w->len);
    w->zstd = is_packed ? ZSTD_createCStream() : NULL;
    int error = -ENOMEM;
    if (w->line && (w->zstd || !is_packed))
        error = write_header(w, header);
    if (error)
        free_writer(w);
    else
        *out = w;
    return error;
}

void recording_writer_narration(struct recording_writer *w, const struct narration *narration)
{
    narration_keep(&w->narration, narration);
    w->has_narration = w->is_narration_new = true;
}

/* At the end of a look's line, whose '}' stands already. */
static void add_narration(struct recording_writer *w)
{
    json_t *json = narration_to_json(&w->narration.narration);
    fseek(w->line, -1, SEEK_CUR);
    fputs(",\"narration\":", w->line);
    if (!json || json_dumpf(json, w->line, JSON_COMPACT) < 0)
        w->error = -ENOMEM;
    json_decref(json);
    putc('}', w->line);
    w->is_narration_new = false;
}

static int write_key(struct recording_writer *w, const struct snapshot *s)
{
    texts_fini(&w->texts);
    w->error = frame_take(&w->now, &w->texts, s);
    if (!w->error && w->zstd)
        w->error = write_packed(w, "", 0, ZSTD_e_end);
    begin_line(w);
    if (!w->error)
        w->error = frame_print_key(w->line, &w->now, &w->texts);
    if (!w->error && w->has_narration)
        add_narration(w);
    return end_line(w);
}

static int write_change(struct recording_writer *w, const struct snapshot *s)
{
    size_t n_known = w->texts.n;
    w->error = frame_take(&w->now, &w->texts, s);
    begin_line(w);
    if (!w->error)
        w->error = frame_print_change(w->line, &w->before, &w->now, &w->texts, n_known);
    if (!w->error && w->is_narration_new)
        add_narration(w);
    return end_line(w);
}

int recording_writer_look(struct recording_writer *w, const struct snapshot *s)
{
    if (w->error)
        return w->error;
    struct frame older = w->before;
    w->before = w->now;
    w->now = older;
    frame_clear(&w->now);
    return w->n_looks++ % LOOKS_A_KEY == 0 ? write_key(w, s) : write_change(w, s);
}

int recording_writer_output(struct recording_writer *w, uint64_t time_ns, const char *bytes,
                            size_t len)
{
    if (w->error)
        return w->error;
    json_t *text = text_to_json(bytes, len);
    begin_line(w);
    fputs("{\"output\":", w->line);
    if (!text || json_dumpf(text, w->line, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
        w->error = -ENOMEM;
    json_decref(text);
    fprintf(w->line, ",\"time_ns\":%" PRIu64 "}", time_ns);
    return end_line(w);
}

int recording_writer_size(struct recording_writer *w, uint64_t time_ns, int rows, int cols)
{
    if (w->error)
        return w->error;
    begin_line(w);
    fprintf(w->line, "{\"size\":[%d,%d],\"time_ns\":%" PRIu64 "}", rows, cols, time_ns);
    return end_line(w);
}

int recording_writer_close(struct recording_writer *w, uint64_t time_ns, int wait_status)
{
    int error = w->error;
    if (!error) {
        begin_line(w);
        if (wait_status == -1)
            fputs("{\"end\":null", w->line);
        else
            fprintf(w->line, "{\"end\":%d", wait_status);
        fprintf(w->line, ",\"time_ns\":%" PRIu64 "}", time_ns);
        error = end_line(w);
    }
    if (!error && w->zstd)
        error = write_packed(w, "", 0, ZSTD_e_end);
    free_writer(w);
    return error;
}

uint64_t recording_writer_bytes(const struct recording_writer *w)
{
    return w->n_bytes;
}
