#include "cmd/lab_facts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A lab that writes without end must take neither our memory (a longer line is passed over) nor our
 * time.
 */
enum { LONGEST_LINE = 64 * 1024, READS_A_LOOK = 16 };

static bool look(struct narrator *narrator, const struct narration **narration)
{
    struct lab_facts *facts = (struct lab_facts *)narrator; /* its first member */
    bool has_news = lab_facts_look(facts);
    *narration = facts->narration.title ? &facts->narration : NULL;
    return has_news;
}

int lab_facts_init(struct lab_facts *facts)
{
    *facts = (struct lab_facts){.narrator = {.look = look}};
    facts->fd = memfd_create("proclab-facts", MFD_CLOEXEC);
    if (facts->fd < 0)
        return -errno;
    /* Several processes of a lab may write: each line lands at the end. */
    if (fcntl(facts->fd, F_SETFL, O_APPEND) < 0) {
        int error = -errno;
        lab_facts_fini(facts);
        return error;
    }
    return 0;
}

void lab_facts_fini(struct lab_facts *facts)
{
    if (facts->fd >= 0)
        close(facts->fd);
    free(facts->rest);
    *facts = (struct lab_facts){.fd = -1};
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
                                                         const char *format, ...)
{
    size_t n = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + n, size - n, format, args);
    va_end(args);
    /* Cut at a whole character. */
    n = strlen(text);
    if (n + 1 == size) {
        while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
            n--;
        if (n > 0 && (unsigned char)text[n - 1] >= 0xc0)
            text[n - 1] = '\0';
    }
}

static const char *get_string(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void show_text(struct lab_facts *facts)
{
    facts->narration.title = facts->title[0] ? facts->title : NULL;
    facts->narration.text = facts->text[0] ? facts->text : NULL;
}

static void append_sentence(struct lab_facts *facts, const char *words)
{
    size_t n = strlen(words);
    if (n == 0)
        return;
    bool has_end = strchr(".?!:", words[n - 1]) != NULL;
    append(facts->text, sizeof facts->text, "%s%c%s%s", facts->text[0] ? " " : "",
           toupper((unsigned char)words[0]), words + 1, has_end ? "" : ".");
}

static void take_act(struct lab_facts *facts, const json_t *object)
{
    int act = (int)json_integer_value(json_object_get(object, "act"));
    int of = (int)json_integer_value(json_object_get(object, "of"));
    const char *state = get_string(object, "state"), *says = get_string(object, "says"),
               *asks = get_string(object, "asks");
    bool is_asking = strcmp(state, "ask") == 0, is_done = strcmp(state, "done") == 0;
    if (act != facts->act)
        facts->facts[0] = '\0';
    if (act != facts->act || is_asking || (facts->is_done && !is_done)) {
        facts->narration.n_begun++;
        facts->narration.subject = view_subject_of(get_string(object, "shows"));
    }
    facts->act = act;
    facts->is_done = is_done;
    facts->title[0] = facts->text[0] = '\0';
    append(facts->title, sizeof facts->title, "Act %d of %d: %s", act, of,
           get_string(object, "title"));
    if (is_done && facts->facts[0])
        append(facts->text, sizeof facts->text, "%s", facts->facts);
    else
        append_sentence(facts, says);
    if (is_asking)
        append_sentence(facts, asks);
    facts->is_holding = strcmp(state, "hold") == 0;
    facts->narration.awaits_enter = json_is_true(json_object_get(object, "awaits_enter"));
    show_text(facts);
}

/* "capacity: 65536 bytes (exact)" */
static void take_fact(struct lab_facts *facts, const json_t *object)
{
    json_t *value = json_object_get(object, "value");
    char *words =
        json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    const char *unit = get_string(object, "unit"), *obtained = get_string(object, "obtained"),
               *note = get_string(object, "note");
    append(facts->facts, sizeof facts->facts, "%s%s: %s%s%s", facts->facts[0] ? "; " : "",
           get_string(object, "fact"),
           json_is_string(value) ? json_string_value(value)
           : words               ? words
                                 : "?",
           *unit ? " " : "", unit);
    if (*obtained && strcmp(obtained, "exact") != 0)
        append(facts->facts, sizeof facts->facts, " (%s)", obtained);
    if (*note)
        append(facts->facts, sizeof facts->facts, ", %s", note);
    free(words);
    facts->text[0] = '\0';
    append(facts->text, sizeof facts->text, "%s", facts->facts);
    show_text(facts);
}

static void take_region(struct lab_facts *facts, const json_t *object)
{
    json_int_t pid = json_integer_value(json_object_get(object, "pid"));
    json_int_t bytes = json_integer_value(json_object_get(object, "bytes"));
    const char *start = get_string(object, "start");
    char *end;
    errno = 0;
    unsigned long long address = strtoull(start, &end, 16);
    if (pid <= 0 || pid > INT_MAX || bytes <= 0 || errno || end == start || *end)
        return;
    facts->region_name[0] = '\0';
    append(facts->region_name, sizeof facts->region_name, "%s", get_string(object, "region"));
    facts->narration.region = (struct narrated_region){
        .name = facts->region_name,
        .pid = (pid_t)pid,
        .start = address,
        .bytes = (uint64_t)bytes,
    };
}

void lab_facts_take_line(struct lab_facts *facts, const char *line, size_t len)
{
    json_t *object = json_loadb(line, len, 0, NULL);
    if (json_object_get(object, "act"))
        take_act(facts, object);
    else if (json_object_get(object, "fact"))
        take_fact(facts, object);
    else if (json_object_get(object, "region"))
        take_region(facts, object);
    else if (json_is_true(json_object_get(object, "end")))
        facts->narration.awaits_enter = false;
    json_decref(object);
}

/* Take the whole lines out of rest. */
static void take_lines(struct lab_facts *facts)
{
    size_t begin = 0;
    char *end;
    while ((end = memchr(facts->rest + begin, '\n', facts->n_rest - begin))) {
        size_t len = (size_t)(end - facts->rest) - begin;
        lab_facts_take_line(facts, facts->rest + begin, len);
        begin += len + 1;
    }
    facts->n_rest -= begin;
    memmove(facts->rest, facts->rest + begin, facts->n_rest);
    if (facts->n_rest == LONGEST_LINE)
        facts->n_rest = 0;
}

bool lab_facts_look(struct lab_facts *facts)
{
    bool came = false;
    if (!facts->rest && !(facts->rest = malloc(LONGEST_LINE)))
        return false;
    /* pread: the offset is shared with whoever writes. */
    for (int i = 0; i < READS_A_LOOK; i++) {
        ssize_t n = pread(facts->fd, facts->rest + facts->n_rest, LONGEST_LINE - facts->n_rest,
                          facts->position);
        if (n <= 0)
            break;
        facts->position += n;
        facts->n_rest += (size_t)n;
        take_lines(facts);
        came = true;
    }
    return came;
}
