#include "record/lines.h"
#include "record/recording.h"
#include "support/snapshot_builder.h"
#include "support/snapshot_compare.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { N_LOOKS = 250 };

/* Pages are looked at for a while: of one process, then of two. One of these may not be read. */
static void add_regions(struct snapshot *s, int i)
{
    int n = i / 10 % 4;
    for (int k = 0; k < n && k < 2; k++) {
        struct region *r = snapshot_add_region(s, k ? 11 : 10);
        r->start = k ? UINT64_C(0xffffffffff600000) : 0x7f0000000000;
        r->error = k && n == 3 ? 13 : 0;
        if (r->error)
            continue;
        size_t n_cells = n == 1 ? 1024 : 64;
        r->bytes = n_cells * 4096;
        r->page_bytes = 4096;
        r->obtained = k ? OBTAINED_ESTIMATE : OBTAINED_EXACT;
        r->pages_per_cell = 1 + k;
        r->pages_read = (int64_t)n_cells;
        r->private_pages = i % 5;
        r->shared_pages = r->absent_pages = 60 - i % 5;
        r->swapped_pages = k ? -1 : 0;
        r->rss_bytes = 4096 * i;
        r->pss_bytes = k ? -1 : 4096 * i;
        r->name_text = i % 2 ? snapshot_add_text(s, "[heap]", 6) : 0;
        uint8_t *cells = snapshot_add_cells(s, n_cells);
        for (size_t c = 0; c < n_cells; c++)
            cells[c] = (uint8_t)((c + (size_t)(i / 3)) % (PAGE_MIXED + 1));
    }
}

/* All sorts of figures; whose they are comes and goes. */
static void add_details(struct snapshot *s, int i)
{
    for (int k = 0; k < i / 20 % 3; k++) {
        struct details *d = snapshot_add_details(s, 10 + k);
        d->signals = (struct signal_sets){.blocked = UINT64_MAX - (uint64_t)i, .caught = 1};
        d->has_signals = d->has_capabilities = i % 2;
        d->capabilities = (UINT64_C(1) << 63) + (uint64_t)i;
        d->uids[ID_SAVED] = 4294967295;
        d->gids[ID_EFFECTIVE] = i;
        d->umask = 022;
        d->seccomp = k + 1;
        d->rss_file_bytes = 4096 * i;
        d->limits[LIMIT_OPEN_FILES] = (struct limit){1024, 4096};
        d->limits[LIMIT_CPU] = (struct limit){i % 2 ? LIMIT_NONE : 7, LIMIT_NONE};
        d->limits_error = i % 9 ? 0 : 13;
        d->maps[MAP_OF_KERNEL] = (struct map_sum){3, 12288};
        d->maps[MAP_OF_PROGRAM].bytes = i * 4096;
        d->environment_variables = i;
        d->folder_text = snapshot_add_text(s, "/a\xff", 3);
        d->groups_text = i % 3 ? snapshot_add_text(s, "4 24", 4) : 0;
    }
}

/* A story in which rows come, change and go in each table, and texts are no UTF-8. */
static struct snapshot *make_look(int i)
{
    char text[1200];
    int n = snprintf(text, sizeof text,
                     "snap time_ms=%d root=10 births=%d hidden=0; pipe a fill=%d cap=65536;"
                     "fifo 900 path=/tmp/f fill=0 cap=4096; pair 700 701 fill=%d fill2=0;"
                     "10 1 sh wait args=sh,-c,x 4>a 5=700 6<>900;"
                     "11 10 b\xff\xc3%d read(0) 0<a vol=%d run_ns=%d",
                     1000 + i * 100, 500 + i, i * 16, i % 3, i % 7, i, i * 1000);
    if (i % 5 == 0)
        n += snprintf(text + n, sizeof text - (size_t)n, ";9 10 early zombie=%d", i % 2 ? 9 : 768);
    if (i % 2)
        n += snprintf(text + n, sizeof text - (size_t)n,
                      ";%d 11 late run +%d:run +%d:futex 1>a 2:tty", 12 + i % 4, 12 + i % 4,
                      3000 + i);
    if (i % 3 == 0)
        n += snprintf(text + n, sizeof text - (size_t)n,
                      ";fork 10 4000;exec 4000 e\xff%d;exit 4000 %d time_ms=%d;lost %d", i, i % 256,
                      1000 + i * 100, i);
    if (i % 4 == 0)
        n += snprintf(text + n, sizeof text - (size_t)n, ";snap exact connector");
    struct snapshot *s = build_snapshot(text);
    add_regions(s, i);
    add_details(s, i);
    return s;
}

