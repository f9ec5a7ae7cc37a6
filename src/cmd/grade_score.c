/* grade_score.c - what was graded last, for `proclab labs`: {"03-pipe": {"score": 85, "time": ..., "file": ...}}. */
#include "cmd/complain.h"
#include "cmd/grade.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

static void format_now(char *buf, size_t len)
{
    time_t now = time(NULL);
    struct tm tm;
    strftime(buf, len, "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &tm));
}

/* Written beside it, then renamed: who reads it meanwhile sees the old or the new one, whole. */
static int write_beside(const char *path, json_t *scores)
{
    char beside[PATH_MAX + 32];
    snprintf(beside, sizeof beside, "%s.%d", path, (int)getpid());
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    int error = json_dumpfd(scores, fd, JSON_INDENT(2) | JSON_SORT_KEYS) < 0 ? -EIO : 0;
    if (close(fd) < 0 && !error)
        error = -errno;
    if (!error && rename(beside, path) < 0)
        error = -errno;
    if (error)
        unlink(beside);
    return error;
}

static int keep(const struct grading *g)
{
    char path[PATH_MAX], file[PATH_MAX], now[64];
    int error = lab_state_path("scores.json", true, path);
    if (error)
        return error;
    json_t *scores = json_load_file(path, 0, NULL);
    if (!json_is_object(scores)) { /* there is none yet, or it is damaged: begin anew */
        json_decref(scores);
        scores = json_object();
    }
    format_now(now, sizeof now);
    json_t *entry = json_pack("{s:i, s:s, s:s}", "score", g->score, "time", now, "file",
                              realpath(g->file, file) ? file : g->file);
    if (!entry) /* the path is no UTF-8 */
        entry = json_pack("{s:i, s:s}", "score", g->score, "time", now);
    error =
        json_object_set_new(scores, g->lab->name, entry) < 0 ? -ENOMEM : write_beside(path, scores);
    json_decref(scores);
    return error;
}

void grade_keep_score(const struct grading *g)
{
    int error = keep(g);
    if (error)
        complain(0, error, "set XDG_STATE_HOME to a folder that you may write to",
                 "the score is not kept for `proclab labs`");
}
