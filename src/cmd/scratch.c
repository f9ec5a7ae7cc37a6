#include "cmd/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    remove(path);
    return 0;
}

int scratch_make(const char *prefix, char path[PATH_MAX])
{
    const char *where = getenv("TMPDIR");
    if (!where || where[0] != '/')
        where = "/tmp";
    int n = snprintf(path, PATH_MAX, "%s/%s-XXXXXX", where, prefix);
    int error = n >= PATH_MAX ? -ENAMETOOLONG : mkdtemp(path) ? 0 : -errno;
    if (error)
        path[0] = '\0';
    return error;
}

void scratch_remove(char path[PATH_MAX])
{
    if (path[0])
        nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    path[0] = '\0';
}

void scratch_variable(const char *path, char variable[SCRATCH_VARIABLE_BYTES])
{
    snprintf(variable, SCRATCH_VARIABLE_BYTES, "TMPDIR=%s", path);
}
