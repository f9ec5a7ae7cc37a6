/*
 * Programs that know nothing of gradekit, watched: a shell script whose first argument says what it does. That a
 * probe comes back is for the graders' own tests (tests/graders).
 */
#include "gradekit/watch.h"

#include "gradekit/record.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];

static void make_script(void)
{
    static const char script[] =
        "#!/bin/sh\n"
        "case $1 in\n"
        "exit) exit 3;;\n"
        "kill) kill -SEGV $$;;\n"
        "loop) while :; do :; done;;\n"
        "hang) sh -c 'kill -STOP $$' & wait;;\n"
        "flood) while :; do echo 0123456789; done;;\n"
        "flood-by-child) head -c 99999999 /dev/zero; exit 5;;\n"
        "print) echo hello; echo there >&2;;\n"
        "bomb) while :; do sleep 30 & done;;\n"
        "quick-bomb) i=0; while [ $i -lt 110 ]; do sleep 30 & i=$((i+1)); done;;\n"
        "esac\n";
    strcpy(path, "/tmp/proclab-watch-test-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, script, sizeof script - 1) == (ssize_t)sizeof script - 1);
    fchmod(fd, 0755);
    close(fd);
}

static void remove_script(void)
{
    unlink(path);
}

static struct record *watch(const char *what)
{
    const struct watch_options options = {.probes = path, .sandbox = SANDBOX_PLAIN};
    struct record *r = NULL;
    cr_assert_eq(watch_probe(&options, what, &r), 0);
    return r;
}

#define WATCH_TEST(name_)                                                                          \
    Test(watch, name_, .timeout = 60, .init = make_script, .fini = remove_script)

WATCH_TEST(an_exit_is_not_coming_back)
{
    struct record *r = watch("exit");
    cr_expect_eq(r->end, END_EXITED);
    cr_expect_eq(r->wait_status, 3 << 8);
    record_free(r);
}

WATCH_TEST(an_exit_with_0_neither)
{
    struct record *r = watch("print");
    cr_expect_eq(r->end, END_EXITED);
    cr_expect_str_eq(r->output, "hello\nthere\n");
    cr_expect_eq(r->output_bytes, 12);
    record_free(r);
}

WATCH_TEST(a_signal)
{
    struct record *r = watch("kill");
    cr_expect_eq(r->end, END_KILLED);
    cr_expect_eq(r->wait_status & 0x7F, SIGSEGV);
    record_free(r);
}

WATCH_TEST(an_endless_loop)
{
    struct record *r = watch("loop");
    cr_expect_eq(r->end, END_LOOPED);
    record_free(r);
}

WATCH_TEST(a_hang_with_who_waits_for_what)
{
    struct record *r = watch("hang");
    cr_expect_eq(r->end, END_HUNG);
    cr_assert_not_null(r->story);
    cr_expect_not_null(strstr(r->story, "sh is stopped"), "%s", r->story);
    cr_expect_not_null(strstr(r->story, "the caller is asleep in "), "%s", r->story);
    record_free(r);
}

WATCH_TEST(a_flood)
{
    struct record *r = watch("flood");
    cr_expect(r->end == END_FLOODED || r->end == END_LOOPED, "%d", r->end);
    cr_expect_leq(r->output_bytes, (size_t)16 << 20);
    record_free(r);
}

WATCH_TEST(a_flood_by_a_child_is_stopped_too)
{
    struct record *r = watch("flood-by-child");
    cr_expect_eq(r->output_bytes, (size_t)16 << 20);
    record_free(r);
}

WATCH_TEST(a_fork_bomb)
{
    struct record *r = watch("bomb");
    cr_expect_eq(r->end, END_BOMBED, "%d", r->end);
    cr_expect_geq(r->most_processes, 100);
    record_free(r);
}

/* It may be over before anybody has looked. */
WATCH_TEST(a_fork_bomb_that_gives_up)
{
    struct record *r = watch("quick-bomb");
    cr_expect_eq(r->end, END_BOMBED, "%d", r->end);
    cr_expect_geq(r->most_processes, 100);
    record_free(r);
}

WATCH_TEST(a_program_that_is_not_there)
{
    unlink(path);
    struct record *r = watch("exit");
    cr_expect_eq(r->end, END_NOT_STARTED);
    cr_expect_gt(r->error, 0);
    record_free(r);
}
