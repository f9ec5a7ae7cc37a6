#include "cmd/picture.h"

#include "cmd/outfile.h"
#include "export/export.h"
#include "export/paper.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* "watch -- yes | head" -> "watch-yes-head": what is safe and readable in a file's name. */
static void make_slug(const char *title, char *slug, size_t len)
{
    size_t n = 0;
    for (; *title && n + 1 < len && n < 40; title++) {
        bool is_plain = isalnum((unsigned char)*title) || *title == '.' || *title == '_';
        if (is_plain)
            slug[n++] = *title;
        else if (n > 0 && slug[n - 1] != '-')
            slug[n++] = '-';
    }
    while (n > 0 && slug[n - 1] == '-')
        n--;
    slug[n] = '\0';
}

static int save(const struct grid *picture, const struct export_format *format, const char *title,
                const char *path)
{
    const struct export_options options = {
        .title = title,
        .rows = picture->rows,
        .cols = picture->cols,
        .paper = paper_find("dark"),
    };
    struct outfile file;
    struct export_sink *sink;
    int error = outfile_open(&file, path);
    if (error)
        return error;
    error = export_open(format, &options, file.stream, &sink);
    if (!error) {
        error = export_put(sink, &(struct export_frame){.grid = picture});
        int end_error = export_close(sink);
        error = error ? error : end_error;
    }
    if (!error)
        return outfile_commit(&file);
    outfile_abandon(&file);
    return error;
}

int picture_save(const struct grid *picture, const char *title, char *path, size_t len)
{
    char slug[48], stamp[32], name[100], svg[112], text[112];
    struct tm local;
    time_t now = time(NULL);
    make_slug(title, slug, sizeof slug);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    snprintf(name, sizeof name, "proclab-%s%s%s", slug, *slug ? "-" : "", stamp);
    snprintf(text, sizeof text, "%s.txt", name);
    snprintf(svg, sizeof svg, "%s.svg", name);
    int error = save(picture, &export_text, title, text);
    if (error)
        return error;
    error = save(picture, &export_svg, title, svg);
    if (error) {
        unlink(text);
        return error;
    }
    snprintf(path, len, "%s.txt, .svg", name);
    return 0;
}