static int make_file(void)
{
    int fd = memfd_create("recording", MFD_CLOEXEC);
    cr_assert(fd >= 0);
    return fd;
}

/* An act begins every seven looks, from look 3 on; from the second on each states a region, every
   third only of which process. */
static struct narration make_narration(int i)
{
    static char title[40];
    int n = i < 3 ? 0 : (i - 3) / 7 + 1;
    bool has_place = n > 1 && n % 3 != 0;
    snprintf(title, sizeof title, "Act %d: \xff", n);
    return (struct narration){
        .title = n ? title : NULL,
        .text = n % 2 ? "Look\nthere." : NULL,
        .awaits_enter = n % 3 == 1,
        .n_begun = (unsigned)n,
        .subject = n % 6,
        .region = {.name = n > 1 ? "buffer" : NULL,
                   .pid = n > 1 ? 10 : 0,
                   .start = has_place ? UINT64_C(0xffffffffff600000) : 0,
                   .bytes = has_place ? 4096 : 0},
    };
}

static int make_recording(bool is_packed, int n_looks)
{
    int fd = make_file();
    struct recording_header header;
    struct recording_writer *w;
    recording_header_init(&header, "a story", 10);
    cr_assert(recording_writer_open(fd, is_packed, &header, &w) == 0);
    for (int i = 0; i < n_looks; i++) {
        struct snapshot *s = make_look(i);
        struct narration narration = make_narration(i);
        if (i >= 3 && (i - 3) % 7 == 0)
            recording_writer_narration(w, &narration);
        cr_assert(recording_writer_look(w, s) == 0);
        cr_assert(recording_writer_output(w, s->time_ns, "\xe2\x82", 2) == 0);
        snapshot_free(s);
    }
    cr_assert(recording_writer_close(w, UINT64_C(99000000000), 768) == 0);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* How many looks can be read, each of them as it was written; -1: one is not. */
static int count_good(struct recording *r, int from)
{
    struct snapshot *s;
    int n = from;
    for (; source_next(recording_source(r), &s) == 0; n++) {
        struct snapshot *wanted = make_look(n);
        const char *difference = snapshot_difference(wanted, s);
        if (difference)
            cr_log_error("look %d: %s", n, difference);
        snapshot_free(wanted);
        snapshot_free(s);
        if (difference)
            return -1;
    }
    return n - from;
}

struct heard {
    struct recording_listener listener;
    int n_outputs, status;
};

static void hear_output(struct recording_listener *l, const char *bytes, size_t len)
{
    ((struct heard *)l)->n_outputs += len == 2 && memcmp(bytes, "\xe2\x82", 2) == 0;
}

static void hear_end(struct recording_listener *l, int wait_status)
{
    ((struct heard *)l)->status = wait_status;
}

/* ---- what the lab says ---- */

struct hearing {
    struct recording_listener listener;
    struct narration now;
    char title[40], text[40], name[40];
};

static void hear_narration(struct recording_listener *l, const struct narration *n)
{
    struct hearing *h = (struct hearing *)l;
    h->now = *n;
    snprintf(h->title, sizeof h->title, "%s", n->title ? n->title : "(none)");
    snprintf(h->text, sizeof h->text, "%s", n->text ? n->text : "(none)");
    snprintf(h->name, sizeof h->name, "%s", n->region.name ? n->region.name : "(none)");
}

static void expect_narration(const struct hearing *h, int i)
{
    struct narration n = make_narration(i);
    cr_expect(h->now.n_begun == n.n_begun && h->now.subject == n.subject, "look %d: act %u", i,
              h->now.n_begun);
    cr_expect(h->now.awaits_enter == n.awaits_enter, "look %d", i);
    cr_expect(h->now.region.pid == n.region.pid && h->now.region.start == n.region.start &&
                  h->now.region.bytes == n.region.bytes,
              "look %d", i);
    if (n.n_begun == 0)
        return;
    cr_expect(strcmp(h->title, n.title) == 0, "look %d: %s", i, h->title);
    cr_expect(strcmp(h->text, n.text ? n.text : "(none)") == 0, "look %d: %s", i, h->text);
    cr_expect(strcmp(h->name, n.region.name ? n.region.name : "(none)") == 0, "look %d", i);
}

/* After each look, be it read on or jumped to, it is what was said then. */
static void check_narration(bool is_packed)
{
    static const int jumps[] = {99, 0, 100, 101, 249, 2, 3, 150, 200};
    struct hearing h = {.listener = {.narration = hear_narration}};
    struct recording *r;
    enum recording_trouble trouble;
    struct snapshot *s;
    int fd = make_recording(is_packed, N_LOOKS);
    cr_assert(recording_open(fd, false, &h.listener, &r, &trouble) == 0);
    for (int i = 0; source_next(recording_source(r), &s) == 0; i++) {
        expect_narration(&h, i);
        snapshot_free(s);
    }
    for (size_t k = 0; k < sizeof jumps / sizeof jumps[0]; k++) {
        h.now = (struct narration){0};
        cr_assert(recording_seek(r, (uint64_t)jumps[k]) == 0);
        cr_assert(source_next(recording_source(r), &s) == 0);
        expect_narration(&h, jumps[k]);
        snapshot_free(s);
    }
    source_free(recording_source(r));
    close(fd);
}

Test(recording, gives_back_what_the_lab_said, .timeout = 20)
{
    check_narration(false);
    check_narration(true);
}

/* The task of a process that has no other and says the same is in its row; PID 12's says more. */
static struct snapshot *make_only_tasks(void)
{
    struct snapshot *s = snapshot_new();
    s->time_ns = 5;
    for (pid_t pid = 10; pid <= 12; pid++) {
        struct process *p = snapshot_add_process(s, pid);
        p->comm_text = snapshot_add_text(s, "worker", 6);
        p->state = 'S';
        p->run_ns = 1000 + pid;
        p->voluntary = 7;
        p->waiting = (struct waiting){
            .kind = WAIT_PIPE_READ, .fd = 3, .syscall_text = snapshot_add_text(s, "read", 4)};
        for (int i = 0; i < (pid == 11 ? 2 : 1); i++) {
            struct task *t = snapshot_add_task(s, pid + i * 100);
            t->comm_text = snapshot_add_text(s, "worker", 6);
            t->state = pid == 12 ? 'R' : 'S';
            t->run_ns = 1000 + pid;
            t->voluntary = 7;
            t->waiting = s->processes[s->n_processes - 1].waiting;
        }
    }
    snapshot_finish(s);
    return s;
}

Test(recording, an_only_task_is_not_told_twice, .timeout = 20)
{
    static char line[1 << 16];
    struct recording_header header;
    struct recording_writer *w;
    struct recording *r;
    enum recording_trouble trouble;
    int fd = make_file();
    struct snapshot *s = make_only_tasks(), *read;
    recording_header_init(&header, "t", 10);
    cr_assert(recording_writer_open(fd, false, &header, &w) == 0);
    cr_assert(recording_writer_look(w, s) == 0);
    recording_writer_close(w, 0, -1);
    cr_assert(pread(fd, line, sizeof line - 1, 0) > 0);
    const char *tasks = strstr(line, "\"tasks\":[[");
    cr_assert(tasks != NULL);
    cr_expect(strncmp(tasks + 9, "[11,11,", 7) == 0, "%.30s", tasks);
    cr_expect(strstr(tasks, "],[11,111,") && strstr(tasks, "],[12,12,"), "%s", tasks);
    lseek(fd, 0, SEEK_SET);
    cr_assert(recording_open(fd, false, NULL, &r, &trouble) == 0);
    cr_assert(source_next(recording_source(r), &read) == 0);
    const char *difference = snapshot_difference(s, read);
    cr_expect(difference == NULL, "%s", difference);
    snapshot_free(read);
    snapshot_free(s);
    source_free(recording_source(r));
    close(fd);
}

static void check_round_trip(bool is_packed, bool is_live)
{
    struct heard heard = {.listener = {.output = hear_output, .end = hear_end}};
    struct recording *r;
    enum recording_trouble trouble;
    uint64_t line;
    int fd = make_recording(is_packed, N_LOOKS);
    cr_assert(recording_open(fd, is_live, &heard.listener, &r, &trouble) == 0);
    cr_expect(strcmp(recording_header(r)->title, "a story") == 0);
    cr_expect(recording_header(r)->rate_hz == 10);
    cr_expect(count_good(r, 0) == N_LOOKS);
    cr_expect(recording_trouble(r, &line) == RECORDING_FINE);
    cr_expect(heard.n_outputs == N_LOOKS && heard.status == 768);
    source_free(recording_source(r));
    close(fd);
}

Test(recording, gives_back_what_was_seen, .timeout = 20)
{
    check_round_trip(false, false);
    check_round_trip(true, false);
    check_round_trip(false, true);
    check_round_trip(true, true);
}

static void check_jumps(bool is_packed)
{
    static const int jumps[] = {249, 0, 100, 99, 101, 200, 199, 7};
    struct recording *r;
    enum recording_trouble trouble;
    int fd = make_recording(is_packed, N_LOOKS);
    cr_assert(recording_open(fd, false, NULL, &r, &trouble) == 0);
    cr_expect(recording_count(r) == N_LOOKS);
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        cr_assert(recording_seek(r, (uint64_t)jumps[i]) == 0, "to %d", jumps[i]);
        cr_expect(count_good(r, jumps[i]) == N_LOOKS - jumps[i], "from %d", jumps[i]);
    }
    cr_expect(recording_seek(r, N_LOOKS) == -EINVAL);
    source_free(recording_source(r));
    close(fd);
}

