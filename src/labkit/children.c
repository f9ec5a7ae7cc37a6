#include "labkit/children.h"

#include "labkit/lab.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILDREN_MOST = 64, GATE_SECONDS = 10 };

/* A signal handler has to find them, and to know whose they are: labkit's only globals. */
static volatile pid_t children[CHILDREN_MOST];
static pid_t demo_pid;
static pid_t table_pid; /* whose children they are: a raw fork() copies the table */

static const int guarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { GUARDED = sizeof guarded / sizeof guarded[0] };

static void guarded_set(sigset_t *set)
{
    sigemptyset(set);
    for (int i = 0; i < GUARDED; i++)
        sigaddset(set, guarded[i]);
}

static void end_and_die(int sig)
{
    if (getpid() == table_pid)
        child_end_all();
    signal(sig, SIG_DFL);
    raise(sig); /* comes when the handler returns and unblocks it */
}

void children_guard(void)
{
    struct sigaction action = {.sa_handler = end_and_die};
    sigset_t none;

    demo_pid = table_pid = getpid();
    guarded_set(&action.sa_mask);
    for (int i = 0; i < GUARDED; i++) {
        struct sigaction before;

        /* nohup's SIGHUP and a background job's SIGINT stay ignored */
        sigaction(guarded[i], NULL, &before);
        if (before.sa_handler != SIG_IGN)
            sigaction(guarded[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_DFL); /* acts count on what these do by default */
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void forget(pid_t pid)
{
    for (int i = 0; i < CHILDREN_MOST; i++)
        if (children[i] == pid)
            children[i] = 0;
}

static int free_place(void)
{
    for (int i = 0; i < CHILDREN_MOST; i++)
        if (children[i] == 0)
            return i;
    errno = EAGAIN;
    lab_die("more children than labkit can keep");
}

static void become_child(const char *name, pid_t parent)
{
    for (int i = 0; i < GUARDED; i++)
        signal(guarded[i], SIG_DFL);
    prctl(PR_SET_NAME, name);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
        lab_die("prctl(PR_SET_PDEATHSIG)");
    if (getppid() != parent) /* it died before we could ask for that */
        _exit(1);
    for (int i = 0; i < CHILDREN_MOST; i++) /* they are the parent's */
        children[i] = 0;
    table_pid = getpid();
}

void child_keep(pid_t pid, const char *name)
{
    if (pid == 0)
        become_child(name, table_pid); /* still the parent's */
    else if (pid > 0)
        children[free_place()] = pid;
}

void child_release(pid_t pid)
{
    forget(pid);
}

pid_t child_fork(const char *name)
{
    int place = free_place();
    pid_t parent = getpid();
    sigset_t set, before;

    guarded_set(&set);
    fflush(NULL); /* else the child has a copy of what is not yet written */
    sigprocmask(SIG_BLOCK, &set, &before); /* no signal between fork and the table */
    pid_t pid = fork();
    if (pid == 0)
        become_child(name, parent);
    else if (pid > 0)
        children[place] = pid;
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    if (pid == -1)
        lab_die("fork");
    return pid;
}

int child_wait(pid_t pid)
{
    siginfo_t info;
    sigset_t set, before;
    int status = 0;

    /* Look first and take later: the handler must not meet a PID that is no longer ours. */
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
        if (errno != EINTR)
            lab_die("waitid");
    guarded_set(&set);
    sigprocmask(SIG_BLOCK, &set, &before);
    if (waitpid(pid, &status, 0) == -1)
        lab_die("waitpid");
    forget(pid);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

void child_end(pid_t pid)
{
    if (kill(pid, SIGKILL) == -1)
        lab_die("kill");
    child_wait(pid);
}

int child_end_all(void)
{
    int error = errno, n = 0;

    for (int i = 0; i < CHILDREN_MOST; i++)
        if (children[i] > 0)
            kill(children[i], SIGKILL);
    for (int i = 0; i < CHILDREN_MOST; i++) {
        if (children[i] <= 0)
            continue;
        while (waitpid(children[i], NULL, 0) == -1 && errno == EINTR)
            ;
        children[i] = 0;
        n++;
    }
    errno = error;
    return n;
}

bool child_is_me(void)
{
    return demo_pid != 0 && getpid() != demo_pid;
}

void *shared_new(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        lab_die("mmap");
    return p;
}

void shared_free(void *p, size_t n)
{
    munmap(p, n);
}

void gate_init(sem_t *gate)
{
    if (sem_init(gate, 1, 0) == -1)
        lab_die("sem_init");
}

void gate_open(sem_t *gate)
{
    if (sem_post(gate) == -1)
        lab_die("sem_post");
}

void gate_pass(sem_t *gate)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until); /* sem_timedwait(3) knows no other clock */
    until.tv_sec += GATE_SECONDS;
    while ((child_is_me() ? sem_wait(gate) : sem_timedwait(gate, &until)) == -1)
        if (errno != EINTR)
            lab_die("waiting for a child");
}
