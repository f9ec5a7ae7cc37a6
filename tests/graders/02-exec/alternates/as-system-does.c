/*
 * Another right way: as system(3) does, with SIGINT ignored and SIGCHLD blocked
 * in the caller meanwhile, and given back in the child; SIGCHLD awaited; PATH of
 * an environment of the child's own searched by execve(2); files opened in a
 * vfork's child, with /dev/null where the caller has closed 0 to 2; and clone(2)
 * on a stack of its own.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- the caller's signals --------------------------------------------------- */

struct signals {
    struct sigaction interrupt;
    sigset_t mask;
};

static void take_signals(struct signals *before)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigaction(SIGINT, &ignore, &before->interrupt);
    sigprocmask(SIG_BLOCK, &child, &before->mask);
}

static void give_back(const struct signals *before)
{
    int error = errno;

    sigaction(SIGINT, &before->interrupt, NULL);
    sigprocmask(SIG_SETMASK, &before->mask, NULL);
    errno = error;
}

/* ---- how it ended ----------------------------------------------------------- */

static _Noreturn void leave(int error)
{
    _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
}

static int code_of(int wstatus)
{
    return WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : 128 + WTERMSIG(wstatus);
}

/* SIGCHLD is blocked: one that comes between the two calls is not lost. */
static int await(pid_t pid)
{
    sigset_t child;
    int wstatus;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    while (waitpid(pid, &wstatus, WNOHANG) == 0)
        sigwaitinfo(&child, NULL);
    return code_of(wstatus);
}

static int reap(pid_t pid)
{
    int wstatus;

    while (wait4(pid, &wstatus, 0, NULL) == -1)
        if (errno != EINTR)
            return -1;
    return code_of(wstatus);
}

int run_program(const char *file, char *const argv[])
{
    struct signals before;

    take_signals(&before);
    pid_t pid = fork();
    if (pid == 0) {
        give_back(&before);
        execvp(file, argv);
        leave(errno);
    }
    int result = pid == -1 ? -1 : await(pid);
    give_back(&before);
    return result;
}

/* ---- an environment of the child's own -------------------------------------- */

static bool has_name(const char *entry, const char *change)
{
    size_t len = strcspn(change, "=");

    return strncmp(entry, change, len) == 0 && entry[len] == '=';
}

/* In the child. Returns why it did not become the program. */
static int search(const char *file, char *const argv[], char **env)
{
    char *path = strdup("/bin:/usr/bin"), *folder, full[4096];
    int result = ENOENT;

    if (strchr(file, '/') != NULL) {
        execve(file, argv, env);
        return errno;
    }
    for (char **entry = env; *entry != NULL; entry++)
        if (has_name(*entry, "PATH"))
            path = strdup(*entry + strlen("PATH="));
    while ((folder = strsep(&path, ":")) != NULL) {
        snprintf(full, sizeof full, "%s/%s", *folder ? folder : ".", file);
        execve(full, argv, env);
        if (errno == EACCES)
            result = EACCES; /* unless another folder has it */
        else if (errno != ENOENT && errno != ENOTDIR)
            return errno;
    }
    return result;
}

static _Noreturn void become_with(const char *file, char *const argv[], char *const changes[])
{
    size_t n = 0, n_changes = 0;

    while (environ[n] != NULL)
        n++;
    while (changes[n_changes] != NULL)
        n_changes++;
    char **env = calloc(n + n_changes + 1, sizeof *env);
    if (env == NULL)
        leave(ENOMEM);
    memcpy(env, environ, n * sizeof *env);
    for (size_t c = 0; c < n_changes; c++) {
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
            if (!has_name(env[i], changes[c]))
                env[kept++] = env[i];
        n = kept;
        if (strchr(changes[c], '=') != NULL)
            env[n++] = changes[c];
        env[n] = NULL;
    }
    leave(search(file, argv, env));
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    struct signals before;

    take_signals(&before);
    pid_t pid = fork();
    if (pid == 0) {
        give_back(&before);
        become_with(file, argv, changes);
    }
    int result = pid == -1 ? -1 : await(pid);
    give_back(&before);
    return result;
}

/* ---- files that the child opens --------------------------------------------- */

/* It borrows the caller's memory, but has fds of its own. What it could not do: an errno; 0: nothing. */
static int open_in_child(const char *const paths[3])
{
    int fds[3] = {-1, -1, -1};

    for (int fd = 0; fd < 3; fd++) /* from the lowest: open() returns just this one */
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR | O_CLOEXEC) != fd)
            return errno;
    for (int i = 0; i < 3; i++) {
        const int flags = i == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
        if (paths[i] == NULL)
            continue;
        if (i == 2 && paths[1] != NULL && strcmp(paths[1], paths[2]) == 0)
            fds[i] = fds[1];
        while (fds[i] == -1)
            if ((fds[i] = open(paths[i], flags | O_CLOEXEC, 0644)) == -1 && errno != EINTR)
                return errno;
    }
    for (int i = 0; i < 3; i++)
        if (fds[i] != -1 && dup3(fds[i], i, 0) == -1)
            return errno;
    return 0;
}

int run_redirected(const char *file, char *const argv[], const char *in, const char *out,
                   const char *err)
{
    const char *const paths[3] = {in, out, err};
    volatile int error = 0;
    pid_t pid = vfork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        error = open_in_child(paths);
        if (error == 0)
            execvp(file, argv);
        leave(errno);
    }
    int result = reap(pid);
    if (error == 0)
        return result;
    errno = error;
    return -1;
}

/* ---- on a stack of its own -------------------------------------------------- */

struct start {
    const char *file;
    char *const *argv;
    volatile int error;
};

static int become(void *arg)
{
    struct start *start = arg;

    execvp(start->file, start->argv);
    start->error = errno;
    return 1;
}

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    enum { STACK_BYTES = 1 << 18 };
    struct start start = {file, argv, 0};
    char *stack = malloc(STACK_BYTES);

    if (stack == NULL)
        return errno;
    pid_t child = clone(become, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
    int error = child == -1 ? errno : start.error;
    free(stack);
    if (error == 0)
        *pid = child;
    else if (child != -1)
        reap(child);
    return error;
}
