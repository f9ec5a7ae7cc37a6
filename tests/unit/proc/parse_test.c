/* The parsers, by table: what the kernel writes, and what it does not. */
#include "proc/parse.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Fields 3 to 52 of a real line of Linux 6.18, and where the interesting ones are. */
#define TAIL                                                                                       \
    " S 2696 2704 2697 34816 2710 4194560 1180 22 3 44 19 6 5 4 20 0 3 0 81234 5091328 912 "       \
    "18446744073709551615 94000 94999 140735 0 0 0 0 4096 65536 0 0 0 17 1 0 0 7 0 0 1 2 3 77000 " \
    "5 "                                                                                           \
    "6 7 256\n"

#define TEXT(literal) literal, sizeof(literal) - 1

/* Parsers must not read beyond len: the text is put at the very end of an allocation, where ASan
 * looks. */
static char *exact_copy(const char *text, size_t len)
{
    char *copy = malloc(len ? len : 1);
    cr_assert_not_null(copy);
    memcpy(copy, text, len);
    return copy;
}

static int stat_of(const char *text, size_t len, struct proc_stat *out)
{
    char *copy = exact_copy(text, len);
    int rc = parse_stat(copy, len, out);
    free(copy);
    return rc;
}

Test(parse_stat, every_field, .timeout = 10)
{
    struct proc_stat st;
    cr_assert_eq(stat_of(TEXT("2704 (yes)" TAIL), &st), 0);
    cr_expect_eq(st.pid, 2704);
    cr_expect_str_eq(st.comm, "yes");
    cr_expect_eq(st.comm_bytes, 3);
    cr_expect_eq(st.state, 'S');
    cr_expect_eq(st.ppid, 2696);
    cr_expect_eq(st.pgrp, 2704);
    cr_expect_eq(st.session, 2697);
    cr_expect_eq(st.tty, 34816);
    cr_expect_eq(st.flags, 4194560);
    cr_expect_eq(st.minor_faults, 1180);
    cr_expect_eq(st.major_faults, 3);
    cr_expect_eq(st.user_ticks, 19);
    cr_expect_eq(st.system_ticks, 6);
    cr_expect_eq(st.n_threads, 3);
    cr_expect_eq(st.start_ticks, 81234);
    cr_expect_eq(st.rss_pages, 912);
    cr_expect_eq(st.start_code, 94000);
    cr_expect_eq(st.start_stack, 140735);
    cr_expect_eq(st.last_cpu, 1);
    cr_expect_eq(st.arg_start, 77000);
    cr_expect_eq(st.exit_status, 256);
}

Test(parse_stat, comm_holds_anything, .timeout = 10)
{
    static const struct {
        const char *comm;
        size_t len;
    } comms[] = {
        {TEXT("")},
        {TEXT("a b  c")},
        {TEXT(") (")},
        {TEXT(")) S 1 2 3 ((")},
        {TEXT("(x) R 9 9")},
        {TEXT("line\nbreak\n")},
        {TEXT("\xff\xfe\x80 \xc3(")},
        {TEXT("kworker/R-events_power_efficient-with-a-name-of-63-bytes-xxxxxx")},
    };
    for (size_t i = 0; i < sizeof comms / sizeof *comms; i++) {
        char text[512];
        struct proc_stat st;
        size_t n = 0;
        memcpy(text, "7 (", 3), n = 3;
        memcpy(text + n, comms[i].comm, comms[i].len), n += comms[i].len;
        memcpy(text + n, TEXT(")" TAIL)), n += sizeof(")" TAIL) - 1;
        cr_assert_eq(stat_of(text, n, &st), 0, "comm %zu", i);
        cr_expect_eq(st.pid, 7);
        cr_expect_eq(st.comm_bytes, comms[i].len);
        cr_expect_arr_eq(st.comm, comms[i].comm, comms[i].len, "comm %zu", i);
        cr_expect_eq(st.comm[st.comm_bytes], '\0');
        cr_expect_eq(st.ppid, 2696, "comm %zu", i);
    }
}

Test(parse_stat, refuses_every_truncation, .timeout = 10)
{
    static const char whole[] = "2704 (a) b)" TAIL;
    struct proc_stat st;
    /* Without the newline the last number may have been cut. */
    for (size_t len = 0; len < sizeof whole - 1; len++)
        cr_expect_eq(stat_of(whole, len, &st), -EINVAL, "%zu bytes", len);
    cr_expect_eq(stat_of(whole, sizeof whole - 1, &st), 0);
}

