#include "cmd/tape.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "proc/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * The file itself, not one beside it that is renamed: what was seen is there whatever becomes of
 * us, and can be replayed while it grows.
 */
static int open_file(struct tape *t)
{
    t->is_stdout = strcmp(t->path, "-") == 0;
    if (t->is_stdout) {
        if (isatty(STDOUT_FILENO))
            return complain(EXIT_USAGE, 0, "pipe it: proclab record -o - -- CMD | proclab replay -",
                            "a recording is not for the terminal");
        t->fd = STDOUT_FILENO;
        return 0;
    }
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (t->is_forced ? O_TRUNC : O_EXCL);
    t->fd = open(t->path, flags, 0666);
    if (t->fd >= 0)
        return 0;
    return complain(EXIT_FAILED, errno, errno == EEXIST ? "--force overwrites it" : NULL,
                    "cannot write %s", t->path);
}

int tape_open(struct tape *t, const char *title, double rate_hz)
{
    struct recording_header header;
    int status = open_file(t);
    if (status)
        return status;
    size_t n = strlen(t->path);
    bool is_packed = !t->is_stdout && n > 4 && strcmp(t->path + n - 4, ".zst") == 0;
    recording_header_init(&header, title, rate_hz);
    int error = recording_writer_open(t->fd, is_packed, &header, &t->writer);
    return error ? complain(EXIT_FAILED, error, NULL, "cannot write %s", t->path) : 0;
}

static void note(struct tape *t, int error)
{
    if (!t->error)
        t->error = error;
}

void tape_look(struct tape *t, const struct snapshot *s)
{
    if (!t->error)
        note(t, recording_writer_look(t->writer, s));
}

void tape_narration(struct tape *t, const struct narration *narration)
{
    if (!t->error)
        recording_writer_narration(t->writer, narration);
}

void tape_output(struct tape *t, const char *bytes, size_t len)
{
    if (!t->error)
        note(t, recording_writer_output(t->writer, clock_ns(CLOCK_BOOTTIME), bytes, len));
}

void tape_size(struct tape *t, int rows, int cols)
{
    if (!t->error)
        note(t, recording_writer_size(t->writer, clock_ns(CLOCK_BOOTTIME), rows, cols));
}

void tape_close(struct tape *t, int wait_status, bool is_void)
{
    if (t->writer)
        note(t, recording_writer_close(t->writer, clock_ns(CLOCK_BOOTTIME), wait_status));
    t->writer = NULL;
    if (t->fd < 0 || t->is_stdout)
        return;
    if (close(t->fd) < 0)
        note(t, -errno);
    t->fd = -1;
    if (is_void && !t->is_forced)
        unlink(t->path); /* it is ours, and nothing was seen */
}

int tape_complain(const struct tape *t)
{
    return t->error
               ? complain(EXIT_FAILED, t->error, NULL, "recording into %s has stopped", t->path)
               : 0;
}
