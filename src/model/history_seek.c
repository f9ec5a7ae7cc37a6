#include "model/history_seek.h"

#include "model/history_parts.h"

uint64_t history_oldest_number(const struct history *h)
{
    return h->entries.dropped;
}

size_t history_index_of(const struct history *h, uint64_t number)
{
    if (number <= h->entries.dropped || h->entries.n == 0)
        return 0;
    uint64_t index = number - h->entries.dropped;
    return index < h->entries.n ? (size_t)index : h->entries.n - 1;
}

size_t history_index_at(const struct history *h, uint64_t time_ns)
{
    size_t low = 0, high = h->entries.n; /* the answer is the one before the first that is later */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history_entry(h, middle)->s->time_ns <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : 0;
}

const struct event *history_events(const struct history *h, size_t first, size_t last, size_t *n)
{
    *n = 0;
    if (last >= h->entries.n || first > last)
        return NULL;
    uint64_t begin = history_entry(h, first)->first_event, end = history_entry(h, last)->end_event;
    *n = (size_t)(end - begin);
    return *n ? window_row(&h->events, sizeof(struct event), (size_t)(begin - h->events.dropped))
              : NULL;
}

static bool is_worth_a_stop(enum event_kind kind)
{
    return kind == EVENT_FORK || kind == EVENT_EXEC || kind == EVENT_EXIT ||
           kind == EVENT_PIPE_OPENED || kind == EVENT_PIPE_CLOSED;
}

bool history_is_eventful(const struct history *h, size_t index)
{
    const struct entry *e = history_entry(h, index);
    for (uint64_t i = e->first_event; i < e->end_event; i++) {
        const struct event *event =
            window_row(&h->events, sizeof *event, (size_t)(i - h->events.dropped));
        if (is_worth_a_stop(event->kind))
            return true;
    }
    return false;
}

bool history_find_eventful(const struct history *h, size_t index, int direction, size_t *found)
{
    size_t i = index;
    while (direction < 0 ? i > 0 : i + 1 < h->entries.n) {
        i += direction < 0 ? (size_t)-1 : 1;
        if (history_is_eventful(h, i)) {
            *found = i;
            return true;
        }
    }
    return false;
}
