/*
 * Task records of perf_event_open(2): one dummy event a CPU, of everybody where that is allowed,
 * else of root and of whoever inherits it. An event that is inherited costs each fork some 10 us
 * more, as it is copied; and it is one a CPU all the same, since one for all CPUs that is inherited
 * has no ring. They carry no exit status.
 */
#include "proc/feed.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Pages of a ring, powers of two. An ordinary user may lock 516 KiB a CPU for all rings together. */
enum { RING_PAGES_MOST = 32, RING_PAGES_LEAST = 4 };

/*
 * Every task that ends wakes who polls the event that it inherited, whatever the watermark says: a
 * clock is cheaper. A CPU makes less than this: 20,000 forks a second are three records of 64 bytes
 * each.
 */
enum { RECORD_BYTES_PER_MS_MOST = 8 << 10 };

struct ring {
    int event_fd;
    struct perf_event_mmap_page *control;
    size_t bytes; /* of the data, which begins a page after control */
};

struct feed_perf {
    struct feed feed; /* first */
    struct ring *rings;
    size_t n;
    size_t page_bytes;
};

/* Any record of these fits; a longer one is none of those that were asked for. */
union raw_record {
    struct perf_event_header header;
    unsigned char bytes[256];
    struct {
        struct perf_event_header header;
        uint32_t pid, ppid, tid, ptid;
        uint64_t time_ns;
    } task;
    struct {
        struct perf_event_header header;
        uint32_t pid, tid;
        char comm[EVENT_COMM_BYTES];
    } comm;
    struct {
        struct perf_event_header header;
        uint64_t id, lost;
    } lost;
};

/* ---- a ring --------------------------------------------------------------------------------- */

/* Copy len bytes from position `at`, which counts from the ring's beginning of time. */
static void ring_copy(const struct ring *ring, size_t page_bytes, uint64_t at, void *to, size_t len)
{
    const unsigned char *data = (const unsigned char *)ring->control + page_bytes;
    size_t begin = (size_t)(at & (ring->bytes - 1)), first = ring->bytes - begin;
    if (first > len)
        first = len;
    memcpy(to, data + begin, first);
    memcpy((unsigned char *)to + first, data, len - first);
}

/* The time is what a record that has none of its own ends with (sample_id_all). */
static uint64_t trailing_time(const union raw_record *raw)
{
    uint64_t time_ns;
    memcpy(&time_ns, raw->bytes + raw->header.size - sizeof time_ns, sizeof time_ns);
    return time_ns;
}

/* False: it is of no interest. */
static bool translate(const union raw_record *raw, struct lifecycle_record *record)
{
    *record = (struct lifecycle_record){.status = -1};
    switch (raw->header.type) {
    case PERF_RECORD_FORK:
    case PERF_RECORD_EXIT:
        record->kind = raw->header.type == PERF_RECORD_FORK ? LIFECYCLE_FORK : LIFECYCLE_EXIT;
        record->time_ns = raw->task.time_ns;
        record->pid = (pid_t)raw->task.pid;
        record->tid = (pid_t)raw->task.tid;
        record->parent = (pid_t)raw->task.ppid;
        return true;
    case PERF_RECORD_COMM:
        record->kind = LIFECYCLE_EXEC;
        record->time_ns = trailing_time(raw);
        record->pid = (pid_t)raw->comm.pid;
        record->tid = (pid_t)raw->comm.tid;
        memcpy(record->comm, raw->comm.comm, sizeof record->comm);
        record->comm[sizeof record->comm - 1] = '\0';
        return raw->header.misc & PERF_RECORD_MISC_COMM_EXEC; /* else PR_SET_NAME */
    case PERF_RECORD_LOST:
        record->kind = LIFECYCLE_LOST;
        record->time_ns = trailing_time(raw);
        record->count = (int64_t)raw->lost.lost;
        return true;
    default:
        return false;
    }
}

