/* The words for single values: statuses, states, bytes that may be anything. */
#include "model/explain.h"

#include "model/snapshot.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static void put_signal(char *buf, size_t len, int signal_number, const char *more)
{
    const char *name = sigabbrev_np(signal_number);
    if (name)
        snprintf(buf, len, "SIG%s%s", name, more);
    else if (signal_number >= SIGRTMIN && signal_number <= SIGRTMAX)
        snprintf(buf, len, "SIGRTMIN+%d%s", signal_number - SIGRTMIN, more);
    else
        snprintf(buf, len, "signal %d%s", signal_number, more);
}

void explain_status(int wait_status, char *buf, size_t len)
{
    if (wait_status == -1)
        snprintf(buf, len, "?");
    else if (WIFEXITED(wait_status))
        snprintf(buf, len, "exit %d", WEXITSTATUS(wait_status));
    else if (WIFSIGNALED(wait_status))
        put_signal(buf, len, WTERMSIG(wait_status), WCOREDUMP(wait_status) ? " (core dumped)" : "");
    else
        snprintf(buf, len, "status 0x%x", (unsigned)wait_status);
}

const char *explain_state(const struct process *p)
{
    switch (p->state) { /* proc_pid_status(5)'s own words where one letter is all we know */
    case 'R':
        return "running";
    case 'S':
        return p->waiting.kind == WAIT_UNKNOWN || p->waiting.kind == WAIT_NOTHING
                   ? "asleep"
                   : wait_kind_name(p->waiting.kind);
    case 'D':
        return "disk sleep";
    case 'T':
        return "stopped";
    case 't':
        return "traced";
    case 'Z':
        return process_is_zombie(p) ? "zombie" : "main ended";
    case 'X':
    case 'x':
        return "dead";
    case 'I':
        return "idle";
    case 'P':
        return "parked";
    default:
        return "?";
    }
}

/* ---- bytes that may be anything ---------------------------------------------------------- */

/* Length of the UTF-8 character at text, and its code point; 0: there is none (RFC 3629). */
static size_t decode(const unsigned char *text, size_t len, uint32_t *rune)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t want = text[0] < 0x80   ? 1
                  : text[0] < 0xc2 ? 0
                  : text[0] < 0xe0 ? 2
                  : text[0] < 0xf0 ? 3
                  : text[0] < 0xf5 ? 4
                                   : 0;
    if (want == 0 || want > len)
        return 0;
    uint32_t r = want == 1 ? text[0] : text[0] & (0xffu >> (want + 1));
    for (size_t i = 1; i < want; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        r = r << 6 | (text[i] & 0x3f);
    }
    if (r < least[want] || (r >= 0xd800 && r <= 0xdfff) || r > 0x10ffff)
        return 0;
    *rune = r;
    return want;
}

/*
 * Would it move the cursor, turn the writing direction round, take no room, or have no picture: all
 * that could make a line say something else than its bytes do. Not asked of the locale, which may
 * be any.
 */
static bool is_unprintable(uint32_t r)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},        {0xad, 0xad},     {0x061c, 0x061c},
        {0x180e, 0x180e},   {0x200b, 0x200f},    {0x2028, 0x202e}, {0x2060, 0x206f},
        {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},    {0xfeff, 0xfeff}, {0xfff0, 0xfffb},
        {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (r >= ranges[i].first && r <= ranges[i].last)
            return true;
    return (r & 0xfffe) == 0xfffe;
}

/* What one character, or one byte that is none, is shown as. */
static size_t put_piece(char piece[16], const unsigned char *text, size_t taken, uint32_t rune)
{
    static const char names[] = "abtnvfr"; /* from \a, 7 */
    if (taken == 0)
        return (size_t)snprintf(piece, 16, "\\x%02x", text[0]);
    if (!is_unprintable(rune)) {
        memcpy(piece, text, taken);
        return taken;
    }
    if (rune >= '\a' && rune <= '\r')
        return (size_t)snprintf(piece, 16, "\\%c", names[rune - '\a']);
    if (rune < 0x80)
        return (size_t)snprintf(piece, 16, "\\x%02x", (unsigned)rune);
    return (size_t)snprintf(piece, 16, rune > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)rune);
}

size_t explain_printable(const char *bytes, size_t len, char *buf, size_t buf_len)
{
    const unsigned char *text = (const unsigned char *)bytes;
    size_t wanted = 0, written = 0;
    bool is_full = buf_len == 0;
    for (size_t i = 0; i < len;) {
        uint32_t rune = 0;
        char piece[16];
        size_t taken = decode(text + i, len - i, &rune);
        size_t n = put_piece(piece, text + i, taken, rune);
        is_full = is_full || written + n >= buf_len;
        if (!is_full) {
            memcpy(buf + written, piece, n);
            written += n;
        }
        wanted += n;
        i += taken ? taken : 1;
    }
    if (buf_len > 0)
        buf[written] = '\0';
    return wanted;
}
