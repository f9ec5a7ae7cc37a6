/*
 * grade_score.c - what was graded last, for `proclab labs`:
 *
 *     {"03-pipe": {"score": 85, "time": "2026-11-24T14:31:07+0000", "file": "/home/me/a.c",
 *                  "exercises": {"/home/me/proclab/labs/03-pipe/exercise.c": {"score": 40, "time": ..., "file_mtime_ns": ...}}}}
 *
 * Whatever was graded last, and beside it each checkout's own exercise.c: who grades a class's submissions
 * with --file does not lose his own score, nor does who has two checkouts.
 */
#include "cmd/complain.h"
#include "cmd/grade.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
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

/* The file's path without links, or as it was given; "": it is no UTF-8, and cannot be kept. */
static void name_file(const char *file, char path[PATH_MAX])
{
    if (!realpath(file, path))
        snprintf(path, PATH_MAX, "%s", file);
    json_t *text = json_string(path);
    if (!text)
        path[0] = '\0';
    json_decref(text);
}

/* Is it the exercise.c of the lab that it was graded as? */
static bool is_own_exercise(const struct grading *g, const char *path)
{
    char own[PATH_MAX + 16], real[PATH_MAX];
    snprintf(own, sizeof own, "%s/exercise.c", g->lab->folder);
    return g->lab->is_checkout && realpath(own, real) && strcmp(real, path) == 0;
}

/* The lab's entry, from what it was. */
static json_t *make_entry(const struct grading *g, const json_t *old)
{
    char path[PATH_MAX], now[64];
    name_file(g->file, path);
    format_now(now, sizeof now);
    json_t *entry = json_pack("{s:i, s:s, s:s}", "score", g->score, "time", now, "file", path);
    json_t *exercises = json_deep_copy(json_object_get(old, "exercises"));
    if (!json_is_object(exercises)) { /* there are none yet, or it is damaged */
        json_decref(exercises);
        exercises = json_object();
    }
    if (path[0] && is_own_exercise(g, path))
        json_object_set_new(exercises, path,
                            json_pack("{s:i, s:s, s:I}", "score", g->score, "time", now,
                                      "file_mtime_ns", (json_int_t)g->file_mtime_ns));
    json_object_set_new(entry, "exercises", exercises);
    return entry;
}

static int keep(const struct grading *g)
{
    char path[PATH_MAX];
    int error = lab_state_path("scores.json", true, path);
    if (error)
        return error;
    json_t *scores = json_load_file(path, 0, NULL);
    if (!json_is_object(scores)) { /* there is none yet, or it is damaged: begin anew */
        json_decref(scores);
        scores = json_object();
    }
    json_t *entry = make_entry(g, json_object_get(scores, g->lab->name));
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
