/* What the trials say agrees with what this machine can be seen to do; and they leave nothing
 * behind. */
#include "proc/capabilities.h"
#include "proc/root.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t count_own_fds(void)
{
    int *fds = NULL, dir = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t cap = 0;
    ssize_t n = proc_list_numbers(dir, &fds, &cap);
    cr_assert_geq(n, 0);
    close(dir);
    free(fds);
    return (size_t)n;
}

static const struct capability *row_of(const struct capability *table, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    cr_assert_fail("no row '%s'", name);
    return NULL;
}

Test(capabilities, are_tried_and_leave_nothing_behind, .timeout = 60)
{
    struct capability *table = NULL;
    size_t n = 0, fds_before = count_own_fds();
    cr_assert_eq(capabilities_try(NULL, &table, &n), 0);
    cr_assert_gt(n, 10);
    for (size_t i = 0; i < n; i++) {
        cr_expect(table[i].name && *table[i].name);
        cr_expect(*table[i].detail, "%s: nothing was seen", table[i].name);
        cr_expect(table[i].meaning && *table[i].meaning);
        cr_expect(!table[i].ok || !table[i].remedy, "%s works and has a remedy", table[i].name);
    }
    /* These need nothing that a test machine could lack: our own child, our own memory. */
    static const char *const always[] = {"context switches", "open files", "pipe fill"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        cr_expect(row_of(table, n, always[i])->ok, "%s: %s", always[i],
                  row_of(table, n, always[i])->detail);
    cr_expect_eq(count_own_fds(), fds_before);
    cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
    cr_expect_eq(errno, ECHILD, "a child is left");
    free(table);
}

Test(capabilities, see_a_low_limit, .timeout = 60)
{
    struct capability *table = NULL;
    size_t n = 0;
    struct rlimit limit = {40, 40};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cr_assert_eq(capabilities_try(NULL, &table, &n), 0);
    const struct capability *row = row_of(table, n, "open file limit");
    cr_expect_not(row->ok);
    cr_expect_not_null(row->remedy);
    cr_expect(strstr(row->detail, "hard 40"), "%s", row->detail);
    free(table);
}

Test(capabilities, say_what_failed, .timeout = 60)
{
    struct capability *table = NULL;
    size_t n = 0;
    cr_assert_eq(setenv("PATH", "/nonexistent", 1), 0);
    cr_assert_eq(capabilities_try(NULL, &table, &n), 0);
    const struct capability *row = row_of(table, n, "user namespaces");
    cr_expect_not(row->ok);
    cr_expect_str_eq(row->detail, "bwrap is not installed");
    free(table);
    cr_expect_eq(capabilities_try("/nonexistent", &table, &n), -ENOENT);
}
