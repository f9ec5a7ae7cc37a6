#include "record/narration_json.h"

#include "record/texts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECTS_MAX = 9 };

static const char *keep_text(char *buf, size_t size, const char *text)
{
    if (!text)
        return NULL;
    snprintf(buf, size, "%s", text);
    return buf;
}

void narration_keep(struct narration_copy *copy, const struct narration *narration)
{
    copy->narration = *narration;
    copy->narration.title = keep_text(copy->title, sizeof copy->title, narration->title);
    copy->narration.text = keep_text(copy->text, sizeof copy->text, narration->text);
    copy->narration.region.name =
        keep_text(copy->region_name, sizeof copy->region_name, narration->region.name);
}

static json_t *text_or_null(const char *text)
{
    return text ? text_to_json(text, strlen(text)) : json_null();
}

static json_t *region_to_json(const struct narrated_region *r)
{
    if (r->pid <= 0)
        return json_null();
    return json_pack("{s:o, s:i, s:I, s:I}", "name", text_or_null(r->name ? r->name : ""), "pid",
                     (int)r->pid, "start", (json_int_t)r->start, "bytes", (json_int_t)r->bytes);
}

json_t *narration_to_json(const struct narration *n)
{
    return json_pack("{s:o, s:o, s:b, s:I, s:i, s:o}", "title", text_or_null(n->title), "text",
                     text_or_null(n->text), "awaits_enter", n->awaits_enter, "n_begun",
                     (json_int_t)n->n_begun, "subject", n->subject, "region",
                     region_to_json(&n->region));
}

/* A text, or NULL for null; *text is the caller's to free. */
static int take_text(const json_t *json, char **text)
{
    size_t len;
    *text = NULL;
    return !json || json_is_null(json) ? 0 : text_from_json(json, text, &len);
}

static int take_region(const json_t *json, struct narrated_region *r, char **name)
{
    json_int_t pid = json_integer_value(json_object_get(json, "pid"));
    json_int_t bytes = json_integer_value(json_object_get(json, "bytes"));
    if (!json || json_is_null(json))
        return 0;
    if (pid < 1 || pid > INT_MAX || bytes < 0)
        return -EBADMSG;
    r->pid = (pid_t)pid;
    r->bytes = (uint64_t)bytes;
    r->start = (uint64_t)json_integer_value(json_object_get(json, "start"));
    return take_text(json_object_get(json, "name"), name);
}

int narration_from_json(const json_t *json, struct narration_copy *copy)
{
    char *title = NULL, *text = NULL, *name = NULL;
    struct narration n = {.awaits_enter = json_is_true(json_object_get(json, "awaits_enter"))};
    json_int_t n_begun = json_integer_value(json_object_get(json, "n_begun"));
    json_int_t subject = json_integer_value(json_object_get(json, "subject"));
    int error = !json_is_object(json) || n_begun < 0 || n_begun > UINT_MAX || subject < 0 ||
                        subject > SUBJECTS_MAX
                    ? -EBADMSG
                    : 0;
    if (!error)
        error = take_text(json_object_get(json, "title"), &title);
    if (!error)
        error = take_text(json_object_get(json, "text"), &text);
    if (!error)
        error = take_region(json_object_get(json, "region"), &n.region, &name);
    n.n_begun = (unsigned)n_begun;
    n.subject = (int)subject;
    n.title = title;
    n.text = text;
    n.region.name = n.region.pid ? name ? name : "" : NULL;
    if (!error)
        narration_keep(copy, &n);
    free(title);
    free(text);
    free(name);
    return error;
}