Test(recording, is_jumped_in, .timeout = 20)
{
    check_jumps(false);
    check_jumps(true);
}

/* Cut after each byte: what can be read is right, and the cut is told. */
static void check_cuts(bool is_packed)
{
    enum { N = 6 };
    int fd = make_recording(is_packed, N);
    off_t len = lseek(fd, 0, SEEK_END);
    int most = 0;
    for (off_t at = len - 1; at >= 0; at--) {
        struct recording *r;
        enum recording_trouble trouble;
        uint64_t line;
        cr_assert(ftruncate(fd, at) == 0);
        lseek(fd, 0, SEEK_SET);
        int error = recording_open(fd, false, NULL, &r, &trouble);
        if (error) {
            cr_expect(error == -EBADMSG && trouble == RECORDING_NONE, "cut at %ld", (long)at);
            continue;
        }
        int n = count_good(r, 0);
        most = n > most ? n : most;
        trouble = recording_trouble(r, &line);
        source_free(recording_source(r));
        cr_assert(n >= 0, "cut at %ld", (long)at);
        cr_expect(trouble == RECORDING_CUT || (is_packed && trouble == RECORDING_FINE),
                  "cut at %ld: %d", (long)at, trouble);
    }
    cr_expect(most == N);
    close(fd);
}

