/*
 * faults.c - "no process could be made", on request, and kill(2) of strangers.
 *
 * The executable's own fork, vfork, posix_spawn, posix_spawnp and kill stand before libc's, for
 * the student's code too. They hand on to libc's, but for what they are here for. No limit of the
 * kernel could do this: RLIMIT_NPROC counts the user's other processes, and fails the first call, not the third. A raw
 * clone(2) by syscall(2) goes past them: then no process fails, and kill(2) is left to the sandbox.
 */
#include "gradekit/probe/internal.h"
#include "gradekit/probe/probe.h"

#include <dlfcn.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int spawn_function(pid_t *, const char *, const posix_spawn_file_actions_t *,
                           const posix_spawnattr_t *, char *const[], char *const[]);

static struct {
    pid_t (*fork)(void);
    spawn_function *spawn, *spawnp;
    int (*kill)(pid_t, int);
} libc;

void *probe_libc_vfork __attribute__((visibility("hidden")));

static bool is_failing, is_failing_below;
static unsigned successes_left;
static int failure_errno;

/* A pointer to an object is not one to a function in ISO C; POSIX says that dlsym()'s is both. */
static void find(void *function, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, sizeof symbol);
}

void probe_faults_prepare(void)
{
    find(&libc.fork, "fork");
    find(&libc.spawn, "posix_spawn");
    find(&libc.spawnp, "posix_spawnp");
    find(&libc.kill, "kill");
    probe_libc_vfork = dlsym(RTLD_NEXT, "vfork");
}

static void fail_processes(unsigned successes, int error, bool is_below)
{
    is_failing = true;
    is_failing_below = is_below;
    failure_errno = error;
    successes_left = successes;
    atomic_store(&probe_shared->failed_processes, 0);
}

void probe_fail_processes(unsigned successes)
{
    fail_processes(successes, EAGAIN, false);
}

/* What is left of the successes is copied by fork(), and so counts on in the child. */
void probe_fail_processes_below(unsigned successes, int error)
{
    fail_processes(successes, error, true);
}

void probe_fail_nothing(void)
{
    is_failing = false;
}

unsigned probe_failed_processes(void)
{
    return atomic_load(&probe_shared->failed_processes);
}

/* Is it this call's turn to fail? Then errno is set. Called by the assembly below, too. */
int probe_process_fails(void) __attribute__((used, visibility("hidden")));
int probe_process_fails(void)
{
    if (!is_failing || (!is_failing_below && getpid() != probe_caller_pid))
        return 0;
    if (successes_left > 0) {
        successes_left--;
        return 0;
    }
    atomic_fetch_add(&probe_shared->failed_processes, 1);
    errno = failure_errno;
    return 1;
}

/* The functions below bear libc's names: its headers declare them with other attributes and parameter names. */
pid_t fork(void)
{
    if (!libc.fork)
        probe_faults_prepare(); /* a constructor's, or a helper's */
    if (probe_process_fails())
        return -1;
    bool is_stepped = probe_tasks_pause();
    probe_task_is_next();
    pid_t pid = libc.fork();
    if (pid == 0) {
        probe_task_began();
        return 0;
    }
    if (pid > 0)
        probe_task_made();
    probe_tasks_resume(is_stepped);
    return pid;
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    if (!libc.spawn)
        probe_faults_prepare();
    return probe_process_fails() ? failure_errno
                                 : libc.spawn(pid, path, actions, attributes, argv, envp);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    if (!libc.spawnp)
        probe_faults_prepare();
    return probe_process_fails() ? failure_errno
                                 : libc.spawnp(pid, file, actions, attributes, argv, envp);
}

/*
 * vfork(2) returns twice in the same stack frame, so no C function can stand before it: decide,
 * then jump.
 */
#if defined(__x86_64__)
__asm__(".globl vfork\n"
        ".type vfork, @function\n"
        "vfork:\n"
        "    sub $8, %rsp\n"
        "    call probe_process_fails\n"
        "    add $8, %rsp\n"
        "    test %eax, %eax\n"
        "    jne 1f\n"
        "    jmp *probe_libc_vfork(%rip)\n"
        "1:  mov $-1, %eax\n"
        "    ret\n"
        ".size vfork, .-vfork\n");
#elif defined(__aarch64__)
__asm__(".globl vfork\n"
        ".type vfork, %function\n"
        "vfork:\n"
        "    stp x29, x30, [sp, #-16]!\n"
        "    bl probe_process_fails\n"
        "    ldp x29, x30, [sp], #16\n"
        "    cbnz w0, 1f\n"
        "    adrp x1, probe_libc_vfork\n"
        "    ldr x1, [x1, #:lo12:probe_libc_vfork]\n"
        "    br x1\n"
        "1:  mov w0, #-1\n"
        "    ret\n"
        ".size vfork, .-vfork\n");
#endif

/*
 * Is it a child of this process, or a group that one leads? Then killing it is nobody else's
 * business.
 */
static bool is_own_child(pid_t pid)
{
    char path[32], text[512];
    if (pid == 0 || pid == -1)
        return false;
    snprintf(path, sizeof path, "/proc/%ld/stat", labs(pid));
    FILE *file = fopen(path, "re");
    if (!file)
        return true; /* there is none such: nobody is hurt */
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *after = strrchr(text, ')');
    return after && strtol(after + 3, NULL, 10) == getpid();
}

int kill(pid_t pid, int signal_number)
{
    if (!libc.kill)
        probe_faults_prepare();
    int error = errno;
    if (probe_shared && atomic_load(&probe_shared->is_inside) && signal_number != 0 &&
        pid != getpid() && !is_own_child(pid)) {
        atomic_store(&probe_shared->kill_target, pid);
        atomic_store(&probe_shared->kill_signal, signal_number);
        atomic_fetch_add(&probe_shared->foreign_kills, 1);
    }
    /* It never fails so; but the sandbox's filter asks somebody, and that can be interrupted. */
    int result;
    do {
        errno = error;
        result = libc.kill(pid, signal_number);
    } while (result == -1 && errno == EINTR);
    return result;
}
