#include "model/explain.h"
#include "model/history.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sentences --------------------------------------------------------------------------- */

static const struct {
    const char *name, *looks[4];
    pid_t selected;
    const char *says;
} sentences[] = {
    {"nothing", {"snap time_ms=0"}, 0, "No process is left.\n"},
    {"one, at rest", {"1 0 sh run"}, 0, "1 process; none is seen blocked on a pipe.\n"},
    {"at rest",
     {"1 0 sh wait; 2 1 sleep sleep"},
     0,
     "2 processes; none is seen blocked on a pipe.\n"},

    {"EOF withheld by the reader itself",
     {"pipe a fill=0; 9 1 sh wait; 11 9 cat read(0) 0<a 4>a"},
     0,
     "EOF is withheld: cat 11 still holds a write end of pipe ①, fd 4, while it is itself blocked "
     "in "
     "read(0) on it. What is missing is close(4) in cat 11 after fork.\n"},
    {"EOF withheld by the parent",
     {"pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a"},
     9,
     "EOF is withheld: sh 9 still holds a write end of pipe ①, fd 4, while it waits for cat 11, "
     "which "
     "is blocked in read(0) on it. What is missing is close(4) in sh 9 after fork.\n"},
    {"EOF withheld: the reader that is waited for is named, not the first",
     {"pipe a fill=0; 20 1 sh wait 4>a; 11 1 cat read(0) 0<a; 21 20 wc read(0) 0<a"},
     0,
     "EOF is withheld: sh 20 still holds a write end of pipe ①, fd 4, while it waits for wc 21, "
     "which is blocked in read(0) on it. What is missing is close(4) in sh 20 after fork.\n"},
    {"EOF withheld: one in between holds a read end, but reads not",
     {"pipe a fill=0; 20 1 sh wait 4>a; 21 20 mid wait 0<a; 22 21 wc read(0) 0<a"},
     0,
     "EOF is withheld: sh 20 still holds a write end of pipe ①, fd 4, while it waits for wc 22, "
     "which is blocked in read(0) on it. What is missing is close(4) in sh 20 after fork.\n"},
    {"EOF withheld by both",
     {"pipe a fill=0; 9 1 sh wait 4>a; 11 9 cat read(0) 0<a 4>a"},
     0,
     "EOF is withheld: cat 11 still holds a write end of pipe ①, fd 4, while it is itself blocked "
     "in "
     "read(0) on it. What is missing is close(4) in cat 11 after fork.\n"
     "Another write end of pipe ① is held by sh 9 (fd 4).\n"},
    {"EOF withheld on a FIFO",
     {"fifo a path=/f fill=0; 11 1 cat read(3) 3<>a"},
     0,
     "EOF is withheld: cat 11 still holds a write end of FIFO ①, fd 3, while it is itself blocked "
     "in "
     "read(3) on it. What is missing is close(3) in cat 11.\n"},

    {"full",
     {"pipe a fill=65536 cap=65536; 9 1 sh wait; 10 9 yes write(1) 1>a; 11 9 sh tty 0<a"},
     0,
     "yes 10 is blocked in write(1): pipe ① is full (65,536 of 65,536 bytes). It goes on when a "
     "reader makes room; sh 11, which holds the read end (fd 0), waits for the terminal.\n"},
    {"blocked below the capacity",
     {"pipe a fill=48000 cap=65536; 10 1 w write(1) 1>a; 11 1 r sleep 0<a 3<a"},
     0,
     "w 10 is blocked in write(1): pipe ① has no room (48,000 of 65,536 bytes; "
     "each slot is a page, and none is free). It goes on when a reader makes room; r 11, "
     "which holds the read end (fds 0, 3), sleeps for a set time.\n"},
    {"blocked, and looking into pipes is off",
     {"pipe a err=125; 10 1 w write(1) 1>a; 11 1 r run 0<a; 12 1 q stopped 0<a"},
     0,
     "w 10 is blocked in write(1): pipe ① has no room (how much is in it is "
     "unknown: ECANCELED, looking into pipes is switched off). It goes on when a reader makes "
     "room; "
     "read ends: r 11 (fd 0) runs or is ready to run and q 12 (fd 0) is stopped until "
     "SIGCONT.\n"},
    {"nobody but the writer could read",
     {"pipe a fill=65536 cap=65536; 10 1 w write(4) 3<a 4>a"},
     0,
     "w 10 is blocked in write(4): pipe ① is full (65,536 of 65,536 bytes). Nobody but w 10 itself "
     "holds a read end: nobody will make room.\n"},
    {"but one with another thread may do so",
     {"pipe a fill=65536 cap=65536; 10 1 w 3<a 4>a +10:write(4) +11:run"},
     0,
     "w 10 is blocked in write(4): pipe ① is full (65,536 of 65,536 bytes). It goes on when a "
     "reader makes room; w 10, which holds the read end (fd 3), waits for room in pipe ①.\n"},
    {"two writers, one socketpair",
     {"pair a b fill=212992; 10 1 w send(4) 4=b; 11 1 v send(4) 4=b; 12 1 r poll 3=a"},
     0,
     "w 10 and 1 more are blocked in write(4): socketpair ① has no room "
     "(212,992 "
     "bytes). They go on when a reader makes room; r 12, which holds the read end (fd 3), waits in "
     "poll "
     "for one of several descriptors.\n"},

    {"no reader",
     {"pipe a err=32; 10 1 w sleep 1>a 5>a"},
     0,
     "No read end of pipe ① is open any more. The next write to it raises SIGPIPE, and fails with "
     "EPIPE where that is ignored or caught. Write ends: w 10 (fds 1, 5) sleeps for a set time.\n"},
    {"killed by SIGPIPE, seen as a zombie",
     {"snap time_ms=0; pipe a; 9 1 sh tty; 10 9 yes 0:tty 1>a 2:tty; 11 9 head 0<a",
      "snap time_ms=50; 9 1 sh tty; 10 9 yes zombie=13"},
     0,
     "yes 10 was killed by SIGPIPE: it wrote to pipe ① when no read end was left.\n"},
    {"one of a pipeline was waited for between two looks",
     {"snap time_ms=0; pipe a; 9 1 sh tty; 10 9 yes 1>a; 11 9 head 0<a",
      "snap time_ms=50; 9 1 sh tty"},
     0,
     "yes 10 has ended, how is not known: it was waited for between two looks.\n"},
    {"killed by SIGPIPE, but its pipe can still be read",
     {"snap time_ms=0; pipe a fill=0; 9 1 sh tty; 10 9 yes 1>a; 11 9 cat tty 0<a",
      "snap time_ms=50; pipe a fill=0; 9 1 sh tty 5>a; 10 9 yes zombie=13; 11 9 cat tty 0<a"},
     0,
     "yes 10 was killed by SIGPIPE, the signal for writing to a pipe or socket that nobody can "
     "read "
     "from.\n"},
    {"killed by SIGPIPE, which pipe is not known",
     {"snap time_ms=0; pipe a; pipe b; 9 1 sh tty; 10 9 yes 1>a 3>b; 11 9 head 0<a 3<b",
      "snap time_ms=50; 9 1 sh tty; 10 9 yes zombie=13; 11 9 head zombie=0"},
     0,
     "yes 10 was killed by SIGPIPE, the signal for writing to a pipe or socket that nobody can "
     "read "
     "from.\n"},

    {"a zombie",
     {"9 1 sh tty; 10 9 true zombie=0"},
     10,
     "true 10 has ended (exit 0) and stays a zombie until its parent sh 9 waits for it.\n"},
    {"a zombie whose status may not be read, and whose parent is not seen",
     {"10 7 true zombie"},
     0,
     "true 10 has ended (with what status is not known) and stays a zombie until its parent "
     "process 7 "
     "waits for it.\n"},
    {"a zombie that is waited for at once is not worth a sentence",
     {"snap time_ms=0; 9 1 sh; 10 9 true", "snap time_ms=50; 9 1 sh; 10 9 true zombie=0"},
     0,
     "2 processes; none is seen blocked on a pipe.\n"},
    {"five zombies",
     {"9 1 sh tty; 10 9 a zombie=0; 11 9 a zombie=0; 12 9 a zombie=256; "
      "13 9 a zombie=9; 14 9 a zombie=0"},
     0,
     "a 10 has ended (exit 0) and stays a zombie until its parent sh 9 waits for it.\n"
     "a 11 has ended (exit 0) and stays a zombie until its parent sh 9 waits for it.\n"
     "a 12 has ended (exit 1) and stays a zombie until its parent sh 9 waits for it.\n"
     "(2 more zombies)\n"},

    {"sleep 100 | cat",
     {"pipe a fill=0; 9 1 sh wait; 10 9 sleep sleep 1>a; 11 9 cat read(0) 0<a"},
     0,
     "cat 11 is blocked in read(0): pipe ① is empty. It waits for data, or for the write end to "
     "close: sleep 10 (fd 1) sleeps for a set time.\n"},
    {"two write ends",
     {"pipe a fill=0; 9 1 sh run 4>a; 10 9 sleep sleep 1>a; 11 9 cat read(0) 0<a"},
     11,
     "cat 11 is blocked in read(0): pipe ① is empty. It waits for data, or for the last of 2 write "
     "ends to close: sh 9 (fd 4) runs or is ready to run and sleep 10 (fd 1) sleeps for a set "
     "time.\n"},
    {"fill unknown, the writer not seen",
     {"pipe a err=13; 11 1 cat read(0) 0<a"},
     0,
     "cat 11 is blocked in read(0) on pipe ①. It waits for data, or for EOF; who holds the write "
     "end "
     "cannot be seen.\n"},
    {"one whose descriptors may not be listed",
     {"snap root=9; pipe a fill=0; 9 1 sh wait; 10 9 su sleep noaccess; 11 9 cat read(0) 0<a 3>a"},
     0,
     "cat 11 is blocked in read(0): pipe ① is empty. It waits for data, or for the write end to "
     "close: cat 11 (fd 3) waits for data in pipe ①; there may be others, which we may not see.\n"
     "What su 10 has open cannot be seen (EACCES, no permission), so other ends may be held "
     "there.\n"},
    {"a circle: each reads what the other would write",
     {"pipe a fill=0; pipe b fill=0; 9 1 p read(3) 3<b 4>a; 11 9 c read(0) 0<a 1>b"},
     0,
     "c 11 is blocked in read(0): pipe ① is empty. It waits for data, or for the write end to "
     "close: "
     "p 9 (fd 4) waits for data in pipe ②.\n"
     "p 9 is blocked in read(3): pipe ② is empty. It waits for data, or for the write end to "
     "close: "
     "c 11 (fd 1) waits for data in pipe ①.\n"},
    {"no writer, data left",
     {"pipe a fill=1300; 11 1 r sleep 0<a"},
     0,
     "Every write end of pipe ① is closed: what is in it (1,300 bytes) can still be read, then "
     "comes "
     "EOF. Read ends: r 11 (fd 0) sleeps for a set time.\n"},
    {"no writer, nothing left",
     {"pipe a fill=0; 11 1 r run 0<a"},
     0,
     "Every write end of pipe ① is closed: the next read gets EOF. Read ends: r 11 (fd 0) runs or "
     "is "
     "ready to run.\n"},

    {"an orphan",
     {"snap time_ms=0; 1 0 init poll; 5 1 sh run; 6 5 sleep sleep",
      "snap time_ms=50; 1 0 init poll; 6 1 sleep sleep"},
     0,
     "sleep 6 is an orphan: its parent has ended, and init 1 has adopted it.\n"},
    {"an orphan of our own",
     {"snap time_ms=0 adopter=3; 5 3 sh run; 6 5 sleep sleep",
      "snap time_ms=50 adopter=3; 6 3 sleep sleep"},
     6,
     "sleep 6 is an orphan: its parent has ended, and proclab's supervisor has adopted it.\n"
     "sleep 6 sleeps for a set time.\n"},

    {"data flow: the same sentence whoever is asleep at this look",
     {"snap time_ms=0; pipe a fill=0; 10 1 yes 1>a wchar=0; 11 1 wc 0<a rchar=0",
      "snap time_ms=1000; pipe a fill=65536 cap=65536; 10 1 yes write(1) 1>a wchar=9000000; "
      "11 1 wc 0<a rchar=9000000"},
     10,
     "Data flow through pipe ① from yes 10 (fd 1) to wc 11 (fd 0).\n"},
    {"and here the other",
     {"snap time_ms=0; pipe a fill=0; 10 1 yes 1>a wchar=0; 11 1 wc 0<a rchar=0",
      "snap time_ms=1000; pipe a fill=0; 10 1 yes 1>a wchar=9000000; 11 1 wc read(0) 0<a "
      "rchar=9000000"},
     11,
     "Data flow through pipe ① from yes 10 (fd 1) to wc 11 (fd 0).\n"},
    {"but what flows within one process is its own affair",
     {"snap time_ms=0; pipe a fill=0; 10 1 node poll 5>a 4<a wchar=0 rchar=0; 11 1 b poll",
      "snap time_ms=1000; pipe a fill=0; 10 1 node poll 5>a 4<a wchar=99 rchar=99; 11 1 b poll"},
     0,
     "2 processes; none is seen blocked on a pipe.\n"},
    {"but a reader that has slept all along waits",
     {"snap time_ms=0; pipe a fill=0; 10 1 w sleep 1>a wchar=0; 11 1 r read(0) 0<a rchar=0 vol=1",
      "snap time_ms=900; pipe a fill=0; 10 1 w sleep 1>a wchar=5; 11 1 r read(0) 0<a rchar=5 vol=2",
      "snap time_ms=1000; pipe a fill=0; 10 1 w sleep 1>a wchar=5; 11 1 r read(0) 0<a rchar=5 "
      "vol=2"},
     0,
     "r 11 is blocked in read(0): pipe ① is empty. It waits for data, or for the write end to "
     "close: "
     "w 10 (fd 1) sleeps for a set time.\n"},

    {"the selected one waits for its only child",
     {"9 1 sh wait; 10 9 x run; 11 9 y zombie=0"},
     9,
     "y 11 has ended (exit 0) and stays a zombie until its parent sh 9 waits for it.\n"
     "sh 9 waits for its child x 10 to end.\n"},
    {"for one of two",
     {"9 1 sh wait; 10 9 x run; 11 9 y run"},
     9,
     "sh 9 waits for a child to end.\n"},
    {"on a futex", {"9 1 sh futex"}, 9, "sh 9 waits for another task (futex).\n"},
    {"for a signal", {"9 1 sh signal"}, 9, "sh 9 waits for a signal.\n"},
    {"in some call", {"9 1 sh other"}, 9, "sh 9 is asleep in flock.\n"},
    {"where only the kernel's function is known",
     {"9 1 sh asleep wchan=do_foo"},
     9,
     "sh 9 is asleep in the kernel's do_foo.\n"},
    {"in what is not known", {"9 1 sh asleep"}, 9, "sh 9 is asleep, in what is not known.\n"},
    {"not to be woken", {"9 1 sh disk"}, 9, "sh 9 is in a sleep that signals do not end (D).\n"},
    {"debugged", {"9 1 sh traced"}, 9, "sh 9 is held by a debugger.\n"},
    {"its main thread ended",
     {"9 1 sh zombie threads=3"},
     9,
     "sh 9 has ended its main thread; others go on.\n"},
    {"selected and gone",
     {"snap time_ms=0; 8 1 x; 9 1 sh", "snap time_ms=50; 8 1 x"},
     9,
     "1 process; none is seen blocked on a pipe.\n"},
    {"a name that is no text",
     {"9 1 a\x1b[2Jb\xff run"},
     9,
     "a\\x1b[2Jb\\xff 9 runs or is ready to run.\n"},
};