Test(parse_stat, refuses_garbage_and_leaves_out_alone, .timeout = 10)
{
    static const char *const bad[] = {
        "",
        "\n",
        "(",
        ")",
        ")(",
        "1",
        "1 (x",
        "1 x)" TAIL,
        "x (x)" TAIL,
        "1  (x)" TAIL,
        "99999999999 (x)" TAIL,          /* a PID above int */
        "18446744073709551616 (x)" TAIL, /* above 64 bits */
        "1 (a-name-that-is-longer-than-the-kernel-allows-any-process-to-have-in-comm)" TAIL,
        "1 (x) S -99999999999 2704 2697 34816 2710 1 1 2 3 4 5 6 7 8 9 0 1 0 1 1 1 1 1\n",
        "1 (x) S 1 1 1 0 -1 1 18446744073709551615 0 0 0 0 0 0 0 20 0 1 0 1 1 1 1 1 1 1 1 1 0 0 0 "
        "0 "
        "0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n", /* a count above 63 bits */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct proc_stat st, before;
        memset(&st, 0x5a, sizeof st);
        before = st;
        cr_expect_eq(stat_of(bad[i], strlen(bad[i]), &st), -EINVAL, "%s", bad[i]);
        cr_expect_eq(memcmp(&st, &before, sizeof st), 0, "%s", bad[i]);
    }
}

static int status_of(const char *text, size_t len, struct proc_status *out)
{
    char *copy = exact_copy(text, len);
    int rc = parse_status(copy, len, out);
    free(copy);
    return rc;
}

Test(parse_status, reads_what_there_is, .timeout = 10)
{
    struct proc_status status;
    cr_assert_eq(
        status_of(TEXT("Name:\tUid: 9 9\\nTgid:\\t1\nUmask:\t0022\nTgid:\t2704\nPid:\t2705\n"
                       "Uid:\t1000\t1001\t1002\t1003\nVmRSS:\t 12 kB\n"
                       "voluntary_ctxt_switches:\t18\nnonvoluntary_ctxt_switches:\t4\n"),
                  &status),
        0);
    cr_expect_eq(status.tgid, 2704);
    cr_expect_eq(status.euid, 1001);
    cr_expect_eq(status.voluntary, 18);
    cr_expect_eq(status.involuntary, 4);
    /* Old or trimmed kernels leave lines out: unknown, not 0. */
    cr_assert_eq(status_of(TEXT("Name:\tx\nTgid:\t5\n"), &status), 0);
    cr_expect_eq(status.tgid, 5);
    cr_expect_eq(status.euid, -1);
    cr_expect_eq(status.voluntary, -1);
    cr_expect_eq(status.involuntary, -1);
}

Test(parse_status, refuses_what_is_broken, .timeout = 10)
{
    static const char *const bad[] = {
        "",
        "Name:\tx\n",
        "Tgid:\t0\n",
        "Tgid:\tx\n",
        "Tgid:\t12", /* may have been cut */
        "Tgid:\t5\nUid:\t1000\n",
        "Tgid:\t5\nvoluntary_ctxt_switches:\t99999999999999999999\n",
        "Tgid:\t5\nvoluntary_ctxt_switches:\t",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct proc_status status;
        cr_expect_eq(status_of(bad[i], strlen(bad[i]), &status), -EINVAL, "%s", bad[i]);
    }
}

