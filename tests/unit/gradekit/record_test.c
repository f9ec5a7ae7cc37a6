#include "gradekit/record.h"

#include "gradekit/shared.h"
#include "model/snapshot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* A record with an empty memory, as watch.c makes it: with a page of zeroes after it. */
static struct record *new_record(void)
{
    struct record *r = calloc(1, sizeof *r);
    r->values = calloc(1, SHARED_BYTES + 4096);
    return r;
}

static struct shared_record *add(struct record *r, const char *key, enum record_kind kind,
                                 const void *bytes, size_t len)
{
    void *place = r->values->records + r->values->used_bytes;
    struct shared_record *record = place;
    record->kind = kind;
    record->stored_bytes = (uint32_t)len;
    record->total_bytes = len;
    strncpy(record->key, key, sizeof record->key - 1);
    memcpy(record + 1, bytes, len);
    record->is_ready = 1;
    r->values->used_bytes += (uint32_t)shared_record_stride(len);
    return record;
}

Test(record, the_last_value_of_a_key_counts, .timeout = 10)
{
    struct record *r = new_record();
    int64_t value = 0;
    cr_expect_not(record_int(r, "n", &value));
    add(r, "n", RECORD_INT, "", 0)->number = 1;
    add(r, "text", RECORD_TEXT, "hello", 5);
    add(r, "n", RECORD_INT, "", 0)->number = 2;
    cr_assert(record_int(r, "n", &value));
    cr_expect_eq(value, 2);
    cr_expect_str_eq(record_text(r, "text"), "hello");
    cr_expect_null(record_text(r, "n"), "of another kind");
    record_free(r);
}

/* Of every length: the next record's first byte is no part of it. */
Test(record, a_text_ends_where_it_ends, .timeout = 10)
{
    static const char text[] = "0123456789abcdefghijklmn";
    for (size_t len = 1; len < sizeof text; len++) {
        struct record *r = new_record();
        add(r, "text", RECORD_TEXT, text, len);
        add(r, "n", RECORD_INT, "", 0);
        cr_expect_eq(strlen(record_text(r, "text")), len, "%zu", len);
        record_free(r);
    }
}

Test(record, a_value_that_is_not_ready_is_none, .timeout = 10)
{
    struct record *r = new_record();
    int64_t value;
    add(r, "n", RECORD_INT, "", 0)->is_ready = 0;
    cr_expect_not(record_int(r, "n", &value));
    record_free(r);
}

/* Student code's process writes this memory: no size in it may lead outside. */
Test(record, sizes_are_not_believed, .timeout = 10)
{
    static const uint32_t sizes[] = {SHARED_BYTES, UINT32_MAX, UINT32_MAX - 64, 1u << 31};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct record *r = new_record();
        size_t total, kept;
        add(r, "b", RECORD_BYTES, "x", 1)->stored_bytes = sizes[i];
        cr_expect_null(record_bytes(r, "b", &total, &kept), "%u", sizes[i]);
        r->values->used_bytes = UINT32_MAX;
        cr_expect_null(record_text(r, "b"));
        record_free(r);
    }
}

Test(record, any_bytes_in_the_memory_are_survived, .timeout = 30)
{
    unsigned seed = 12345;
    for (int round = 0; round < 20; round++) {
        struct record *r = new_record();
        unsigned char *bytes = r->values->records;
        for (size_t i = 0; i < SHARED_BYTES - sizeof *r->values; i++)
            bytes[i] = (unsigned char)(rand_r(&seed) >> 7 & (round % 2 ? 0xFF : 0x03));
        size_t total, kept;
        int64_t value;
        record_int(r, "n", &value);
        const char *text = record_text(r, "");
        if (text)
            cr_expect_leq(strlen(text), (size_t)SHARED_BYTES + 4096);
        record_bytes(r, "b", &total, &kept);
        record_free(r);
    }
}

