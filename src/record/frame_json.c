#include "record/frame_json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- columns ------------------------------------------------------------------------------ */

json_t *columns_to_json(void)
{
    json_t *all = json_object();
    for (int id = 0; id < N_TABLES; id++) {
        json_t *names = json_array();
        for (size_t i = 0; i < tables[id].n_columns; i++)
            json_array_append_new(names, json_string(tables[id].columns[i].name));
        json_object_set_new(all, tables[id].name, names);
    }
    return all;
}

static int find_column(const struct table *t, const char *name)
{
    for (size_t i = 0; name && i < t->n_columns; i++)
        if (strcmp(t->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

int columns_from_json(const json_t *json, struct column_map *map)
{
    for (int id = 0; id < N_TABLES; id++) {
        const json_t *names = json_object_get(json, tables[id].name);
        size_t n_found_keys = 0;
        map->n[id] = json_array_size(names);
        if (map->n[id] > TABLE_COLUMNS_MAX)
            return -EBADMSG;
        for (size_t i = 0; i < map->n[id]; i++) {
            int ours = find_column(&tables[id], json_string_value(json_array_get(names, i)));
            map->ours[id][i] = ours;
            n_found_keys += ours >= 0 && (size_t)ours < tables[id].n_keys;
        }
        if (map->n[id] && n_found_keys != tables[id].n_keys)
            return -EBADMSG;
    }
    return 0;
}

/* ---- to JSON ------------------------------------------------------------------------------ */

/* Lines are printed, not built: there is one place then where want of memory is seen, the stream. */

static void print_row(FILE *out, enum table_id id, const int64_t *row)
{
    for (size_t i = 0; i < tables[id].n_columns; i++)
        fprintf(out, "%c%" PRId64, i ? ',' : '[', row[i]);
    putc(']', out);
}

static int print_texts(FILE *out, const struct texts *texts, size_t n_known)
{
    if (n_known == texts->n)
        return 0;
    fputs(",\"texts\":", out);
    for (size_t number = n_known + 1; number <= texts->n; number++) {
        size_t len;
        const char *bytes = texts_get(texts, number, &len);
        json_t *text = text_to_json(bytes, len);
        putc(number == n_known + 1 ? '[' : ',', out);
        int error = text ? json_dumpf(text, out, JSON_COMPACT | JSON_ENCODE_ANY) : -1;
        json_decref(text);
        if (error)
            return -ENOMEM;
    }
    putc(']', out);
    return 0;
}

int frame_print_key(FILE *out, const struct frame *f, const struct texts *texts)
{
    fprintf(out, "{\"key\":%" PRIu64, f->time_ns);
    int error = print_texts(out, texts, 0);
    for (int id = 0; id < N_TABLES; id++) {
        fprintf(out, ",\"%s\":[", tables[id].name);
        for (size_t i = 0; i < f->tables[id].n; i++) {
            if (i)
                putc(',', out);
            print_row(out, id, frame_row(f, id, i));
        }
        putc(']', out);
    }
    putc('}', out);
    return error;
}

/* What a change says of one table, in its order: a list each, begun when there is something. */
enum part { PART_SET, PART_GONE, PART_NEW, N_PARTS };

struct printing {
    FILE *out;
    enum table_id id;
    bool has_table; /* its name is printed */
    bool has_list;
};

static void begin_item(struct printing *p, enum part part)
{
    static const char *const names[N_PARTS] = {"set", "gone", "new"};
    if (!p->has_table)
        fprintf(p->out, ",\"%s\":{", tables[p->id].name);
    else if (!p->has_list)
        putc(',', p->out);
    if (!p->has_list)
        fprintf(p->out, "\"%s\":[", names[part]);
    else
        putc(',', p->out);
    p->has_table = p->has_list = true;
}

/* What is to be added, as these are shorter than what they lead to: an hour is a third smaller. */
static void print_set(struct printing *p, size_t index, const int64_t *before, const int64_t *row)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < tables[p->id].n_columns; i++)
        mask |= (uint64_t)(before[i] != row[i]) << i;
    if (!mask)
        return;
    begin_item(p, PART_SET);
    fprintf(p->out, "[%zu,%" PRIu64, index, mask);
    for (size_t i = 0; i < tables[p->id].n_columns; i++)
        if (before[i] != row[i])
            fprintf(p->out, ",%" PRId64, (int64_t)((uint64_t)row[i] - (uint64_t)before[i]));
    putc(']', p->out);
}

/* Both have their rows in order. */
static void print_part(struct printing *p, enum part part, const struct frame *before,
                       const struct frame *f)
{
    enum table_id id = p->id;
    size_t n_before = before->tables[id].n, n = f->tables[id].n;
    p->has_list = false;
    for (size_t i = 0, j = 0; i < n_before || j < n;) {
        int order = i == n_before ? 1
                    : j == n      ? -1
                             : frame_compare(id, frame_row(before, id, i), frame_row(f, id, j));
        if (order == 0 && part == PART_SET)
            print_set(p, i, frame_row(before, id, i), frame_row(f, id, j));
        if (order < 0 && part == PART_GONE) {
            begin_item(p, part);
            fprintf(p->out, "%zu", i);
        }
        if (order > 0 && part == PART_NEW) {
            begin_item(p, part);
            print_row(p->out, id, frame_row(f, id, j));
        }
        i += order <= 0;
        j += order >= 0;
    }
    if (p->has_list)
        putc(']', p->out);
}

int frame_print_change(FILE *out, const struct frame *before, const struct frame *f,
                       const struct texts *texts, size_t n_known_texts)
{
    fprintf(out, "{\"change\":%" PRIu64, f->time_ns);
    int error = print_texts(out, texts, n_known_texts);
    for (int id = 0; id < N_TABLES; id++) {
        struct printing p = {.out = out, .id = id};
        for (int part = 0; part < N_PARTS; part++)
            print_part(&p, part, before, f);
        if (p.has_table)
            putc('}', out);
    }
    putc('}', out);
    return error;
}

/* ---- from JSON ----------------------------------------------------------------------------- */

struct reading {
    const struct column_map *map;
    struct frame *f;
    enum table_id id;
};

/* A whole number that is an index below n. */
static bool get_index(const json_t *json, size_t n, size_t *index)
{
    json_int_t value = json_integer_value(json);
    *index = (size_t)value;
    return json_is_integer(json) && value >= 0 && (uint64_t)value < n;
}

static int read_row(const struct reading *r, const json_t *cells)
{
    const size_t n = r->map->n[r->id];
    if (!json_is_array(cells) || json_array_size(cells) != n)
        return -EBADMSG;
    int64_t *row = frame_add_row(r->f, r->id);
    if (!row)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *cell = json_array_get(cells, i);
        if (!json_is_integer(cell))
            return -EBADMSG;
        if (r->map->ours[r->id][i] >= 0)
            row[r->map->ours[r->id][i]] = json_integer_value(cell);
    }
    return 0;
}

