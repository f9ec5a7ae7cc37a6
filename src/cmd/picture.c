#include "cmd/picture.h"

#include "export/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
    error = text_write(out, picture, NULL, 0);
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
