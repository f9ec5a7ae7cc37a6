#include "model/events.h"
#include "model/pipes.h"
#include "model/snapshot.h"
#include "record/snapshot_json.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static json_t *to_json(const struct snapshot *s)
{
    struct pipes pipes;
    cr_assert_eq(pipes_init(&pipes, s), 0);
    json_t *json = snapshot_to_json(s, &pipes);
    pipes_fini(&pipes);
    return json;
}

static json_t *encode(const char *text)
{
    struct snapshot *s = build_snapshot(text);
    json_t *json = to_json(s);
    snapshot_free(s);
    cr_assert(json != NULL);
    return json;
}

/* Follow a path such as "processes.0.fds.1.kind"; a missing key ends the test. */
static json_t *at(json_t *json, const char *path)
{
    char *copy = strdup(path), *rest = NULL;
    for (char *key = strtok_r(copy, ".", &rest); key; key = strtok_r(NULL, ".", &rest)) {
        json = json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10))
                                   : json_object_get(json, key);
        cr_assert(json != NULL, "%s: there is no %s", path, key);
    }
    free(copy);
    return json;
}

/* What is at a path, as compact JSON; owned by the caller. */
static void expect_at(json_t *json, const char *path, const char *wanted)
{
    char *got = json_dumps(at(json, path), JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    cr_expect(strcmp(got, wanted) == 0, "%s: %s, not %s", path, got, wanted);
    free(got);
}

struct expectation {
    const char *path, *json;
};

static void expect_all(json_t *json, const struct expectation *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect_at(json, e[i].path, e[i].json);
}

#define EXPECT(json, ...)                                                                          \
    expect_all(json, (const struct expectation[]){__VA_ARGS__},                                    \
               sizeof((const struct expectation[]){__VA_ARGS__}) / sizeof(struct expectation))

Test(snapshot_json, the_design_s_picture)
{
    json_t *json =
        encode("snap time_ms=7 root=4709 births=900 hidden=0 adopter=4700;"
               "pipe 5501 cap=65536 fill=65536;"
               "4709 4700 sh wait uid=1000 pgrp=4709 session=4709;"
               "4711 4709 yes write(1) wchan=anon_pipe_write start=81234 args=yes ticks=12 cpu=0 "
               "vol=4 invol=9 "
               "minflt=120 majflt=0 rchar=832 wchar=65536 rss=1048576 run_ns=5 queued_ns=6 1>5501;"
               "4712 4709 sh tty 0<5501");
    EXPECT(json, {"format", "\"proclab-snapshot\""}, {"version", "1"}, {"time_ns", "7000000"},
           {"root_pid", "4709"}, {"adopter_pid", "4700"}, {"obtained", "\"sampled\""},
           {"births", "900"}, {"hidden", "0"}, {"processes.0.uid", "1000"},
           {"processes.0.pgrp", "4709"}, {"processes.0.session", "4709"},
           {"processes.1.pid", "4711"}, {"processes.1.ppid", "4709"},
           {"processes.1.start_ticks", "81234"}, {"processes.1.comm", "\"yes\""},
           {"processes.1.args", "[\"yes\"]"}, {"processes.1.state", "\"S\""},
           {"processes.1.threads", "1"},
           {"processes.1.waiting_in",
            "{\"channel\":\"anon_pipe_write\",\"fd\":1,\"syscall\":\"write\","
            "\"what\":\"pipe write\"}"},
           {"processes.1.cpu_ticks", "12"}, {"processes.1.last_cpu", "0"},
           {"processes.1.switches", "{\"involuntary\":9,\"voluntary\":4}"},
           {"processes.1.faults", "{\"major\":0,\"minor\":120}"},
           {"processes.1.io", "{\"read_bytes\":832,\"written_bytes\":65536}"},
           {"processes.1.rss_bytes", "1048576"}, {"processes.1.run_ns", "5"},
           {"processes.1.queued_ns", "6"}, {"processes.1.is_outside", "false"},
           {"processes.1.fds", "[{\"access\":\"w\",\"device\":14,\"fd\":1,\"inode\":5501,\"kind\":"
                               "\"pipe\",\"target\":\"pipe:[5501]\"}]"},
           {"pipes.0.kind", "\"pipe\""}, {"pipes.0.inode", "5501"},
           {"pipes.0.capacity_bytes", "65536"}, {"pipes.0.fill_bytes", "65536"},
           {"pipes.0.writers", "[{\"fd\":1,\"pid\":4711}]"},
           {"pipes.0.readers", "[{\"fd\":0,\"pid\":4712}]"}, {"pipes.0.blocked_writers", "[4711]"},
           {"pipes.0.blocked_readers", "[]"}, {"pipes.0.condition", "\"full\""},
           {"pipes.0.has_unknown_holder", "false"});
    json_decref(json);
}

Test(snapshot_json, unknown_is_null_and_never_0)
{
    json_t *json = encode("pipe 7 err=13; 9 1 x asleep 3?7 4>0; 10 1 y run noaccess; "
                          "11 1 z undetailed");
    static const char *const nulls[] = {"root_pid",
                                        "adopter_pid",
                                        "births",
                                        "hidden",
                                        "processes.0.uid",
                                        "processes.0.pgrp",
                                        "processes.0.session",
                                        "processes.0.tty",
                                        "processes.0.args",
                                        "processes.0.exit",
                                        "processes.0.cpu_ticks",
                                        "processes.0.user_ticks",
                                        "processes.0.system_ticks",
                                        "processes.0.run_ns",
                                        "processes.0.queued_ns",
                                        "processes.0.last_cpu",
                                        "processes.0.rss_bytes",
                                        "processes.0.switches.voluntary",
                                        "processes.0.switches.involuntary",
                                        "processes.0.faults.minor",
                                        "processes.0.faults.major",
                                        "processes.0.io.read_bytes",
                                        "processes.0.io.written_bytes",
                                        "processes.0.waiting_in.syscall",
                                        "processes.0.waiting_in.fd",
                                        "processes.0.waiting_in.channel",
                                        "processes.0.waiting_in.what",
                                        "processes.0.fds.0.access",
                                        "processes.0.fds.1.inode",
                                        "processes.1.waiting_in",
                                        "processes.1.fds",
                                        "processes.2.fds",
                                        "pipes.0.capacity_bytes",
                                        "pipes.0.fill_bytes"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        expect_at(json, nulls[i], "null");
    EXPECT(json, {"processes.1.fds_error", "\"EACCES\""}, {"pipes.0.fill_error", "\"EACCES\""});
    cr_expect(json_object_get(at(json, "processes.0"), "fds_error") == NULL);
    cr_expect(json_object_get(at(json, "processes.0"), "tasks") == NULL);
    json_decref(json);
}

Test(snapshot_json, both_directions_of_a_socketpair_and_a_fifo)
{
    json_t *json = encode("pair 40 41 fill=3 fill2=0; fifo 50 path=/tmp/f cap=65536 fill=0;"
                          "9 1 x recv(3) 3=40 5<>50; 10 1 y 4=41");
    EXPECT(json, {"pipes.0.kind", "\"socketpair\""}, {"pipes.0.inode", "40"},
           {"pipes.0.peer_inode", "41"}, {"pipes.0.fill_bytes", "3"},
           {"pipes.0.capacity_bytes", "null"}, {"pipes.0.writers", "[{\"fd\":4,\"pid\":10}]"},
           {"pipes.0.readers", "[{\"fd\":3,\"pid\":9}]"}, {"pipes.0.blocked_readers", "[9]"},
           {"pipes.1.inode", "41"}, {"pipes.1.peer_inode", "40"}, {"pipes.1.fill_bytes", "0"},
           {"pipes.1.writers", "[{\"fd\":3,\"pid\":9}]"}, {"pipes.2.kind", "\"fifo\""},
           {"pipes.2.path", "\"/tmp/f\""}, {"processes.0.fds.0.access", "\"rw\""},
           {"processes.0.fds.0.kind", "\"socket\""}, {"processes.0.fds.1.kind", "\"fifo\""});
    cr_expect(json_object_get(at(json, "pipes.2"), "peer_inode") == NULL);
    cr_expect(json_object_get(at(json, "pipes.0"), "path") == NULL);
    json_decref(json);
}

Test(snapshot_json, eof_withheld_names_the_end)
{
    json_t *json = encode("pipe 7 fill=0; 9 1 sh wait 4>7; 11 9 cat read(0) 0<7 3<7 +11:read(0) "
                          "+12:read(3)");
    EXPECT(json, {"pipes.0.condition", "\"EOF withheld\""},
           {"pipes.0.eof_withheld_by", "{\"fd\":4,\"pid\":9}"},
           {"pipes.0.blocked_readers", "[11]"}, /* once */
           {"processes.1.tasks.1.tid", "12"}, {"processes.1.tasks.1.state", "\"S\""},
           {"processes.1.tasks.1.waiting_in.fd", "3"}, {"processes.1.tasks.1.comm", "null"},
           {"processes.1.threads", "2"});
    json_decref(json);
    json = encode("pipe 7 fill=0; 11 1 cat read(0) 0<7; 12 1 x sleep 1>7");
    EXPECT(json, {"pipes.0.condition", "\"starved\""});
    cr_expect(json_object_get(at(json, "pipes.0"), "eof_withheld_by") == NULL);
    json_decref(json);
}

Test(snapshot_json, ends_of_processes)
{
    json_t *json = encode("8 1 a zombie; 9 1 b zombie=768; 10 1 c zombie=13; 11 1 d zombie=139; "
                          "12 1 e zombie=0; 13 1 f zombie=768 threads=2; 14 1 g zombie=34");
    EXPECT(json, {"processes.0.exit", "null"}, {"processes.1.exit", "{\"status\":3}"},
           {"processes.2.exit", "{\"core_dumped\":false,\"signal\":\"SIGPIPE\"}"},
           {"processes.3.exit", "{\"core_dumped\":true,\"signal\":\"SIGSEGV\"}"},
           {"processes.4.exit", "{\"status\":0}"}, {"processes.5.exit", "null"},
           {"processes.6.exit.signal", "\"signal 34\""});
    json_decref(json);
}

Test(snapshot_json, text_that_is_no_text)
{
    struct snapshot *s = build_snapshot("9 1 x run args=a");
    static const char args[] =
        "two words\0\0new\nline\0\xff\xc3\xbc"; /* the last not ended by NUL */
    s->processes[0].comm_text = snapshot_add_text(s, "a\"\\\x1b\xe2\x82", 6);
    s->processes[0].args_text = snapshot_add_text(s, args, sizeof args - 1);
    s->processes[0].args_bytes = sizeof args - 1;
    json_t *json = to_json(s);
    expect_at(json, "processes.0.comm", "\"a\\\"\\\\\\\\x1b\\\\xe2\\\\x82\"");
    expect_at(json, "processes.0.args", "[\"two words\",\"\",\"new\\\\nline\",\"\\\\xffü\"]");
    char *text = json_dumps(json, 0);
    json_t *again = json_loads(text, 0, NULL);
    cr_expect(again && json_equal(json, again));
    free(text);
    json_decref(again);
    json_decref(json);
    snapshot_free(s);
}

Test(snapshot_json, survives_corrupt_tables)
{
    struct snapshot *s = build_snapshot("pipe 7; pipe 7; 9 9 x read(0) 0<7; 9 9 y 1>7");
    s->processes[0].first_fd = SIZE_MAX;
    s->processes[0].args_text = UINT32_MAX;
    s->processes[0].args_bytes = 7;
    s->processes[1].comm_text = UINT32_MAX;
    s->processes[1].state = '\x80';
    s->channels[0].inode = UINT64_MAX;
    json_t *json = to_json(s);
    cr_assert(json != NULL);
    char *text = json_dumps(json, 0);
    cr_expect(text != NULL);
    EXPECT(json, {"processes.0.args", "null"}, {"processes.1.state", "null"},
           {"pipes.0.inode", "null"});
    free(text);
    json_decref(json);
    snapshot_free(s);
}

Test(snapshot_json, nothing)
{
    json_t *json = encode("snap root=5");
    EXPECT(json, {"processes", "[]"}, {"pipes", "[]"}, {"root_pid", "5"});
    json_decref(json);
}

Test(event_json, by_kind)
{
    static const struct {
        struct event event;
        const char *json;
    } events[] = {
        {{.kind = EVENT_FORK, .obtained = OBTAINED_EXACT, .time_ns = 5, .pid = 2, .other = 3},
         "{\"child\":3,\"event\":\"fork\",\"obtained\":\"exact\",\"pid\":2,\"time_ns\":5}"},
        {{.kind = EVENT_EXEC, .obtained = OBTAINED_SAMPLED, .pid = 2, .start_ticks = 9},
         "{\"event\":\"exec\",\"obtained\":\"sampled\",\"pid\":2,\"start_ticks\":9,\"time_ns\":0}"},
        {{.kind = EVENT_EXIT, .obtained = OBTAINED_SAMPLED, .pid = 2, .status = 768},
         "{\"event\":\"exit\",\"obtained\":\"sampled\",\"pid\":2,\"status\":3,\"time_ns\":0}"},
        {{.kind = EVENT_EXIT, .obtained = OBTAINED_SAMPLED, .pid = 2, .status = 13},
         "{\"core_dumped\":false,\"event\":\"exit\",\"obtained\":\"sampled\",\"pid\":2,\"signal\":"
         "\"SIGPIPE\",\"time_ns\":0}"},
        {{.kind = EVENT_EXIT, .obtained = OBTAINED_SAMPLED, .pid = 2, .status = -1},
         "{\"event\":\"exit\",\"obtained\":\"sampled\",\"pid\":2,\"time_ns\":0}"},
        {{.kind = EVENT_REPARENTED, .obtained = OBTAINED_SAMPLED, .pid = 2, .other = 1},
         "{\"event\":\"reparented\",\"obtained\":\"sampled\",\"parent\":1,\"pid\":2,\"time_ns\":"
         "0}"},
        {{.kind = EVENT_PIPE_OPENED,
          .obtained = OBTAINED_SAMPLED,
          .pid = 2,
          .device = 14,
          .inode = 8},
         "{\"device\":14,\"event\":\"pipe_opened\",\"inode\":8,\"obtained\":\"sampled\",\"pid\":2,"
         "\"time_ns\":0}"},
        {{.kind = EVENT_PIPE_CLOSED, .obtained = OBTAINED_SAMPLED, .device = 14, .inode = 8},
         "{\"device\":14,\"event\":\"pipe_closed\",\"inode\":8,\"obtained\":\"sampled\","
         "\"time_ns\":0}"},
        {{.kind = EVENT_LOST, .obtained = OBTAINED_EXACT, .count = 260},
         "{\"count\":260,\"event\":\"lost\",\"obtained\":\"exact\",\"time_ns\":0}"},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        json_t *json = event_to_json(&events[i].event);
        char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
        cr_expect_str_eq(text, events[i].json);
        free(text);
        json_decref(json);
    }
}