static struct process *add_process(struct snapshot *s, pid_t pid, pid_t ppid, char state,
                                   const char *comm)
{
    struct process *p = snapshot_add_process(s, pid);
    p->ppid = ppid;
    p->state = state;
    p->comm_text = snapshot_add_text(s, comm, strlen(comm));
    return p;
}

Test(record, others_are_all_but_the_caller_and_the_sandbox, .timeout = 10)
{
    struct snapshot *s = snapshot_new();
    add_process(s, 10, 1, 'S', "bwrap");
    add_process(s, 11, 10, 'S', "caller");
    add_process(s, 12, 11, 'Z', "reader");
    add_process(s, 13, 11, 'R', "caller")->waiting.kind = WAIT_NOTHING;
    snapshot_finish(s);
    char *text = record_describe_others(s, 11);
    cr_expect_str_eq(text, "reader (a zombie), a child (no exec yet) (running)");
    free(text);
    snapshot_free(s);
}

Test(record, who_runs_is_not_said_to_be_asleep, .timeout = 10)
{
    struct snapshot *s = snapshot_new();
    struct process *p = add_process(s, 11, 1, 'R', "caller");
    p->waiting = (struct waiting){.kind = WAIT_NOTHING, .fd = -1};
    snapshot_finish(s);
    char *text = record_describe_waiting(s, 11);
    cr_expect_str_eq(text, "the caller runs\n");
    free(text);
    snapshot_free(s);
}

/* The caller kept its write end of the pipe that its child reads. */
Test(record, a_withheld_eof_is_told_with_its_holder, .timeout = 10)
{
    struct snapshot *s = snapshot_new();
    struct process *p = add_process(s, 11, 1, 'S', "caller");
    p->waiting = (struct waiting){.kind = WAIT_CHILD, .fd = -1};
    p->waiting.syscall_text = snapshot_add_text(s, "wait4", 5);
    p->is_detailed = true;
    struct fd_entry *e = snapshot_add_fd(s, 4);
    *e = (struct fd_entry){4, FD_PIPE, FD_WRITE, 1, 77, 0};
    p = add_process(s, 12, 11, 'S', "reader");
    p->waiting = (struct waiting){.kind = WAIT_PIPE_READ, .fd = 0};
    p->waiting.syscall_text = snapshot_add_text(s, "read", 4);
    p->is_detailed = true;
    e = snapshot_add_fd(s, 0);
    *e = (struct fd_entry){0, FD_PIPE, FD_READ, 1, 77, 0};
    struct channel *c = snapshot_add_channel(s, CHANNEL_PIPE, 1, 77);
    c->fill_bytes = 0;
    c->capacity_bytes = 65536;
    s->hidden = 0;
    snapshot_finish(s);
    char *text = record_describe_waiting(s, 11);
    cr_expect_not_null(strstr(text, "the caller is asleep in wait4\n"), "%s", text);
    cr_expect_not_null(strstr(text, "reader is asleep in read(0): the pipe is empty"), "%s", text);
    cr_expect_not_null(strstr(text, "the caller (fd 4)"), "%s", text);
    free(text);
    snapshot_free(s);
}

Test(record, ends_are_told, .timeout = 10)
{
    struct record *r = new_record();
    strcpy(r->call, "read_full");
    r->was_inside = true;
    r->end = END_EXITED;
    r->called_exit = true;
    r->wait_status = 3 << 8;
    char *text = record_describe_end(r);
    cr_expect_str_eq(text, "read_full never returned: it ended the whole process with exit(3)");
    free(text);
    r->called_exit = false; /* an exec leaves by the new program's exit */
    text = record_describe_end(r);
    cr_expect_not_null(strstr(text, "_exit(3), or made it another program (exec)"), "%s", text);
    free(text);
    r->end = END_KILLED;
    r->wait_status = 11;
    text = record_describe_end(r);
    cr_expect_str_eq(text,
                     "the process was killed by SIGSEGV (Segmentation fault) inside read_full");
    free(text);
    r->end = END_CAME_BACK;
    cr_expect_null(record_describe_end(r));
    record_free(r);
}
