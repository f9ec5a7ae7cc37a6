#include "proc/parse.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/*
 * A cursor over the text. A reader that fails marks it bad and moves no further, so that a
 * sequence of reads is checked once, at its end.
 */
struct scan {
    const char *at, *end;
    bool is_bad;
};

static void skip_spaces(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
        s->at++;
}

/*
 * Decimal digits. A number must be followed by something: else the text may have been cut inside
 * it.
 */
static uint64_t scan_unsigned(struct scan *s)
{
    uint64_t value = 0;
    const char *start;

    skip_spaces(s);
    start = s->at;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
        unsigned digit = (unsigned)(*s->at - '0');
        if (value > (UINT64_MAX - digit) / 10)
            s->is_bad = true;
        value = value * 10 + digit;
    }
    if (s->at == start || s->at == s->end)
        s->is_bad = true;
    return value;
}

static int64_t scan_signed(struct scan *s)
{
    skip_spaces(s);
    bool is_negative = s->at < s->end && *s->at == '-';
    s->at += is_negative;
    uint64_t value = scan_unsigned(s);
    if (value > INT64_MAX) {
        s->is_bad = true;
        return 0;
    }
    return is_negative ? -(int64_t)value : (int64_t)value;
}

static int scan_int(struct scan *s)
{
    int64_t value = scan_signed(s);
    if (value < INT_MIN || value > INT_MAX) {
        s->is_bad = true;
        return 0;
    }
    return (int)value;
}

/* A count that the model keeps signed, -1 being "unknown". */
static int64_t scan_count(struct scan *s)
{
    uint64_t value = scan_unsigned(s);
    if (value > INT64_MAX)
        s->is_bad = true;
    return (int64_t)(value & INT64_MAX);
}

static uint64_t scan_hex(struct scan *s)
{
    uint64_t value = 0;
    skip_spaces(s);
    if (s->end - s->at < 3 || s->at[0] != '0' || s->at[1] != 'x') {
        s->is_bad = true;
        return 0;
    }
    const char *start = s->at += 2;
    for (; s->at < s->end; s->at++) {
        unsigned digit;
        if (*s->at >= '0' && *s->at <= '9')
            digit = (unsigned)(*s->at - '0');
        else if (*s->at >= 'a' && *s->at <= 'f')
            digit = (unsigned)(*s->at - 'a') + 10;
        else
            break;
        if (value >> 60)
            s->is_bad = true;
        value = value << 4 | digit;
    }
    if (s->at == start || s->at == s->end)
        s->is_bad = true;
    return value;
}

static void skip_fields(struct scan *s, int n)
{
    while (n-- > 0) {
        skip_spaces(s);
        const char *start = s->at;
        while (s->at < s->end && *s->at != ' ' && *s->at != '\t' && *s->at != '\n')
            s->at++;
        if (s->at == start)
            s->is_bad = true;
    }
}

int parse_stat(const char *text, size_t len, struct proc_stat *out)
{
    struct proc_stat st = {0};
    struct scan s = {.at = text, .end = text + len};

    st.pid = scan_int(&s);
    /* comm may hold anything, ") (" and newlines included; but nothing after it holds a ')'. */
    const char *open = memchr(text, '(', len);
    const char *close = memrchr(text, ')', len);
    if (s.is_bad || !open || !close || close < open || open != s.at + 1)
        return -EINVAL;
    st.comm_bytes = (size_t)(close - open - 1);
    if (st.comm_bytes >= sizeof st.comm)
        return -EINVAL;
    memcpy(st.comm, open + 1, st.comm_bytes);

    s.at = close + 1;
    if (s.end - s.at < 3 || s.at[0] != ' ' || s.at[2] != ' ')
        return -EINVAL;
    st.state = s.at[1];
    s.at += 2;
    st.ppid = scan_int(&s);           /* 4 */
    st.pgrp = scan_int(&s);           /* 5 */
    st.session = scan_int(&s);        /* 6 */
    st.tty = scan_int(&s);            /* 7 */
    skip_fields(&s, 1);               /* 8: the terminal's foreground group */
    st.flags = scan_unsigned(&s);     /* 9 */
    st.minor_faults = scan_count(&s); /* 10 */
    skip_fields(&s, 1);               /* 11: the reaped children's */
    st.major_faults = scan_count(&s); /* 12 */
    skip_fields(&s, 1);
    st.user_ticks = scan_count(&s);     /* 14 */
    st.system_ticks = scan_count(&s);   /* 15 */
    skip_fields(&s, 4);                 /* 16 to 19: the children's, priority, nice */
    st.n_threads = scan_int(&s);        /* 20 */
    skip_fields(&s, 1);                 /* 21: always 0 */
    st.start_ticks = scan_unsigned(&s); /* 22 */
    skip_fields(&s, 1);                 /* 23: virtual size */
    st.rss_pages = scan_signed(&s);     /* 24 */
    skip_fields(&s, 1);                 /* 25: its limit */
    st.start_code = scan_unsigned(&s);  /* 26 */
    skip_fields(&s, 1);
    st.start_stack = scan_unsigned(&s); /* 28 */
    skip_fields(&s, 10);                /* 29 to 38 */
    st.last_cpu = scan_int(&s);         /* 39 */
    skip_fields(&s, 8);                 /* 40 to 47 */
    st.arg_start = scan_unsigned(&s);   /* 48 */
    skip_fields(&s, 3);
    st.exit_status = scan_int(&s); /* 52 */
    if (s.is_bad)
        return -EINVAL;
    *out = st;
    return 0;
}