static void ring_drain(const struct ring *ring, size_t page_bytes, struct feed_sink *sink)
{
    uint64_t tail = ring->control->data_tail;
    uint64_t head = __atomic_load_n(&ring->control->data_head, __ATOMIC_ACQUIRE);
    while (tail < head) {
        union raw_record raw = {0};
        struct lifecycle_record record;
        ring_copy(ring, page_bytes, tail, &raw.header, sizeof raw.header);
        size_t size = raw.header.size;
        if (size < sizeof raw.header || size > head - tail)
            break; /* never seen; it would be no ring of ours any more */
        if (size <= sizeof raw) {
            ring_copy(ring, page_bytes, tail, &raw, size);
            if (translate(&raw, &record))
                sink->put(sink, &record);
        }
        tail += size;
    }
    __atomic_store_n(&ring->control->data_tail, head, __ATOMIC_RELEASE);
}

/* ---- the feed ------------------------------------------------------------------------------- */

static void perf_drain(struct feed *feed, struct feed_sink *sink)
{
    struct feed_perf *p = (struct feed_perf *)feed;
    for (size_t i = 0; i < p->n; i++)
        ring_drain(&p->rings[i], p->page_bytes, sink);
}

static void perf_free(struct feed *feed)
{
    struct feed_perf *p = (struct feed_perf *)feed;
    for (size_t i = 0; i < p->n; i++) {
        munmap(p->rings[i].control, p->rings[i].bytes + p->page_bytes);
        close(p->rings[i].event_fd);
    }
    free(p->rings);
    free(p);
}

static int open_event(pid_t task, int cpu)
{
    struct perf_event_attr attr = {
        .size = sizeof attr,
        .type = PERF_TYPE_SOFTWARE,
        .config = PERF_COUNT_SW_DUMMY,
        .sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
        .task = 1,
        .comm = 1,
        .comm_exec = 1,
        .sample_id_all = 1,
        .use_clockid = 1,
        .clockid = CLOCK_BOOTTIME,
    };
    int fd = (int)syscall(SYS_perf_event_open, &attr, task, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* With as large a ring as may be had. task: -1 is everybody. */
static int open_ring(struct feed_perf *p, pid_t task, int cpu)
{
    int rc = -EPERM;
    for (size_t pages = RING_PAGES_MOST; pages >= RING_PAGES_LEAST; pages /= 2) {
        size_t bytes = pages * p->page_bytes;
        int fd = open_event(task, cpu);
        if (fd < 0)
            return fd;
        void *ring = mmap(NULL, bytes + p->page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (ring != MAP_FAILED) {
            int gather_ms = (int)(bytes / RECORD_BYTES_PER_MS_MOST);
            if (p->n == 0 || gather_ms < p->feed.gather_ms)
                p->feed.gather_ms = gather_ms;
            p->rings[p->n++] = (struct ring){.event_fd = fd, .control = ring, .bytes = bytes};
            return 0;
        }
        rc = -errno;
        close(fd);
        if (rc != -EPERM && rc != -ENOMEM)
            break;
    }
    return rc;
}

int feed_perf_open(pid_t root, struct feed **out)
{
    static const struct feed_ops ops = {
        .drain = perf_drain, .free = perf_free, .from = EVENTS_PERF};
    long n_cpus = sysconf(_SC_NPROCESSORS_CONF);
    struct feed_perf *p = calloc(1, sizeof *p);
    if (!p)
        return -ENOMEM;
    p->feed.ops = &ops;
    p->feed.fd = -1;
    p->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    p->rings = calloc((size_t)n_cpus, sizeof *p->rings);
    int rc = p->rings ? 0 : -ENOMEM;
    pid_t task = -1;
    for (int cpu = 0; rc == 0 && cpu < n_cpus; cpu++) {
        rc = open_ring(p, task, cpu);
        if (task != root && (rc == -EACCES || rc == -EPERM))
            rc = open_ring(p, task = root, cpu);
        if (rc == -ENODEV) /* it is switched off */
            rc = 0;
    }
    if (rc == 0 && p->n == 0)
        rc = -ENODEV;
    if (rc < 0)
        perf_free(&p->feed);
    else
        *out = &p->feed;
    return rc;
}