Test(recording, can_be_cut_anywhere, .timeout = 60)
{
    check_cuts(false);
    check_cuts(true);
}

/* ---- what others wrote --------------------------------------------------------------------- */

#define HEADER(version)                                                                            \
    "{\"format\":\"proclab-recording\",\"version\":" version                                       \
    ",\"title\":\"t\",\"rate_hz\":10,\"ticks_per_s\":100,\"columns\":{\"look\":[\"root_pid\"],"    \
    "\"processes\":[\"color\",\"pid\",\"comm_text\",\"state\"],\"fds\":[\"pid\",\"fd\"]}}\n"
#define KEY                                                                                        \
    "{\"key\":5,\"texts\":[\"sh\"],\"look\":[[7]],\"processes\":[[3,7,1,82]],\"fds\":[[7,0]]}\n"

static enum recording_trouble read_text(const char *text, int *n_looks, uint64_t *line)
{
    struct recording *r;
    enum recording_trouble trouble;
    int fd = make_file();
    cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    lseek(fd, 0, SEEK_SET);
    *n_looks = 0;
    if (recording_open(fd, false, NULL, &r, &trouble) == 0) {
        struct snapshot *s;
        for (; source_next(recording_source(r), &s) == 0; ++*n_looks)
            snapshot_free(s);
        trouble = recording_trouble(r, line);
        source_free(recording_source(r));
    }
    close(fd);
    return trouble;
}