static void expect_says(const char *name, const char *const *looks, size_t n, pid_t selected,
                        const char *wanted)
{
    struct history *h = history_new(1 << 20);
    struct moment m;
    for (size_t i = 0; i < n; i++)
        cr_assert(eq(int, history_push(h, build_snapshot(looks[i])), 0));
    cr_assert(eq(int, history_moment(h, n - 1, &m), 0));
    char *said =
        explain_moment(&m, selected ? snapshot_find(history_snapshot(h, 0), selected) : NULL);
    cr_expect(said && strcmp(said, wanted) == 0, "%s:\n%snot:\n%s", name, said, wanted);
    free(said);
    moment_fini(&m);
    history_free(h);
}

Test(explain, moments, .timeout = 20)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        size_t n = 0;
        while (n < 4 && sentences[i].looks[n])
            n++;
        expect_says(sentences[i].name, sentences[i].looks, n, sentences[i].selected,
                    sentences[i].says);
    }
}

Test(explain, the_most_instructive_first, .timeout = 20)
{
    static const char *const looks[] = {
        "pipe e fill=0; pipe d fill=0; pipe c; pipe b fill=4096 cap=4096; pipe a fill=0;"
        "9 1 sh tty; 10 9 z zombie=0; 11 9 r read(0) 0<e 1>e; 12 9 w write(1) 1>b; 13 9 r tty 0<b;"
        "14 9 s sleep 1>c 3>d; 15 9 r read(0) 0<d; 16 9 r tty 0<a"};
    static const char *const order[] = {"EOF is withheld: r 11",
                                        "w 12 is blocked in write",
                                        "No read end of",
                                        "z 10 has ended",
                                        "r 15 is blocked",
                                        "Every write end",
                                        "sh 9 waits for the terminal"};
    struct history *h = history_new(1 << 20);
    struct moment m;
    cr_assert(eq(int, history_push(h, build_snapshot(looks[0])), 0));
    cr_assert(eq(int, history_moment(h, 0, &m), 0));
    char *said = explain_moment(&m, snapshot_find(m.now, 9)), *at = said;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        char *found = strstr(at, order[i]);
        cr_assert(found != NULL, "'%s' is missing, or too early, in:\n%s", order[i], said);
        at = found;
    }
    free(said);
    moment_fini(&m);
    history_free(h);
}

