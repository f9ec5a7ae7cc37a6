/* Signals as flags: none is lost, and all is given back. */
#include "ui/signals.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

TestSuite(signals, .timeout = 20);

Test(signals, come_only_while_waiting)
{
    cr_assert_eq(signals_init(), 0);
    raise(SIGTERM);
    cr_expect_eq(signals_ending(), 0, "it is blocked until we wait");
    cr_expect_eq(signals_wait(NULL, 0, -1), 0, "and ends the wait at once");
    cr_expect_eq(signals_ending(), SIGTERM);
    signals_fini();
}

/* ppoll(2) itself lets none through then, and a slow machine always has the next frame due. */
Test(signals, come_where_something_is_always_ready)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    struct pollfd fd = {.fd = ends[0], .events = POLLIN};
    cr_assert_eq(signals_init(), 0);
    raise(SIGTERM);
    cr_expect_eq(signals_wait(&fd, 1, -1), 1);
    cr_expect_eq(signals_ending(), SIGTERM);
    signals_fini();
    close(ends[0]);
    close(ends[1]);
}

Test(signals, the_first_that_ends_us_counts)
{
    cr_assert_eq(signals_init(), 0);
    raise(SIGHUP);
    signals_wait(NULL, 0, -1);
    raise(SIGINT);
    signals_wait(NULL, 0, -1);
    cr_expect_eq(signals_ending(), SIGHUP);
    signals_fini();
}

Test(signals, are_taken_once)
{
    cr_assert_eq(signals_init(), 0);
    cr_expect_not(signals_take_winch());
    raise(SIGWINCH);
    raise(SIGTSTP);
    signals_wait(NULL, 0, -1); /* one at a time */
    signals_wait(NULL, 0, -1);
    cr_expect(signals_take_winch());
    cr_expect_not(signals_take_winch());
    cr_expect(signals_take_tstp());
    cr_expect_not(signals_take_tstp());
    cr_expect_eq(signals_ending(), 0);
    signals_fini();
}

Test(signals, ignored_ones_stay_ignored)
{
    signal(SIGHUP, SIG_IGN); /* nohup */
    cr_assert_eq(signals_init(), 0);
    raise(SIGHUP);
    cr_expect_eq(signals_wait(NULL, 0, 1000000), 0);
    cr_expect_eq(signals_ending(), 0);
    signals_fini();
    struct sigaction now;
    sigaction(SIGHUP, NULL, &now);
    cr_expect(now.sa_handler == SIG_IGN);
}

Test(signals, dispositions_and_mask_are_given_back)
{
    sigset_t before, after;
    sigprocmask(SIG_BLOCK, NULL, &before);
    cr_assert_eq(signals_init(), 0);
    signals_fini();
    sigprocmask(SIG_BLOCK, NULL, &after);
    for (int number = 1; number < NSIG; number++)
        cr_expect_eq(sigismember(&before, number), sigismember(&after, number), "signal %d",
                     number);
    struct sigaction now;
    sigaction(SIGTERM, NULL, &now);
    cr_expect(now.sa_handler == SIG_DFL);
}