/* The text after "key" at the start of a line; an empty scan, marked bad, when there is none. */
static struct scan find_line(const char *text, size_t len, const char *key)
{
    size_t key_len = strlen(key);
    const char *end = text + len;

    for (const char *line = text; line && (size_t)(end - line) > key_len;) {
        if (memcmp(line, key, key_len) == 0)
            return (struct scan){.at = line + key_len, .end = end};
        line = memchr(line, '\n', (size_t)(end - line));
        line = line ? line + 1 : NULL;
    }
    return (struct scan){.at = end, .end = end, .is_bad = true};
}

/*
 * The n-th figure (from 0) of that line; -1 when there is no such line. Cut or no number: *is_bad.
 */
static int64_t find_figure(const char *text, size_t len, const char *key, int n, bool *is_bad)
{
    struct scan s = find_line(text, len, key);
    if (s.is_bad)
        return -1;
    skip_fields(&s, n);
    int64_t value = scan_count(&s);
    if (s.is_bad)
        *is_bad = true;
    return value;
}

int parse_status(const char *text, size_t len, struct proc_status *out)
{
    bool is_bad = false;
    int64_t tgid = find_figure(text, len, "Tgid:", 0, &is_bad);
    struct proc_status status = {
        .tgid = (pid_t)tgid,
        .euid = find_figure(text, len, "Uid:", 1, &is_bad),
        .voluntary = find_figure(text, len, "voluntary_ctxt_switches:", 0, &is_bad),
        .involuntary = find_figure(text, len, "nonvoluntary_ctxt_switches:", 0, &is_bad),
    };
    if (is_bad || tgid < 1 || tgid > INT_MAX)
        return -EINVAL;
    *out = status;
    return 0;
}

int parse_schedstat(const char *text, size_t len, struct proc_schedstat *out)
{
    struct scan s = {.at = text, .end = text + len};
    struct proc_schedstat sched;
    sched.run_ns = scan_count(&s);
    sched.queued_ns = scan_count(&s);
    sched.slices = scan_count(&s);
    if (s.is_bad)
        return -EINVAL;
    *out = sched;
    return 0;
}

int parse_io(const char *text, size_t len, struct proc_io *out)
{
    bool is_bad = false;
    struct proc_io io = {
        .rchar = find_figure(text, len, "rchar:", 0, &is_bad),
        .wchar = find_figure(text, len, "wchar:", 0, &is_bad),
    };
    if (is_bad || (io.rchar < 0 && io.wchar < 0))
        return -EINVAL;
    *out = io;
    return 0;
}

int parse_syscall(const char *text, size_t len, struct proc_syscall *out)
{
    static const char running[] = "running";
    struct scan s = {.at = text, .end = text + len};
    struct proc_syscall call = {.kind = PROC_SYSCALL_RUNNING, .number = -1};

    if (len >= sizeof running - 1 && memcmp(text, running, sizeof running - 1) == 0) {
        *out = call;
        return 0;
    }
    call.number = scan_int(&s);
    if (!s.is_bad && call.number < -1)
        return -EINVAL;
    call.kind = call.number < 0 ? PROC_SYSCALL_NONE : PROC_SYSCALL_IN;
    for (int i = 0; call.kind == PROC_SYSCALL_IN && i < 6; i++)
        call.args[i] = scan_hex(&s);
    call.stack = scan_hex(&s);
    call.instruction = scan_hex(&s);
    if (s.is_bad)
        return -EINVAL;
    *out = call;
    return 0;
}

bool parse_next_pid(const char **cursor, const char *end, pid_t *out)
{
    struct scan s = {.at = *cursor, .end = end};
    int pid = scan_int(&s);
    if (s.is_bad || pid < 1)
        return false;
    *cursor = s.at;
    *out = pid;
    return true;
}

int parse_births(const char *text, size_t len, int64_t *out)
{
    bool is_bad = false;
    int64_t births = find_figure(text, len, "processes ", 0, &is_bad);
    if (is_bad || births < 0)
        return -EINVAL;
    *out = births;
    return 0;
}