Test(explain, numbers_beyond_twenty, .timeout = 20)
{
    struct history *h = history_new(1 << 20);
    struct snapshot *s = snapshot_new();
    struct moment m;
    for (int i = 1; i <= 21; i++) {
        char text[64];
        snprintf(text, sizeof text, "pipe %d fill=0; %d 1 r %s 0<%d", i, i + 100,
                 i < 20 ? "tty 1>9999" : "read(0)", i);
        build_more(s, text);
    }
    snapshot_finish(s);
    cr_assert(eq(int, history_push(h, s), 0));
    cr_assert(eq(int, history_moment(h, 0, &m), 0));
    char *said = explain_moment(&m, NULL);
    cr_expect(strstr(said, "pipe ⑳ is empty") != NULL, "%s", said);
    cr_expect(strstr(said, "pipe (21) is empty") != NULL, "%s", said);
    cr_expect(strstr(said, "(16 more: every write end is closed)") != NULL, "%s", said);
    free(said);
    moment_fini(&m);
    history_free(h);
}

/* ---- statuses and states ----------------------------------------------------------------- */

Test(explain, statuses)
{
    static const struct {
        int status;
        const char *words;
    } statuses[] = {
        {-1, "?"},
        {0, "exit 0"},
        {3 << 8, "exit 3"},
        {255 << 8, "exit 255"},
        {9, "SIGKILL"},
        {13, "SIGPIPE"},
        {11 | 0x80, "SIGSEGV (core dumped)"},
        {34, "SIGRTMIN+0"},
        {32, "signal 32"},
        {0x137f, "status 0x137f"},
    };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        char words[64];
        explain_status(statuses[i].status, words, sizeof words);
        cr_expect_str_eq(words, statuses[i].words);
    }
    char small[6];
    explain_status(11 | 0x80, small, sizeof small);
    cr_expect_str_eq(small, "SIGSE");
}

