#include "cmd/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A name beside path, hidden: of the same file system, so that it can be renamed. */
static int name_beside(const char *path, char *temporary, size_t len)
{
    const char *slash = strrchr(path, '/');
    int dir = slash ? (int)(slash - path + 1) : 0;
    int n = snprintf(temporary, len, "%.*s.%s.XXXXXX", dir, path, path + dir);
    return n < 0 || (size_t)n >= len ? -ENAMETOOLONG : 0;
}

static int open_in_place(struct outfile *f, const char *path)
{
    f->stream = fopen(path, "we");
    return f->stream ? 0 : -errno;
}

int outfile_open(struct outfile *f, const char *path)
{
    *f = (struct outfile){0};
    if (!path || strcmp(path, "-") == 0) {
        f->stream = stdout;
        return 0;
    }
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? -EISDIR : open_in_place(f, path);
    int error = name_beside(path, f->temporary, sizeof f->temporary);
    if (error)
        return error;
    int fd = mkostemp(f->temporary, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    f->path = path;
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask) == 0)
        f->stream = fdopen(fd, "w");
    if (f->stream)
        return 0;
    error = -errno;
    close(fd);
    outfile_abandon(f);
    return error;
}

int outfile_commit(struct outfile *f)
{
    int error = 0;
    if (f->stream == stdout)
        error = fflush(stdout) == 0 ? 0 : -errno;
    else if (fclose(f->stream) != 0)
        error = -errno;
    f->stream = NULL;
    if (!error && f->path && rename(f->temporary, f->path) < 0)
        error = -errno;
    if (!error)
        f->path = NULL;
    outfile_abandon(f);
    return error;
}

void outfile_abandon(struct outfile *f)
{
    if (f->stream && f->stream != stdout)
        fclose(f->stream);
    if (f->path)
        unlink(f->temporary);
    f->stream = NULL;
    f->path = NULL;
}