static int read_rows(const struct reading *r, const json_t *list)
{
    if (list && !json_is_array(list))
        return -EBADMSG;
    int error = 0;
    for (size_t i = 0; i < json_array_size(list) && !error; i++)
        error = read_row(r, json_array_get(list, i));
    return error;
}

/* [ROW, COLUMNS, ADDEND ...] */
static int read_set(const struct reading *r, const json_t *cells)
{
    size_t index, mask, at = 2;
    if (!get_index(json_array_get(cells, 0), r->f->tables[r->id].n, &index) ||
        !get_index(json_array_get(cells, 1), (size_t)1 << r->map->n[r->id], &mask))
        return -EBADMSG;
    int64_t *row = frame_row(r->f, r->id, index);
    for (size_t column = 0; column < r->map->n[r->id]; column++) {
        if (!(mask >> column & 1))
            continue;
        const json_t *addend = json_array_get(cells, at++);
        int ours = r->map->ours[r->id][column];
        if (!json_is_integer(addend) || (ours >= 0 && (size_t)ours < tables[r->id].n_keys))
            return -EBADMSG; /* another key is another row */
        if (ours >= 0)
            row[ours] = (int64_t)((uint64_t)row[ours] + (uint64_t)json_integer_value(addend));
    }
    return at == json_array_size(cells) ? 0 : -EBADMSG;
}

