#include "labkit/facts.h"

#include "labkit/internal.h"
#include "labkit/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { HIGH_FD = 250, NAME_COLUMNS = 26 };

const char *fact_how_name(enum fact_how how)
{
    static const char *const names[] = {"exact", "sampled", "estimate", "bound"};

    return names[how];
}

int move_high(int fd)
{
    struct rlimit limit;
    int wanted = HIGH_FD;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= HIGH_FD)
        wanted = (int)limit.rlim_cur - 4; /* there are two of them at most */
    int high = fcntl(fd, F_DUPFD_CLOEXEC, wanted);
    if (high == -1) { /* then where it is */
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        return fd;
    }
    close(fd);
    return high;
}

int facts_take_fd(void)
{
    const char *text = getenv("PROCLAB_FACTS_FD");
    char *end;

    if (text == NULL)
        return -1;
    long fd = strtol(text, &end, 10);
    bool is_number = end != text && *end == '\0' && fd > 2 && fd < 1 << 20;
    unsetenv("PROCLAB_FACTS_FD"); /* frees text */
    if (!is_number || fcntl((int)fd, F_GETFD) == -1)
        return -1;
    return move_high((int)fd);
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, bytes, n);

        if (put == -1 && errno == EINTR)
            continue;
        if (put == -1)
            return false;
        bytes += put;
        n -= (size_t)put;
    }
    return true;
}

void facts_emit(struct lab *lab, json_t *object)
{
    char *line = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    size_t len = line == NULL ? 0 : strlen(line);

    json_decref(object);
    if (line == NULL) {
        lab->is_write_failed = true;
        return;
    }
    line[len] = '\n'; /* in the NUL's place: one write, one line */
    if (lab->facts_fd != -1)
        write_all(lab->facts_fd, line, len + 1);
    if (lab->json && !write_all(STDOUT_FILENO, line, len + 1))
        lab->is_write_failed = true;
    free(line);
}

/*
 * "  capacity                65,536 bytes (exact: fcntl(F_GETPIPE_SZ))", wrapped below the value; or
 * "  capacity: ..." on a narrow terminal and with a long name.
 */
static void print_fact(const char *name, const char *shown, const char *how, const char *note)
{
    char first[128], rest[NAME_COLUMNS + 1], *text = NULL;
    int columns = text_columns(STDOUT_FILENO);
    bool is_wide = columns >= 60 && strlen(name) + 3 <= NAME_COLUMNS;

    if (is_wide)
        snprintf(first, sizeof first, "  %-*s", NAME_COLUMNS - 2, name);
    else
        snprintf(first, sizeof first, "  %s: ", name);
    for (char *c = first; *c != '\0'; c++)
        if (*c == '_')
            *c = ' ';
    snprintf(rest, sizeof rest, "%*s", is_wide ? NAME_COLUMNS : 6, "");
    if (asprintf(&text, "%s (%s: %s)", shown, how, note) == -1)
        return;
    text_wrap(stdout, columns, first, rest, text);
    free(text);
}

/* "65,536 bytes". Returns buf. */
static char *with_unit(char *buf, size_t len, const char *figure, const char *unit)
{
    snprintf(buf, len, "%s%s%s", figure, unit == NULL ? "" : " ", unit == NULL ? "" : unit);
    return buf;
}

/* shown: value and unit for a person. */
static void state_fact(struct lab *lab, const char *name, json_t *value, const char *unit,
                       const char *shown, const char *how, const char *note)
{
    if (lab->request != 0) {
        json_decref(value);
        return;
    }
    facts_emit(lab, json_pack("{s:s, s:o, s:s*, s:s*, s:s}", "fact", name, "value", value, "unit",
                              unit, "obtained", how, "note", note));
    if (!lab->json)
        print_fact(name, shown, how, note);
}

void fact_int(struct lab *lab, const char *name, long long value, const char *unit,
              enum fact_how how, const char *note)
{
    char figure[40], one[40], shown[80];

    with_unit(shown, sizeof shown, text_group(value, figure, sizeof figure),
              text_unit(value, unit, one, sizeof one));
    state_fact(lab, name, json_integer(value), unit, shown, fact_how_name(how), note);
}

void fact_real(struct lab *lab, const char *name, double value, const char *unit, enum fact_how how,
               const char *note)
{
    char figure[40], shown[80];

    with_unit(shown, sizeof shown, text_real(value, figure, sizeof figure), unit);
    state_fact(lab, name, json_real(value), unit, shown, fact_how_name(how), note);
}

void fact_text(struct lab *lab, const char *name, const char *value, enum fact_how how,
               const char *note)
{
    state_fact(lab, name, json_string(value), NULL, value, fact_how_name(how), note);
}

void fact_unknown(struct lab *lab, const char *name, const char *unit, const char *why)
{
    char shown[80];

    state_fact(lab, name, json_null(), unit, with_unit(shown, sizeof shown, "?", unit), "unknown",
               why);
}

void fact_region(struct lab *lab, const char *name, pid_t pid, const void *start, size_t bytes)
{
    char address[24], value[64], size[40];

    if (lab->request != 0)
        return;
    snprintf(address, sizeof address, "0x%jx", (uintmax_t)(uintptr_t)start);
    facts_emit(lab, json_pack("{s:s, s:I, s:s, s:I}", "region", name, "pid", (json_int_t)pid,
                              "start", address, "bytes", (json_int_t)bytes));
    if (lab->json)
        return;
    snprintf(value, sizeof value, "%s bytes from %s",
             text_group((long long)bytes, size, sizeof size), address);
    print_fact(name, value, fact_how_name(FACT_EXACT), "the address that the program has");
}
