/*
 * Another right way: posix_spawn() in place of fork and exec, whose result is
 * exec's errno; PATH searched by hand where it is not the caller's; waitid().
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    return posix_spawnp(pid, file, NULL, NULL, argv, environ);
}

/* What run_program() makes of posix_spawn()'s result. */
static int finish(int error, pid_t pid)
{
    siginfo_t info;

    switch (error) {
    case 0:
        break;
    case EAGAIN:
    case ENOMEM:
        errno = error;
        return -1;
    case ENOENT:
    case ENOTDIR:
        return 127;
    default:
        return 126;
    }
    if (TEMP_FAILURE_RETRY(waitid(P_PID, (id_t)pid, &info, WEXITED)) < 0)
        return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

int run_program(const char *file, char *const argv[])
{
    pid_t pid = -1;
    int error = spawn_checked(file, argv, &pid);

    return finish(error, pid);
}

/* Where NAME stands in the environment; its end, if nowhere. */
static char **find(char **env, const char *name, size_t len)
{
    while (*env && (strncmp(*env, name, len) != 0 || (*env)[len] != '='))
        env++;
    return env;
}

/* As posix_spawnp(), but in the PATH of env. */
static int spawn_in(char **env, const char *file, char *const argv[], pid_t *pid)
{
    const char *path = *find(env, "PATH", 4);
    int result = ENOENT;

    if (strchr(file, '/'))
        return posix_spawn(pid, file, NULL, NULL, argv, env);
    for (path = path ? path + 5 : "/bin:/usr/bin";; path++) {
        size_t len = strcspn(path, ":");
        char *full;
        if (asprintf(&full, "%.*s%s%s", (int)len, path, len ? "/" : "", file) < 0)
            return ENOMEM;
        int error = posix_spawn(pid, full, NULL, NULL, argv, env);
        free(full);
        if (error == EACCES)
            result = EACCES;
        else if (error != ENOENT && error != ENOTDIR)
            return error;
        path += len;
        if (*path == '\0')
            return result;
    }
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    size_t n = 0;
    pid_t pid = -1;

    for (char **e = environ; *e; e++)
        n++;
    for (char *const *c = changes; *c; c++)
        n++;
    char **env = calloc(n + 1, sizeof *env);
    if (!env)
        return -1;
    for (size_t i = 0; environ[i]; i++)
        env[i] = environ[i];
    for (char *const *c = changes; *c; c++) {
        size_t len = strcspn(*c, "=");
        char **at = find(env, *c, len);
        if ((*c)[len] == '=')
            *at = *c;
        else
            for (; *at; at++)
                *at = at[1];
    }
    int error = spawn_in(env, file, argv, &pid);
    free(env);
    return finish(error, pid);
}

/* At 3 or above, close-on-exec. */
static int open_high(const char *path, int flags)
{
    int low = TEMP_FAILURE_RETRY(open(path, flags | O_CLOEXEC, 0644));

    if (low < 0 || low > 2)
        return low;
    int fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
    int error = errno;
    close(low);
    errno = error;
    return fd;
}

int run_redirected(const char *file, char *const argv[], const char *in, const char *out,
                   const char *err)
{
    posix_spawn_file_actions_t actions;
    int fds[3] = {-1, -1, -1}, error = 0, result = -1;
    pid_t pid = -1;

    posix_spawn_file_actions_init(&actions);
    if (in && (fds[0] = open_high(in, O_RDONLY)) < 0)
        goto out;
    if (out && (fds[1] = open_high(out, O_WRONLY | O_CREAT | O_TRUNC)) < 0)
        goto out;
    if (err && !(out && strcmp(out, err) == 0) &&
        (fds[2] = open_high(err, O_WRONLY | O_CREAT | O_TRUNC)) < 0)
        goto out;
    for (int i = 0; i < 3; i++)
        if (fds[i] >= 0)
            posix_spawn_file_actions_adddup2(&actions, fds[i], i);
    if (err && fds[2] < 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
    error = posix_spawnp(&pid, file, &actions, NULL, argv, environ);
    result = finish(error, pid);
out:
    error = errno;
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i < 3; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    errno = error;
    return result;
}
