/* Figures as they are printed. */
#include "view/words.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(words, figures)
{
    char buf[WORDS_NUMBER];
    cr_expect_str_eq(words_grouped(0, buf, sizeof buf), "0");
    cr_expect_str_eq(words_grouped(999, buf, sizeof buf), "999");
    cr_expect_str_eq(words_grouped(65536, buf, sizeof buf), "65,536");
    cr_expect_str_eq(words_grouped(1048576, buf, sizeof buf), "1,048,576");
    cr_expect_str_eq(words_grouped(INT64_MAX, buf, sizeof buf), "9,223,372,036,854,775,807");
    cr_expect_str_eq(words_grouped(-1, buf, sizeof buf), "?");
    cr_expect_str_eq(words_bytes(0, buf, sizeof buf), "0 B");
    cr_expect_str_eq(words_bytes(999, buf, sizeof buf), "999 B");
    cr_expect_str_eq(words_bytes(999.7, buf, sizeof buf), "1.0 kB");
    cr_expect_str_eq(words_bytes(65536, buf, sizeof buf), "65.5 kB");
    cr_expect_str_eq(words_bytes(999960, buf, sizeof buf), "1.0 MB");
    cr_expect_str_eq(words_bytes(-1, buf, sizeof buf), "?");
    cr_expect_str_eq(words_bytes(1e30, buf, sizeof buf), "1000000000000.0 EB");
    cr_expect_str_eq(words_memory(65536, buf, sizeof buf), "64.0 KiB");
    cr_expect_str_eq(words_memory(1023, buf, sizeof buf), "1023 B");
    cr_expect_str_eq(words_seconds(1500000, buf, sizeof buf), "0.002 s");
    cr_expect_str_eq(words_seconds(-1, buf, sizeof buf), "?");
    cr_expect_str_eq(words_lane(1, false, buf, sizeof buf), "①");
    cr_expect_str_eq(words_lane(20, false, buf, sizeof buf), "⑳");
    cr_expect_str_eq(words_lane(21, false, buf, sizeof buf), "(21)");
    cr_expect_str_eq(words_lane(2, true, buf, sizeof buf), "(2)");
}

Test(words, lanes_are_spelled_for_ascii)
{
    char *text = words_spell_lanes("① and ⑫, é");
    cr_expect_str_eq(text, "(1) and (12), é");
    free(text);
}

Test(words, cut_keeps_whole_characters)
{
    char buf[32];
    cr_expect_str_eq(words_cut(strcpy(buf, "abcdef"), sizeof buf, 6), "abcdef");
    cr_expect_str_eq(words_cut(strcpy(buf, "abcdef"), sizeof buf, 4), "abc…");
    cr_expect_str_eq(words_cut(strcpy(buf, "日本語"), sizeof buf, 4), "日…");
    cr_expect_str_eq(words_cut(strcpy(buf, "日本語"), sizeof buf, 1), "…");
    char tight[7];
    cr_expect_str_eq(words_cut(strcpy(tight, "abcdef"), sizeof tight, 5), "abc…");
}

Test(words, arguments_are_joined_and_bounded)
{
    struct snapshot *s = snapshot_new();
    uint32_t text = snapshot_add_text(s, "sh\0-c\0\0a\nb", 10);
    struct process *p = snapshot_add_process(s, 1);
    p->args_text = text;
    p->args_bytes = 10; /* the last one has lost its NUL: the kernel cuts long command lines */
    char buf[64];
    char *args = words_args(s, p, 1, buf, sizeof buf);
    cr_expect_eq(strncmp(args, "-c  a", 5), 0, "%s", args);
    cr_expect_null(strchr(args, '\n'));
    char small[12];
    words_args(s, p, 0, small, sizeof small);
    cr_expect(strlen(small) < sizeof small);
    snapshot_free(s);
}

Test(words, sets_by_name)
{
    char buf[WORDS_SET];
    cr_expect_str_eq(words_signals(0, buf, sizeof buf), "none");
    cr_expect_str_eq(words_signals(0x4002, buf, sizeof buf), "INT TERM");
    cr_expect_str_eq(words_signals(UINT64_MAX, buf, sizeof buf), "all");
    cr_expect_str_eq(words_signals(UINT64_MAX & ~UINT64_C(2), buf, sizeof buf), "all but INT");
    cr_expect_str_eq(words_signals(UINT64_C(7) << 31, buf, sizeof buf), "32 33 RTMIN+0");
    cr_expect_str_eq(words_signals(UINT64_C(1) << 63, buf, sizeof buf), "RTMIN+30");
    cr_expect_str_eq(words_capabilities(0x21, buf, sizeof buf), "chown kill");
    cr_expect_str_eq(words_capabilities((UINT64_C(1) << 41) - 1, buf, sizeof buf), "all");
    cr_expect_str_eq(words_capabilities(UINT64_C(1) << 50, buf, sizeof buf), "50");
    for (int shift = 0; shift < 64; shift++) { /* the longest have room */
        uint64_t set = UINT64_C(0x5555555555555555) << shift | UINT64_MAX >> (63 - shift) >> 1;
        cr_expect_lt(strlen(words_signals(set, buf, sizeof buf)), WORDS_SET - 1);
        cr_expect_lt(strlen(words_capabilities(set, buf, sizeof buf)), WORDS_SET - 1);
    }
}

Test(words, a_share_is_a_sign)
{
    cr_expect_str_eq(words_share(0.001, false), "▁");
    cr_expect_str_eq(words_share(0.5, false), "▄");
    cr_expect_str_eq(words_share(1, false), "█");
    cr_expect_str_eq(words_share(3.7, false), "█");
    cr_expect_str_eq(words_share(0.001, true), "1");
    cr_expect_str_eq(words_share(0.5, true), "5");
    cr_expect_str_eq(words_share(0.94, true), "9");
    cr_expect_str_eq(words_share(0.96, true), "#");
}

static const char *shown_args(const char *comm, const char *args, size_t n, int from)
{
    static char buf[64];
    struct snapshot *s = snapshot_new();
    struct process *p = snapshot_add_process(s, 1);
    p->comm_text = snapshot_add_text(s, comm, strlen(comm));
    p->args_text = snapshot_add_text(s, args, n);
    p->args_bytes = (uint32_t)n;
    words_args(s, p, from, buf, sizeof buf);
    snapshot_free(s);
    return buf;
}

Test(words, a_title_that_is_written_over_the_arguments)
{
    static const char title[] = "nginx: worker process\0\0\0\0", none[] = "nginx:\0-c",
                      path[] = "/bin/nginx: x\0y";
    cr_expect_str_eq(shown_args("nginx", title, sizeof title, 1), "worker process");
    cr_expect_str_eq(shown_args("nginx", title, sizeof title, 0), "nginx: worker process");
    cr_expect_str_eq(shown_args("ngin", title, sizeof title, 1), "");
    cr_expect_str_eq(shown_args("nginx", none, sizeof none, 1), "-c");
    cr_expect_str_eq(shown_args("nginx", path, sizeof path, 1), "y");
    cr_expect_str_eq(shown_args("", title, sizeof title, 1), "");
}
