#include "model/history.h"
#include "model/waits.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* What the process `pid` of this look waits for, in words. */
static void expect_waits(const char *look, pid_t pid, const char *wanted)
{
    struct history *h = history_new(1u << 20);
    struct moment m;
    char text[256];
    cr_assert(history_push(h, build_snapshot(look)) == 0);
    cr_assert(history_moment(h, 0, &m) == 0);
    const struct process *p = snapshot_find(m.now, pid);
    cr_assert(p);
    waits_say(&m, p, p->state, &p->waiting, text, sizeof text);
    cr_expect(strcmp(text, wanted) == 0, "%d: '%s', not '%s'", (int)pid, text, wanted);
    moment_fini(&m);
    history_free(h);
}

#define PAIR                                                                                       \
    "snap time_ms=1 root=10; pipe a; 10 1 sh wait; 11 10 yes write(1) 1>a; 12 10 cat read(0) 0<a;"

Test(waits, on_a_pipe_for_those_who_hold_the_other_end, .timeout = 20)
{
    expect_waits(PAIR, 11, "① cat 12");
    expect_waits(PAIR, 12, "① yes 11");
    expect_waits(PAIR "13 10 tee run 3>a 4>a 5<a; 14 10 tail sleep 0<a", 12, "① yes 11, 1 more");
    expect_waits(PAIR "13 10 tee run 3>a 4>a 5<a; 14 10 tail sleep 0<a", 11, "① cat 12, 2 more");
}

/* It holds a write end of the pipe that it reads: nobody else can send, or end it. */
Test(waits, for_itself_where_it_holds_the_only_other_end, .timeout = 20)
{
    expect_waits("snap time_ms=1 root=10; pipe a; 10 1 cat read(0) 0<a 4>a", 10, "① itself");
}

Test(waits, in_wait_for_children_that_live, .timeout = 20)
{
    expect_waits(PAIR, 10, "a child of 2");
    expect_waits("snap time_ms=1 root=10; 10 1 sh wait; 11 10 a sleep; 12 10 b zombie=0", 10,
                 "a 11");
    expect_waits("snap time_ms=1 root=10; 10 1 sh wait; 11 10 a sleep; 12 10 b zombie=0", 12,
                 "sh 10");
    expect_waits("snap time_ms=1 root=10; 10 1 sh wait", 10, "a child");
}

Test(waits, for_what_is_no_process, .timeout = 20)
{
    static const struct {
        const char *doing, *wanted;
    } cases[] = {{"sleep", "time"},
                 {"tty", "the terminal"},
                 {"poll", "one of its fds"},
                 {"signal", "a signal"},
                 {"futex", "a futex"},
                 {"futex threads=3", "a thread"},
                 {"stopped", "SIGCONT"},
                 {"traced", "its debugger"},
                 {"read", "data"},
                 {"run", ""},
                 {"disk", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char look[128];
        snprintf(look, sizeof look, "snap time_ms=1 root=10; 10 1 a %s", cases[i].doing);
        expect_waits(look, 10, cases[i].wanted);
    }
}

Test(waits, between_two_sockets_for_the_other, .timeout = 20)
{
    expect_waits("snap time_ms=1 root=10; pair a b; 10 1 a recv(3) 3=a; 11 10 b run 4=b", 10,
                 "① b 11");
}
