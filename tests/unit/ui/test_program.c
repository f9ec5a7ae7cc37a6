/* The watched program's terminal: drained within bounds, typed into, judged. */
#include "ui/program.h"

#include "model/screen.h"
#include "run/descent.h"
#include "run/terminal.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct program program;
static struct run *run;
static struct terminal *terminal;

static void start(const char *script)
{
    char sh[] = "sh", c[] = "-c", *text = strdup(script);
    char *argv[] = {sh, c, text, NULL};
    struct run_spec spec = {.argv = argv,
                            .use_pty = true,
                            .rows = 10,
                            .cols = 40,
                            .stdio = {-1, -1, -1},
                            .terminal_fd = -1};
    cr_assert_eq(run_start(&spec, &run), 0);
    free(text);
    terminal = terminal_new(10, 40);
    program_init(&program, run, terminal);
}

static void stop(void)
{
    run_end(run, NULL);
    terminal_free(terminal);
}

TestSuite(program, .timeout = 30);

/* The text of its screen: rows joined. */
static bool shows(const char *wanted)
{
    const struct screen *s = program_screen(&program);
    char text[10 * 40 + 1];
    size_t n = 0;
    for (int i = 0; i < s->rows * s->cols && n < sizeof text - 1; i++)
        text[n++] = s->cells[i].rune && s->cells[i].rune < 128 ? (char)s->cells[i].rune : ' ';
    text[n] = '\0';
    return strstr(text, wanted) != NULL;
}

static void wait_for_output(void)
{
    struct pollfd fd = {.fd = run_pty(run), .events = program_wanted_events(&program)};
    poll(&fd, 1, 100);
    program_begin_frame(&program);
    program_read(&program);
    program_flush(&program);
}

Test(program, what_it_writes_is_shown_and_what_is_typed_is_read)
{
    start("echo hello; read x; echo got-$x; sleep 100");
    while (!shows("hello"))
        wait_for_output();
    cr_expect(program_type(&program, "abc\n", 4));
    while (!shows("got-abc"))
        wait_for_output();
    cr_expect_str_empty(program.ended_text);
    stop();
}

Test(program, its_end_is_told_once)
{
    start("exit 3");
    struct pollfd fd = {.fd = run_ended_fd(run), .events = POLLIN};
    while (!program.result.has_ended) {
        poll(&fd, 1, -1);
        program_check_end(&program);
    }
    cr_expect_str_eq(program.ended_text, "exited 3");
    cr_expect_not(program_check_end(&program));
    while (!program.is_read_out)
        wait_for_output();
    cr_expect_not(program_type(&program, "x", 1), "nobody reads any more");
    cr_expect_eq(program_wanted_events(&program), 0);
    stop();
}

Test(program, killed_says_by_what)
{
    start("kill -USR1 $$");
    struct pollfd fd = {.fd = run_ended_fd(run), .events = POLLIN};
    while (!program.result.has_ended) {
        poll(&fd, 1, -1);
        program_check_end(&program);
    }
    cr_expect_str_eq(program.ended_text, "killed by SIGUSR1");
    stop();
}

static pid_t parent_of(pid_t pid)
{
    struct descent_stat stat;
    cr_assert_eq(descent_read_stat(pid, &stat), 0);
    return stat.ppid;
}

/* Then there is no wait status: 0 would read as "exited 0". */
Test(program, an_end_that_nobody_saw_is_not_called_an_exit)
{
    start("sleep 100");
    pid_t supervisor = run_supervisor_pid(run), guard = parent_of(supervisor);
    kill(guard, SIGKILL);
    kill(supervisor, SIGKILL);
    struct pollfd fd = {.fd = run_ended_fd(run), .events = POLLIN};
    while (!program.result.has_ended) {
        poll(&fd, 1, -1);
        program_check_end(&program);
    }
    cr_expect_null(strstr(program.ended_text, "exited"), "%s", program.ended_text);
    cr_expect_not_null(strstr(program.ended_text, "nobody saw"), "%s", program.ended_text);
    stop();
}

Test(program, a_flood_is_taken_in_frames)
{
    start("yes");
    struct pollfd fd = {.fd = run_pty(run), .events = POLLIN};
    /* Within one frame it ends by itself, although yes never does. */
    while (program_wanted_events(&program) & POLLIN) {
        poll(&fd, 1, -1);
        program_read(&program);
    }
    cr_expect_not(program_read(&program));
    program_begin_frame(&program);
    poll(&fd, 1, -1);
    cr_expect(program_read(&program));
    stop();
}

Test(program, one_that_reads_nothing_takes_only_so_much)
{
    start("stty raw -echo; echo ready; sleep 100");
    while (!shows("ready"))
        wait_for_output();
    char block[1000];
    memset(block, 'x', sizeof block);
    size_t n = 0;
    while (n < 1000 && program_type(&program, block, sizeof block))
        n++;
    cr_expect(n > 0 && n < 1000, "%zu thousand bytes were taken", n);
    cr_expect(program_wanted_events(&program) & POLLOUT);
    stop();
}

Test(program, asks_where_the_cursor_is_and_is_answered)
{
    start("stty raw -echo; printf '\\033[3;7H\\033[6n'; r=$(dd bs=1 count=6 2>/dev/null); "
          "stty sane; printf %s \"$r\" | tail -c 5; sleep 100");
    while (!shows("[3;7R"))
        wait_for_output();
    stop();
}