Test(recording, names_what_is_wrong, .timeout = 20)
{
    static const struct {
        const char *text;
        enum recording_trouble trouble;
        int n_looks;
        uint64_t line;
    } cases[] = {
        {"", RECORDING_NONE, 0, 0},
        {"hello\n", RECORDING_NONE, 0, 0},
        {"{\"format\":\"proclab-snapshot\",\"version\":1}\n", RECORDING_NONE, 0, 0},
        {HEADER("2"), RECORDING_NEWER, 0, 0},
        {HEADER("\"x\""), RECORDING_NONE, 0, 0},
        {HEADER("1") KEY "{\"end\":null}\n", RECORDING_FINE, 1, 3},
        {HEADER("1") KEY "{\"later\":1}\n{\"change\":6}\n{\"end\":0}\n", RECORDING_FINE, 2, 5},
        {HEADER("1") KEY, RECORDING_CUT, 1, 3},
        {HEADER("1") "{\"change\":6}\n", RECORDING_CORRUPT, 0, 2},
        {HEADER("1") KEY "{\"change\":4}\n", RECORDING_CORRUPT, 1, 3},
        {HEADER("1") KEY "garbage\n", RECORDING_CORRUPT, 1, 3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"set\":[[1,4,0]]}}\n", RECORDING_CORRUPT, 1,
         3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"set\":[[0,16,0]]}}\n", RECORDING_CORRUPT,
         1, 3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"set\":[[0,2,8]]}}\n", RECORDING_CORRUPT, 1,
         3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"set\":[[0,4,1]]}}\n", RECORDING_CORRUPT, 1,
         3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"gone\":[0]}}\n", RECORDING_CORRUPT, 1, 3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"gone\":[1]}}\n", RECORDING_CORRUPT, 1, 3},
        {HEADER("1") KEY "{\"change\":6,\"processes\":{\"new\":[[1,7,1,82]]}}\n", RECORDING_CORRUPT,
         1, 3},
        {HEADER("1") KEY "{\"change\":6,\"fds\":{\"new\":[[8,1]]}}\n", RECORDING_CORRUPT, 1, 3},
        {HEADER("1") KEY "{\"size\":[0,80]}\n", RECORDING_CORRUPT, 1, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int n_looks;
        uint64_t line = 0;
        enum recording_trouble trouble = read_text(cases[i].text, &n_looks, &line);
        cr_expect(trouble == cases[i].trouble, "case %zu: %d", i, trouble);
        cr_expect(n_looks == cases[i].n_looks, "case %zu: %d looks", i, n_looks);
        cr_expect(line == cases[i].line, "case %zu: line %d", i, (int)line);
    }
}

#define MEMORY_HEADER                                                                              \
    "{\"format\":\"proclab-recording\",\"version\":1,\"title\":\"t\",\"rate_hz\":10,"              \
    "\"ticks_per_s\":100,\"columns\":{\"look\":[\"root_pid\"],\"processes\":[\"pid\","             \
    "\"is_only_task\"],\"tasks\":[\"pid\",\"tid\"],\"regions\":[\"number\",\"pid\",\"bytes\","     \
    "\"page_bytes\",\"pages_per_cell\",\"cells\"]}}\n"
#define MEMORY(texts, regions)                                                                     \
    MEMORY_HEADER "{\"key\":5,\"texts\":[" texts "],\"look\":[[7]],\"processes\":[[7,1]],"         \
                  "\"regions\":[" regions "]}\n{\"end\":null}\n"

Test(recording, pages_that_cannot_be_are_refused, .timeout = 20)
{
    static const struct {
        const char *text;
        enum recording_trouble trouble;
    } cases[] = {
        {MEMORY("\"01234\"", "[0,7,20480,4096,1,1]"), RECORDING_FINE},
        {MEMORY("\"\"", "[0,7,20480,4096,1,0]"), RECORDING_FINE},
        {MEMORY("\"01235\"", "[0,7,20480,4096,1,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0 1\"", "[0,7,20480,4096,1,1]"), RECORDING_CORRUPT},
        {MEMORY("{\"bytes\":\"\\u00ff\"}", "[0,7,20480,4096,1,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,20480,4096,1,2]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,20480,4096,1,-1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,20480,0,1,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,0,4096,1,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,20480,4096,0,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,20480,4096,68719476737,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[1,7,20480,4096,1,1]"), RECORDING_CORRUPT},
        {MEMORY("\"0\"", "[0,7,20480,4096,1,1],[0,7,20480,4096,1,1]"), RECORDING_CORRUPT},
        {MEMORY_HEADER "{\"key\":5,\"look\":[[7]],\"processes\":[[7,2]]}\n", RECORDING_CORRUPT},
        {MEMORY_HEADER "{\"key\":5,\"look\":[[7]],\"processes\":[[7,1]],\"tasks\":[[7,7]]}\n",
         RECORDING_CORRUPT},
        {HEADER("1") "{\"key\":5,\"look\":[[7]],\"narration\":7}\n", RECORDING_CORRUPT},
        {HEADER("1") "{\"key\":5,\"look\":[[7]],\"narration\":{\"title\":7}}\n", RECORDING_CORRUPT},
        {HEADER("1") "{\"key\":5,\"look\":[[7]],\"narration\":{\"subject\":10}}\n",
         RECORDING_CORRUPT},
        {HEADER("1") "{\"key\":5,\"look\":[[7]],\"narration\":{\"region\":{\"pid\":0}}}\n",
         RECORDING_CORRUPT},
        {HEADER("1") "{\"key\":5,\"look\":[[7]],\"narration\":{}}\n{\"end\":null}\n",
         RECORDING_FINE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int n_looks;
        uint64_t line = 0;
        enum recording_trouble trouble = read_text(cases[i].text, &n_looks, &line);
        cr_expect(trouble == cases[i].trouble, "case %zu: %d", i, trouble);
        cr_expect(n_looks == (trouble == RECORDING_FINE), "case %zu: %d looks", i, n_looks);
    }
    static char many[4096];
    char zeros[1026] = "";
    for (size_t n = 1024; n <= 1025; n++) { /* as many as are written; one more */
        int n_looks;
        uint64_t line;
        memset(zeros, '0', n);
        snprintf(many, sizeof many,
                 MEMORY_HEADER "{\"key\":5,\"texts\":[\"%s\"],\"look\":[[7]],\"processes\":[[7,1]],"
                               "\"regions\":[[0,7,20480,4096,1,1]]}\n{\"end\":null}\n",
                 zeros);
        cr_expect(read_text(many, &n_looks, &line) ==
                  (n == 1024 ? RECORDING_FINE : RECORDING_CORRUPT));
    }
}

Test(recording, columns_that_we_do_not_know_are_passed_over)
{
    struct recording *r;
    enum recording_trouble trouble;
    struct snapshot *s;
    int fd = make_file();
    static const char text[] = HEADER("1") KEY;
    cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    lseek(fd, 0, SEEK_SET);
    cr_assert(recording_open(fd, false, NULL, &r, &trouble) == 0);
    cr_assert(source_next(recording_source(r), &s) == 0);
    cr_assert(s->n_processes == 1);
    cr_expect(s->processes[0].pid == 7 && s->processes[0].state == 'R');
    cr_expect(strcmp(snapshot_text(s, s->processes[0].comm_text), "sh") == 0);
    cr_expect(s->processes[0].run_ns == -1 && s->processes[0].uid == -1 && s->births == -1);
    snapshot_free(s);
    source_free(recording_source(r));
    close(fd);
}

Test(recording, an_endless_line_takes_no_memory, .timeout = 30)
{
    int fd = make_file();
    struct recording *r;
    enum recording_trouble trouble;
    uint64_t line;
    struct snapshot *s;
    static const char text[] = HEADER("1") KEY "{\"key\":";
    cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    cr_assert(ftruncate(fd, (off_t)1 << 40) == 0); /* a hole: zeros without end */
    lseek(fd, 0, SEEK_SET);
    cr_assert(recording_open(fd, true, NULL, &r, &trouble) == 0);
    cr_assert(source_next(recording_source(r), &s) == 0);
    snapshot_free(s);
    cr_expect(source_next(recording_source(r), &s) == -EMSGSIZE);
    cr_expect(recording_trouble(r, &line) == RECORDING_ENDLESS);
    source_free(recording_source(r));
    close(fd);
}

Test(recording, waits_for_nothing_that_has_not_come)
{
    int ends[2];
    struct recording *r;
    enum recording_trouble trouble;
    struct snapshot *s;
    static const char text[] = HEADER("1") KEY;
    cr_assert(pipe2(ends, O_CLOEXEC) == 0);
    cr_assert(write(ends[1], text, strlen(text) - 5) > 0);
    cr_assert(recording_open(ends[0], true, NULL, &r, &trouble) == 0);
    cr_expect(source_next(recording_source(r), &s) == -EAGAIN);
    cr_assert(write(ends[1], text + strlen(text) - 5, 5) == 5);
    cr_assert(source_next(recording_source(r), &s) == 0);
    snapshot_free(s);
    close(ends[1]);
    cr_expect(source_next(recording_source(r), &s) == -ENODATA);
    source_free(recording_source(r));
    close(ends[0]);
}
