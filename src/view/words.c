#include "view/words.h"

#include "model/explain.h"

#include "view/grid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *words_grouped(int64_t n, char *buf, size_t len)
{
    char digits[WORDS_NUMBER];
    if (n < 0) {
        snprintf(buf, len, "?");
        return buf;
    }
    int n_digits = snprintf(digits, sizeof digits, "%" PRId64, n);
    size_t out = 0;
    for (int i = 0; i < n_digits && out + 2 < len; i++) {
        if (i > 0 && (n_digits - i) % 3 == 0)
            buf[out++] = ',';
        buf[out++] = digits[i];
    }
    buf[out] = '\0';
    return buf;
}

static char *scaled(double value, double step, const char *const units[], char *buf, size_t len)
{
    if (value < 0) {
        snprintf(buf, len, "?");
        return buf;
    }
    size_t unit = 0;
    /* what would be rounded up to 1000 goes on to the next unit: 999.5 B, 999.95 kB */
    while (units[unit + 1] && value >= step - (unit == 0 ? 0.5 : 0.05)) {
        value /= step;
        unit++;
    }
    snprintf(buf, len, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    return buf;
}

char *words_bytes(double bytes, char *buf, size_t len)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB", NULL};
    return scaled(bytes, 1000, units, buf, len);
}

char *words_memory(int64_t bytes, char *buf, size_t len)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", NULL};
    return scaled((double)bytes, 1024, units, buf, len);
}

char *words_seconds(int64_t ns, char *buf, size_t len)
{
    if (ns < 0)
        snprintf(buf, len, "?");
    else
        snprintf(buf, len, ns < INT64_C(10000000000) ? "%.3f s" : "%.1f s", (double)ns / 1e9);
    return buf;
}

char *words_lane(int number, bool ascii, char *buf, size_t len)
{
    static const char *const circled[] = {"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩",
                                          "⑪", "⑫", "⑬", "⑭", "⑮", "⑯", "⑰", "⑱", "⑲", "⑳"};
    if (!ascii && number >= 1 && number <= 20)
        snprintf(buf, len, "%s", circled[number - 1]);
    else
        snprintf(buf, len, "(%d)", number);
    return buf;
}

char *words_spell_lanes(const char *text)
{
    char *out = malloc(strlen(text) * 2 + 1), *o = out; /* 3 bytes become 4 at most */
    for (const char *p = text; out && *p;) {
        const unsigned char *u = (const unsigned char *)p;
        if (u[0] == 0xE2 && u[1] == 0x91 && u[2] >= 0xA0 && u[2] <= 0xB3) { /* ① to ⑳ */
            o += sprintf(o, "(%d)", u[2] - 0xA0 + 1);
            p += 3;
        } else {
            *o++ = *p++;
        }
    }
    if (out)
        *o = '\0';
    return out;
}

char *words_name(const struct snapshot *s, const struct process *p, char *buf, size_t len)
{
    const char *comm = snapshot_text(s, p->comm_text);
    char name[WORDS_NAME];
    explain_printable(comm, strlen(comm), name, sizeof name);
    snprintf(buf, len, p->is_kernel ? "[%s]" : "%s", *name ? name : "?");
    return buf;
}

/* Of the first argument: "nginx: " of one that has written a title over them all; 0: it has none. */
static size_t title_begin(const char *comm, const char *arg, size_t n)
{
    size_t name = strlen(comm);
    return name > 0 && n > name + 2 && strncmp(arg, comm, name) == 0 &&
                   strncmp(arg + name, ": ", 2) == 0
               ? name + 2
               : 0;
}

char *words_args(const struct snapshot *s, const struct process *p, int from, char *buf, size_t len)
{
    const char *arg = snapshot_text(s, p->args_text);
    size_t left = p->args_bytes, out = 0;
    buf[0] = '\0';
    while (left > 0 && arg[left - 1] == '\0') /* a title may be followed by many */
        left--;
    size_t title = title_begin(snapshot_text(s, p->comm_text), arg, strnlen(arg, left));
    if (from == 1 && title > 0) {
        from = 0;
        arg += title;
        left -= title;
    }
    for (int i = 0; left > 0 && out + 8 < len; i++) {
        size_t n = strnlen(arg, left);
        if (i >= from) {
            if (i > from)
                buf[out++] = ' ';
            explain_printable(arg, n, buf + out, len - out);
            out += strlen(buf + out);
        }
        n += n < left; /* its NUL */
        arg += n;
        left -= n;
    }
    return buf;
}

char *words_cut(char *text, size_t len, int cols)
{
    static const char ellipsis[] = "…";
    size_t end = strlen(text);
    if (grid_text_width(text) <= cols || len < sizeof ellipsis)
        return text;
    do { /* a whole character off the end */
        do
            end--;
        while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80);
        text[end] = '\0';
    } while (end > 0 && (grid_text_width(text) >= cols || end + sizeof ellipsis > len));
    memcpy(text + end, ellipsis, sizeof ellipsis);
    return text;
}

const char *words_share(double share, bool ascii)
{
    static const char *const eighths[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const tenths[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "#"};
    int most = ascii ? 10 : 8, n = share < 1 ? (int)(share * most + 0.5) : most;
    n = n < 1 ? 1 : n;
    return ascii ? tenths[n - 1] : eighths[n - 1];
}

const char *words_task_state(const struct task *t)
{
    struct process as_process = {.pid = t->tid,
                                 .state = t->state,
                                 .last_cpu = t->last_cpu,
                                 .exit_status = -1,
                                 .is_detailed = true,
                                 .waiting = t->waiting};
    return explain_state(&as_process);
}

const char *words_why_unknown(int error)
{
    switch (error) {
    case 0:
        return "not looked at";
    case EACCES:
    case EPERM:
        return "not permitted";
    case EPIPE:
        return "no read end is left to look through";
    case ECANCELED:
        return "looking into pipes is switched off";
    case ENOSYS:
        return "this kernel does not tell";
    case ENOENT:
    case ESRCH:
        return "it went away";
    default: {
        const char *name = strerrordesc_np(error);
        return name ? name : "unknown error";
    }
    }
}