Test(explain, states)
{
    static const struct {
        const char *process, *words;
    } states[] = {
        {"1 0 a run", "running"},     {"1 0 a read(0)", "pipe read"},
        {"1 0 a wait", "wait"},       {"1 0 a asleep", "asleep"},
        {"1 0 a sleep", "sleep"},     {"1 0 a disk", "disk sleep"},
        {"1 0 a stopped", "stopped"}, {"1 0 a traced", "traced"},
        {"1 0 a zombie", "zombie"},   {"1 0 a zombie threads=2", "main ended"},
        {"1 0 a kernel", "idle"},     {"1 0 a dead", "dead"},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct snapshot *s = build_snapshot(states[i].process);
        cr_expect_str_eq(explain_state(&s->processes[0]), states[i].words);
        snapshot_free(s);
    }
}

/* ---- bytes that may be anything ---------------------------------------------------------- */

Test(explain, printable)
{
    static const struct {
        const char *bytes, *printable;
    } texts[] = {
        {"", ""},
        {"plain", "plain"},
        {"a b) (c", "a b) (c"},
        {"\n\t\r\a\b\v\f", "\\n\\t\\r\\a\\b\\v\\f"},
        {"\x1b[31m\x7f\x01", "\\x1b[31m\\x7f\\x01"},
        {"grün ▶ 漢 😀", "grün ▶ 漢 😀"},
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc3", "\\xc3"},                            /* cut off */
        {"\xc3(", "\\xc3("},                          /* no continuation */
        {"\xc0\xaf", "\\xc0\\xaf"},                   /* overlong */
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},          /* overlong */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
        {"\xc2\x9b", "\\u009b"},                      /* CSI in one character */
        {"\xe2\x80\xae", "\\u202e"},                  /* turns the writing direction round */
        {"\xef\xbb\xbf", "\\ufeff"},
        {"\xf3\xa0\x80\x81", "\\U000e0001"},
        {"\xef\xbf\xbf", "\\uffff"},
        {"\xee\x80\x80", "\\ue000"},
        {"x\xe2\x80z", "x\\xe2\\x80z"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char buf[64];
        size_t n = explain_printable(texts[i].bytes, strlen(texts[i].bytes), buf, sizeof buf);
        cr_expect_str_eq(buf, texts[i].printable);
        cr_expect(eq(sz, n, strlen(texts[i].printable)));
    }
    char nul[16];
    cr_expect(eq(sz, explain_printable("a\0b", 3, nul, sizeof nul), 6));
    cr_expect_str_eq(nul, "a\\x00b");
}

Test(explain, printable_cuts_no_character_in_half)
{
    static const char text[] = "aü\x01漢";
    static const char *const cut[] = {"",   "",   "a",       "a",       "aü",      "aü",
                                      "aü", "aü", "aü\\x01", "aü\\x01", "aü\\x01", "aü\\x01漢"};
    for (size_t len = 0; len < sizeof cut / sizeof *cut; len++) {
        char buf[16] = "unwritten";
        cr_expect(eq(sz, explain_printable(text, sizeof text - 1, buf, len), 10));
        cr_expect_str_eq(buf, len ? cut[len] : "unwritten");
    }
    cr_expect(eq(sz, explain_printable(text, sizeof text - 1, NULL, 0), 10));
}
