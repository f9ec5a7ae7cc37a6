#include "cmd/picture.h"

#include "view/grid.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void put_rune(uint32_t rune, FILE *out)
{
    if (rune < 0x80) {
        fputc((int)(rune < 0x20 || rune == 0x7f ? ' ' : rune), out);
    } else if (rune < 0x800) {
        fprintf(out, "%c%c", (int)(0xc0 | rune >> 6), (int)(0x80 | (rune & 0x3f)));
    } else if (rune < 0x10000) {
        fprintf(out, "%c%c%c", (int)(0xe0 | rune >> 12), (int)(0x80 | (rune >> 6 & 0x3f)),
                (int)(0x80 | (rune & 0x3f)));
    } else {
        fprintf(out, "%c%c%c%c", (int)(0xf0 | rune >> 18), (int)(0x80 | (rune >> 12 & 0x3f)),
                (int)(0x80 | (rune >> 6 & 0x3f)), (int)(0x80 | (rune & 0x3f)));
    }
}

int picture_print(const struct grid *picture, FILE *out)
{
    for (int row = 0; row < picture->rows; row++) {
        const struct cell *cells = &picture->cells[(size_t)row * (size_t)picture->cols];
        int end = picture->cols;
        while (end > 0 && (cells[end - 1].rune == ' ' || cells[end - 1].rune == 0) &&
               (cells[end - 1].rune == ' ' || end < 2 || cells[end - 2].rune < 0x80))
            end--;
        for (int col = 0; col < end; col++)
            if (cells[col].rune || col == 0 || cells[col - 1].rune < 0x80)
                put_rune(cells[col].rune, out);
        fputc('\n', out);
    }
    return ferror(out) ? -EIO : 0;
}

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

int picture_save(const struct grid *picture, const char *title, char *path, size_t len)
{
    char slug[48], stamp[32], name[128], temporary[160];
    struct tm local;
    time_t now = time(NULL);
    make_slug(title, slug, sizeof slug);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime_r(&now, &local));
    snprintf(name, sizeof name, "proclab-%s%s%s.txt", slug, *slug ? "-" : "", stamp);
    snprintf(temporary, sizeof temporary, ".%s.XXXXXX", name);

    int error = 0;
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    FILE *out = fdopen(fd, "w");
    if (!out) {
        error = -errno;
        close(fd);
        goto out;
    }
    error = picture_print(picture, out);
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask) < 0 && !error)
        error = -errno;
    if (fclose(out) != 0 && !error)
        error = -errno;
    if (!error && rename(temporary, name) < 0)
        error = -errno;
    if (!error)
        snprintf(path, len, "%s", name);
out:
    if (error)
        unlink(temporary);
    return error;
}