/* Rows are taken out: their indices ascend. */
static int read_gone(const struct reading *r, const json_t *list)
{
    struct rows *rows = &r->f->tables[r->id];
    size_t n_columns = tables[r->id].n_columns, n_kept = 0, next = 0, index;
    for (size_t i = 0; i <= json_array_size(list); i++) {
        index = rows->n;
        if (i < json_array_size(list) && !get_index(json_array_get(list, i), rows->n, &index))
            return -EBADMSG;
        if (index < next)
            return -EBADMSG;
        memmove(rows->cells + n_kept * n_columns, rows->cells + next * n_columns,
                (index - next) * n_columns * sizeof *rows->cells);
        n_kept += index - next;
        next = index + 1;
    }
    rows->n = n_kept;
    return 0;
}

/* Put the last rows, from `first` on, where they belong among the others; both are in order. */
static int merge_rows(const struct reading *r, size_t first)
{
    struct rows *rows = &r->f->tables[r->id];
    size_t width = tables[r->id].n_columns, n_new = rows->n - first;
    if (n_new == 0)
        return 0;
    int64_t *fresh = malloc(n_new * width * sizeof *fresh);
    if (!fresh)
        return -ENOMEM;
    memcpy(fresh, rows->cells + first * width, n_new * width * sizeof *fresh);
    for (size_t i = first, j = n_new, at = rows->n; j > 0;) {
        const int64_t *row = fresh + (j - 1) * width;
        const int64_t *old_row = i > 0 ? rows->cells + (i - 1) * width : NULL;
        bool takes_old = old_row && frame_compare(r->id, old_row, row) > 0;
        memmove(rows->cells + --at * width, takes_old ? old_row : row, width * sizeof *row);
        if (takes_old)
            i--;
        else
            j--;
    }
    free(fresh);
    return 0;
}

static int read_difference(const struct reading *r, const json_t *table)
{
    const json_t *set = json_object_get(table, "set");
    int error = json_is_object(table) ? 0 : -EBADMSG;
    for (size_t i = 0; i < json_array_size(set) && !error; i++)
        error = read_set(r, json_array_get(set, i));
    if (!error && json_object_get(table, "gone"))
        error = read_gone(r, json_object_get(table, "gone"));
    size_t first = r->f->tables[r->id].n;
    if (!error)
        error = read_rows(r, json_object_get(table, "new"));
    return error ? error : merge_rows(r, first);
}

static int read_time(const json_t *value, struct frame *f)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return -EBADMSG;
    f->time_ns = (uint64_t)json_integer_value(value);
    return 0;
}

static int read_texts(const json_t *list, struct texts *texts)
{
    if (list && !json_is_array(list))
        return -EBADMSG;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char *bytes;
        size_t len;
        int error = text_from_json(json_array_get(list, i), &bytes, &len);
        if (error)
            return error;
        error = texts_append(texts, bytes, len);
        free(bytes);
        if (error)
            return error == -EMSGSIZE ? -EBADMSG : error;
    }
    return 0;
}

int frame_from_key(const json_t *line, const struct column_map *map, struct frame *f,
                   struct texts *texts)
{
    frame_clear(f);
    texts_fini(texts);
    int error = read_time(json_object_get(line, "key"), f);
    if (!error)
        error = read_texts(json_object_get(line, "texts"), texts);
    for (int id = 0; id < N_TABLES && !error; id++)
        error = read_rows(&(struct reading){map, f, id}, json_object_get(line, tables[id].name));
    return error;
}

int frame_from_change(const json_t *line, const struct column_map *map, struct frame *f,
                      struct texts *texts)
{
    int error = read_time(json_object_get(line, "change"), f);
    if (!error)
        error = read_texts(json_object_get(line, "texts"), texts);
    for (int id = 0; id < N_TABLES && !error; id++) {
        const json_t *table = json_object_get(line, tables[id].name);
        if (table)
            error = read_difference(&(struct reading){map, f, id}, table);
    }
    return error;
}
