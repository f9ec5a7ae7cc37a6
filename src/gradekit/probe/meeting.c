/*
 * meeting.c - memory that lets nobody go on who reads it until as many tasks as were asked for have come.
 */
#include "gradekit/probe/internal.h"
#include "gradekit/probe/probe.h"
#include "gradekit/probe/tasks.h"
#include "gradekit/probe/tasks_parts.h"

#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
    char *start, *end; /* pages */
    unsigned tasks;
} meeting; /* tasks 0: none */

static _Atomic uint32_t *n_met; /* a futex, shared with the caller's children */
static bool meets_at_begin;

bool probe_meeting_is_on(void)
{
    return meeting.tasks > 0;
}

static size_t whole_pages(size_t len)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (len + page - 1) / page * page;
}

void *probe_meeting_memory(size_t len)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = whole_pages(len);
    char *memory =
        mmap(NULL, pages + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    probe_must(memory != MAP_FAILED);
    probe_must(mprotect(memory + pages, page, PROT_NONE) == 0);
    return memory + pages - len;
}

/* The calling task reads what is closed, or begins. */
static void come(void)
{
    static _Thread_local bool has_come;
    if (gettid() == probe_caller_pid) {
        probe_put_int("came_caller", 1);
        meets_at_begin = probe_tasks && probe_tasks->n_made == 0;
        if (meets_at_begin)
            return; /* they would wait for each other for ever */
    } else if (!has_come) {
        char key[32];
        has_come = true;
        unsigned i = atomic_fetch_add(n_met, 1);
        snprintf(key, sizeof key, "came_pid_%u", i);
        probe_put_int(key, getpid());
        snprintf(key, sizeof key, "came_tid_%u", i);
        probe_put_int(key, gettid());
        syscall(SYS_futex, n_met, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
    }
    uint32_t n;
    while ((n = *n_met) < meeting.tasks)
        syscall(SYS_futex, n_met, FUTEX_WAIT, n, NULL, NULL, 0);
}

void probe_meeting_begin(void)
{
    if (meets_at_begin && meeting.tasks > 0)
        come();
}

/* SIGSEGV: at our pages it is a meeting; elsewhere a crash, as it would have been. */
static void see_fault(int signal_number, siginfo_t *info, void *context)
{
    char *at = info->si_addr;
    int error = errno;
    (void)context;
    if (at < meeting.start || at >= meeting.end) {
        signal(signal_number, SIG_DFL);
        return;
    }
    come();
    mprotect(meeting.start, (size_t)(meeting.end - meeting.start), PROT_READ);
    errno = error;
}

void probe_meeting_close(void *memory, size_t len, unsigned n)
{
    const struct sigaction action = {.sa_sigaction = see_fault,
                                     .sa_flags = SA_SIGINFO | SA_NODEFER};
    size_t pages = whole_pages(len);
    n_met = mmap(NULL, sizeof *n_met, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    probe_must(n_met != MAP_FAILED);
    probe_put_int("came_to", probe_caller_pid);
    meeting.end = (char *)memory + len;
    meeting.start = meeting.end - pages;
    meeting.tasks = n;
    if (n > 0)
        probe_must(sigaction(SIGSEGV, &action, NULL) == 0);
    probe_must(mprotect(meeting.start, pages, n > 0 ? PROT_NONE : PROT_READ) == 0);
}