Test(parse_schedstat, table, .timeout = 10)
{
    static const struct {
        const char *text;
        int rc;
        int64_t run, queued, slices;
    } rows[] = {
        {"19621479 44401297 8\n", 0, 19621479, 44401297, 8},
        {"0 0 0\n", 0, 0, 0, 0},
        {"9223372036854775807 1 2\n", 0, INT64_MAX, 1, 2},
        {"9223372036854775808 1 2\n", -EINVAL, 0, 0, 0},
        {"1 2", -EINVAL, 0, 0, 0},
        {"1 2 3", -EINVAL, 0, 0, 0},
        {"", -EINVAL, 0, 0, 0},
        {"-1 2 3\n", -EINVAL, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct proc_schedstat sched = {0};
        cr_assert_eq(parse_schedstat(rows[i].text, strlen(rows[i].text), &sched), rows[i].rc, "%s",
                     rows[i].text);
        cr_expect_eq(sched.run_ns, rows[i].run);
        cr_expect_eq(sched.queued_ns, rows[i].queued);
        cr_expect_eq(sched.slices, rows[i].slices);
    }
}

Test(parse_io, table, .timeout = 10)
{
    static const struct {
        const char *text;
        int rc;
        int64_t rchar, wchar;
    } rows[] = {
        {"rchar: 6976\nwchar: 65536\nsyscr: 8\nsyscw: 1\n", 0, 6976, 65536},
        {"wchar: 5\n", 0, -1, 5},
        {"syscr: 8\n", -EINVAL, 0, 0},
        {"rchar: 69", -EINVAL, 0, 0},
        {"rchar: x\nwchar: 1\n", -EINVAL, 0, 0},
        {"", -EINVAL, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct proc_io io = {0};
        cr_assert_eq(parse_io(rows[i].text, strlen(rows[i].text), &io), rows[i].rc, "%s",
                     rows[i].text);
        cr_expect_eq(io.rchar, rows[i].rchar);
        cr_expect_eq(io.wchar, rows[i].wchar);
    }
}

Test(parse_syscall, table, .timeout = 10)
{
    static const struct {
        const char *text;
        int rc;
        enum proc_syscall_kind kind;
        int number;
        uint64_t first;
    } rows[] = {
        {"1 0x7 0x2 0x3 0x4 0x5 0x6 0x7ffc64db8188 0x7fbe376c1503\n", 0, PROC_SYSCALL_IN, 1, 7},
        {"0 0xffffffffffffffff 0x0 0x0 0x0 0x0 0x0 0x1 0x2\n", 0, PROC_SYSCALL_IN, 0, UINT64_MAX},
        {"running\n", 0, PROC_SYSCALL_RUNNING, -1, 0},
        {"-1 0x7ffc64db8188 0x7fbe376c1503\n", 0, PROC_SYSCALL_NONE, -1, 0},
        {"-2 0x1 0x2\n", -EINVAL, 0, 0, 0},
        {"1 0x7 0x2 0x3\n", -EINVAL, 0, 0, 0},
        {"1 0x7 0x2 0x3 0x4 0x5 0x6 0x7 0x1ffffffffffffffff\n", -EINVAL, 0, 0, 0},
        {"1 0x7 0x2 0x3 0x4 0x5 0x6 0x7 0x8", -EINVAL, 0, 0, 0},
        {"1 7 2 3 4 5 6 7 8\n", -EINVAL, 0, 0, 0},
        {"runn", -EINVAL, 0, 0, 0},
        {"", -EINVAL, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct proc_syscall call = {0};
        size_t len = strlen(rows[i].text);
        char *copy = exact_copy(rows[i].text, len);
        cr_expect_eq(parse_syscall(copy, len, &call), rows[i].rc, "%s", rows[i].text);
        free(copy);
        if (rows[i].rc < 0)
            continue;
        cr_expect_eq(call.kind, rows[i].kind, "%s", rows[i].text);
        cr_expect_eq(call.number, rows[i].number, "%s", rows[i].text);
        cr_expect_eq(call.args[0], rows[i].first, "%s", rows[i].text);
    }
}

Test(parse_children, stops_at_a_cut_pid, .timeout = 10)
{
    static const char text[] = "11838 11839 118";
    const char *at = text, *end = text + sizeof text - 1;
    pid_t pid = 0;
    cr_assert(parse_next_pid(&at, end, &pid));
    cr_expect_eq(pid, 11838);
    cr_assert(parse_next_pid(&at, end, &pid));
    cr_expect_eq(pid, 11839);
    cr_expect_not(parse_next_pid(&at, end, &pid), "118 may be the start of 11840");
    cr_expect_eq(pid, 11839);
    cr_expect_eq(at, text + 11);
}

Test(parse_children, refuses_what_is_no_pid, .timeout = 10)
{
    static const char *const bad[] = {"", " ", "0 ", "-5 ", "x ", "4294967296 "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *at = bad[i];
        pid_t pid;
        cr_expect_not(parse_next_pid(&at, bad[i] + strlen(bad[i]), &pid), "'%s'", bad[i]);
    }
}

Test(parse_births, table, .timeout = 10)
{
    static const struct {
        const char *text;
        int rc;
        int64_t births;
    } rows[] = {
        {"cpu  1 2 3\nintr 5 6\nctxt 9\nbtime 1\nprocesses 2710\nprocs_running 1\n", 0, 2710},
        {"processes 1\n", 0, 1},
        {"cpu 1\nprocs_running 1\n", -EINVAL, 0},
        {"processes 27", -EINVAL, 0},
        {"processes \n", -EINVAL, 0},
        {"", -EINVAL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t births = 0;
        cr_expect_eq(parse_births(rows[i].text, strlen(rows[i].text), &births), rows[i].rc, "%s",
                     rows[i].text);
        cr_expect_eq(births, rows[i].births);
    }
}
