#include "labkit/look.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static ssize_t read_file(pid_t pid, const char *name, char *buf, size_t len)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return -errno;
    ssize_t n = read(fd, buf, len - 1);
    int error = errno;
    close(fd);
    if (n == -1)
        return -error;
    buf[n] = '\0';
    return n;
}

/* "1 0x4 ...": number and arguments; "running", or "-1 ..." outside of a call. */
static void read_call(const char *text, struct look *look)
{
    char *end, *end_of_first;
    long number = strtol(text, &end, 10);
    unsigned long first = strtoul(end, &end_of_first, 16);

    if (end == text || number < 0 || end_of_first == end)
        return;
    look->call = number == SYS_read ? "read" : number == SYS_write ? "write" : "other";
    look->fd = (int)first;
}

int look_at(pid_t pid, struct look *look)
{
    char buf[1024];

    *look = (struct look){.fd = -1};
    ssize_t n = read_file(pid, "stat", buf, sizeof buf);
    if (n < 0)
        return n == -ESRCH ? -ENOENT : (int)n;
    const char *after_comm = strrchr(buf, ')');
    if (after_comm == NULL || strlen(after_comm) < 3)
        return -EPROTO;
    look->state = after_comm[2];
    if (read_file(pid, "syscall", buf, sizeof buf) > 0)
        read_call(buf, look);
    n = read_file(pid, "wchan", look->channel, sizeof look->channel);
    if (n <= 0 || strcmp(look->channel, "0") == 0)
        look->channel[0] = '\0';
    return 0;
}

static bool is_asleep_in(const struct look *look, const char *call)
{
    if (look->state != 'S')
        return false;
    if (look->call != NULL)
        return strcmp(look->call, call) == 0;
    return look->channel[0] == '\0' || strstr(look->channel, call) != NULL;
}

bool look_until_asleep_in(pid_t pid, const char *call, int timeout_ms, struct look *look)
{
    struct look one;
    int in_a_row = 0;

    if (look == NULL)
        look = &one;
    for (int ms = 0; ms <= timeout_ms; ms++) {
        if (look_at(pid, look) < 0)
            return false;
        in_a_row = is_asleep_in(look, call) ? in_a_row + 1 : 0;
        if (in_a_row == 2)
            return true;
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    return false;
}

char *look_words(const struct look *look, char *buf, size_t len)
{
    char call[32] = "";

    if (look->state == 'S' && look->call != NULL && strcmp(look->call, "other") != 0)
        snprintf(call, sizeof call, " in %s(%d)", look->call, look->fd);
    const char *state = look->state == 'S'   ? "asleep"
                        : look->state == 'R' ? "running"
                        : look->state == 'D' ? "asleep (uninterruptible)"
                        : look->state == 'Z' ? "zombie"
                        : look->state == 'T' ? "stopped"
                        : look->state == 0   ? "gone"
                                             : "?";
    snprintf(buf, len, "%s%s", state, call);
    return buf;
}

char *look_source(const struct look *look, char *buf, size_t len)
{
    if (look->channel[0] != '\0')
        snprintf(buf, len, "wchan %s", look->channel);
    else
        snprintf(buf, len, "/proc/PID/%s", look->call != NULL ? "syscall" : "stat");
    return buf;
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
    return (int)(strtol((*a)->d_name, NULL, 10) - strtol((*b)->d_name, NULL, 10));
}

static int is_number(const struct dirent *entry)
{
    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

int look_pipe_ends(pid_t pid, int fd, char *words, size_t len)
{
    char folder[64], path[sizeof folder + 256];
    struct stat pipe, here, link;
    struct dirent **entries;
    size_t at = 0;
    int found = 0;

    if (fstat(fd, &pipe) == -1)
        return -errno;
    snprintf(folder, sizeof folder, "/proc/%d/fd", (int)pid);
    int n = scandir(folder, &entries, is_number, by_number);
    if (n == -1)
        return -errno;
    words[0] = '\0';
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (stat(path, &here) == 0 && here.st_ino == pipe.st_ino && here.st_dev == pipe.st_dev &&
            lstat(path, &link) == 0) {
            int more = snprintf(words + at, len - at, "%s%s end %s", found > 0 ? ", " : "",
                                link.st_mode & S_IRUSR ? "read" : "write", entries[i]->d_name);
            at = at + (size_t)more < len ? at + (size_t)more : len - 1;
            found++;
        }
        free(entries[i]);
    }
    free(entries);
    if (found == 0)
        snprintf(words, len, "none");
    return found;
}
