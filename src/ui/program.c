#include "ui/program.h"

#include "model/explain.h"
#include "run/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What a program may write in one frame before it waits for the next, as it would on a slow
 * terminal.
 */
enum { BYTES_A_FRAME = 256 * 1024 };

void program_init(struct program *p, struct run *run, struct terminal *terminal)
{
    *p = (struct program){.run = run, .terminal = terminal, .may_read = BYTES_A_FRAME};
    p->is_read_out = !run || run_pty(run) < 0;
}

void program_begin_frame(struct program *p)
{
    p->may_read = BYTES_A_FRAME;
}

short program_wanted_events(const struct program *p)
{
    short events = 0;
    if (!p->is_read_out && p->may_read)
        events |= POLLIN;
    if (!p->is_read_out && p->n_typed)
        events |= POLLOUT;
    return events;
}

/* The terminal answers what the program asked it: where is the cursor, what are you. */
static void send_replies(struct program *p)
{
    char reply[256];
    size_t n;
    while ((n = terminal_reply(p->terminal, reply, sizeof reply)) > 0)
        if (!program_type(p, reply, n))
            break;
}

bool program_read(struct program *p)
{
    bool came = false;
    char bytes[16384];
    while (!p->is_read_out && p->may_read) {
        size_t want = p->may_read < sizeof bytes ? p->may_read : sizeof bytes;
        ssize_t n = read(run_pty(p->run), bytes, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n <= 0) { /* EIO: the last holder of the other side is gone */
            p->is_read_out = true;
            break;
        }
        terminal_write(p->terminal, bytes, (size_t)n);
        p->screen = NULL;
        send_replies(p);
        p->may_read -= (size_t)n;
        came = true;
    }
    return came;
}

bool program_type(struct program *p, const char *bytes, size_t len)
{
    if (p->is_read_out || len > sizeof p->typed - p->n_typed)
        return false;
    memcpy(p->typed + p->n_typed, bytes, len);
    p->n_typed += len;
    program_flush(p);
    return true;
}

void program_flush(struct program *p)
{
    while (p->n_typed && !p->is_read_out) {
        ssize_t n = write(run_pty(p->run), p->typed, p->n_typed);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            p->n_typed = 0;
            return;
        }
        p->n_typed -= (size_t)n;
        memmove(p->typed, p->typed + n, p->n_typed);
    }
}

bool program_check_end(struct program *p)
{
    if (!p->run || p->result.has_ended)
        return false;
    run_poll(p->run, &p->result);
    if (!p->result.has_ended)
        return false;
    int status = p->result.wait_status;
    char words[64];
    explain_status(status, words, sizeof words);
    if (p->result.is_lost)
        snprintf(p->ended_text, sizeof p->ended_text, "nobody saw how: its supervisor was killed");
    else if (WIFEXITED(status))
        snprintf(p->ended_text, sizeof p->ended_text, "exited %d", WEXITSTATUS(status));
    else
        snprintf(p->ended_text, sizeof p->ended_text, "killed by %s", words);
    return true;
}

void program_resize(struct program *p, int rows, int cols)
{
    if (!p->run || rows < 1 || cols < 1 || (rows == p->rows && cols == p->cols))
        return;
    p->rows = rows;
    p->cols = cols;
    terminal_resize(p->terminal, rows, cols);
    p->screen = NULL;
    run_resize(p->run, rows, cols);
}

const struct screen *program_screen(struct program *p)
{
    if (!p->screen && p->terminal)
        p->screen = terminal_screen(p->terminal);
    return p->screen;
}
