#include "export/export.h"

#include "view/grid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct export_format *const export_formats[] = {
    &export_text,
    &export_svg,
    &export_html,
    &export_cast,
};
const size_t n_export_formats = sizeof export_formats / sizeof(void *);

const struct export_format *export_find(const char *name)
{
    for (size_t i = 0; i < n_export_formats; i++)
        if (strcmp(export_formats[i]->name, name) == 0)
            return export_formats[i];
    return NULL;
}

int export_open(const struct export_format *format, const struct export_options *options, FILE *out,
                struct export_sink **sink)
{
    struct export_sink *s = malloc(sizeof *s);
    if (!s)
        return -ENOMEM;
    *s = (struct export_sink){.format = format, .options = *options, .out = out};
    int error = format->start ? format->start(s) : 0;
    if (error) {
        export_abandon(s);
        return error;
    }
    *sink = s;
    return 0;
}

int export_put(struct export_sink *sink, const struct export_frame *frame)
{
    if (frame->grid->rows != sink->options.rows || frame->grid->cols != sink->options.cols)
        return -EINVAL;
    int error = sink->format->put(sink, frame);
    if (!error)
        sink->n_frames++;
    return error;
}

int export_close(struct export_sink *sink)
{
    int error = sink->n_frames ? 0 : -ENODATA;
    if (!error && sink->format->finish)
        error = sink->format->finish(sink);
    if (!error && (fflush(sink->out) != 0 || ferror(sink->out)))
        error = errno ? -errno : -EIO;
    export_abandon(sink);
    return error;
}

void export_abandon(struct export_sink *sink)
{
    if (sink && sink->format->free)
        sink->format->free(sink->state);
    free(sink);
}
