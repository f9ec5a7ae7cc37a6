/*
 * 04-cow.c - an independent look at what lab 04's demo states: the same
 * figures by other means (the child's faults from /proc/PID/stat, its pages
 * from smaps, both read by the parent), one "name value" a line.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 64, WRITES = 12 };

static volatile char *region;
static long page;

static void map_region(int kind)
{
    char *all = mmap(NULL, (PAGES + 2) * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        exit(1);
    region = mmap(all + page, PAGES * page, PROT_READ | PROT_WRITE,
                  kind | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    madvise(all + page, PAGES * page, MADV_NOHUGEPAGE);
    for (int i = 0; i < PAGES; i++)
        region[i * page] = 'P';
}

/* The child writes to 12 pages between two stops; an empty loop comes first. */
static void stop_and_write(void)
{
    for (int n = 0; n <= WRITES; n += WRITES) {
        raise(SIGSTOP);
        for (int i = 0; i < n; i++)
            region[i * page] = 'C';
    }
    raise(SIGSTOP);
    _exit(0);
}

static void go_on(pid_t pid)
{
    kill(pid, SIGCONT);
    waitpid(pid, NULL, WUNTRACED);
}

/* proc_pid_stat(5), field 10. */
static long faults(pid_t pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        exit(1);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *at = strrchr(text, ')');
    for (int field = 2; field < 10; field++)
        at = strchr(at + 1, ' ');
    return strtol(at, NULL, 10);
}

/* kB of the region after a label in proc_pid_smaps(5). */
static long smaps(pid_t pid, const char *label)
{
    char path[64], line[256], wanted[32];
    int is_it = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps", pid);
    snprintf(wanted, sizeof wanted, "%jx-", (uintmax_t)(uintptr_t)region);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        is_it = is_it || strncmp(line, wanted, strlen(wanted)) == 0;
        if (is_it && strncmp(line, label, strlen(label)) == 0) {
            fclose(file);
            return strtol(line + strlen(label), NULL, 10);
        }
    }
    exit(1);
}

static long pages(pid_t pid, const char *label)
{
    return smaps(pid, label) * 1024 / page;
}

static pid_t start(int kind)
{
    map_region(kind);
    pid_t pid = fork();
    if (pid == 0)
        stop_and_write();
    waitpid(pid, NULL, WUNTRACED);
    go_on(pid); /* so that stopping and the loop cost nothing any more */
    return pid;
}

int main(void)
{
    page = sysconf(_SC_PAGESIZE);
    pid_t pid = start(MAP_PRIVATE);
    long before = faults(pid);
    printf("frames_after_fork %ld\n", (smaps(pid, "Pss:") + smaps(getpid(), "Pss:")) * 1024 / page);
    go_on(pid);
    printf("faults_of_12_writes %ld\n", faults(pid) - before);
    printf("after_writes_child \"%ld private, %ld shared, 0 absent\"\n",
           pages(pid, "Private_Dirty:"), pages(pid, "Shared_Dirty:"));
    printf("after_writes_parent \"%ld private, %ld shared, 0 absent\"\n",
           pages(getpid(), "Private_Dirty:"), pages(getpid(), "Shared_Dirty:"));
    printf("parent_still_reads \"%c\"\n", region[0]);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);

    pid = start(MAP_SHARED);
    go_on(pid);
    printf("parent_reads \"%c\"\n", region[0]);
    printf("frames_of_both %ld\n", (smaps(pid, "Pss:") + smaps(getpid(), "Pss:")) * 1024 / page);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return 0;
}
