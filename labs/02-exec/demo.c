/*
 * demo.c - lab 02, exec, in five acts. Usage: demo [--auto] [--act N]
 *
 * What to notice: execve(2) makes no process. It gives the one that calls it
 * another program: new memory, new code, new handlers, and the same PID, the
 * same parent, the same open files. execve(2); TLPI, chapters 27 and 28.
 */
#include "labkit/children.h"
#include "labkit/facts.h"
#include "labkit/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 5000 };

/* ---- what /proc says of a process --------------------------------------- */

/* The whole of a file of /proc/PID, NUL-ended; its length, or -1. */
static ssize_t read_proc(pid_t pid, const char *name, char *buf, size_t len)
{
    char path[64];
    size_t have = 0;
    ssize_t n = 0;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return -1;
    while (have + 1 < len && (n = read(fd, buf + have, len - have - 1)) > 0)
        have += (size_t)n;
    close(fd);
    buf[have] = '\0';
    return n == -1 ? -1 : (ssize_t)have;
}

/* Where a link of /proc/PID points; "" where that cannot be read. */
static void read_proc_link(pid_t pid, const char *name, char *buf, size_t len)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    ssize_t n = readlink(path, buf, len - 1);
    buf[n == -1 ? 0 : n] = '\0';
}

/* Its arguments, with spaces between. */
static void read_cmdline(pid_t pid, char *buf, size_t len)
{
    ssize_t n = read_proc(pid, "cmdline", buf, len);

    for (ssize_t i = 0; i < n - 1; i++)
        if (buf[i] == '\0')
            buf[i] = ' ';
}

/* Which file is mapped at this address: "(nothing)", "(no file)" or its path.
   *n becomes the number of all mappings. */
static void read_mapping(pid_t pid, const void *address, char *buf, size_t len,
                         long *n)
{
    char path[64], line[512];

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        lab_die(path);
    snprintf(buf, len, "(nothing)");
    for (*n = 0; fgets(line, sizeof line, file) != NULL; *n += 1) {
        unsigned long start, end, at = (unsigned long)address;
        int name = 0;

        if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &start, &end, &name) !=
                2 ||
            at < start || at >= end)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(buf, len, "%s",
                 line[name] == '\0' ? "(no file)" : line + name);
    }
    fclose(file);
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* Wait until it runs another program than the demo, and sleeps in it. */
static void wait_for_program(pid_t pid)
{
    char exe[256], ours[256], stat[512];

    read_proc_link(getpid(), "exe", ours, sizeof ours);
    for (int ms = 0; ms < LOOK_MS; ms += 2) {
        read_proc_link(pid, "exe", exe, sizeof exe);
        if (read_proc(pid, "stat", stat, sizeof stat) == -1)
            break;
        const char *state = strrchr(stat, ')');
        if (exe[0] != '\0' && strcmp(exe, ours) != 0 && state != NULL &&
            state[2] == 'S')
            return;
        nap();
    }
    errno = ETIMEDOUT;
    lab_die("waiting for the child's new program");
}

/* ---- act 1 -------------------------------------------------------------- */

enum { PAGES = 16 };

/* What the child can say only itself: where its memory is. */
struct notes {
    sem_t ready, go;
    char *buffer;
};

static struct notes *new_notes(void)
{
    struct notes *notes = shared_new(sizeof *notes);

    gate_init(&notes->ready);
    gate_init(&notes->go);
    return notes;
}

/* The child: some memory of its own, and then another program. */
static _Noreturn void become_sleep(struct notes *notes)
{
    size_t bytes = PAGES * (size_t)sysconf(_SC_PAGESIZE);

    notes->buffer = aligned_alloc((size_t)sysconf(_SC_PAGESIZE), bytes);
    if (notes->buffer == NULL)
        lab_die("aligned_alloc");
    memset(notes->buffer, 'x', bytes);
    gate_open(&notes->ready);
    gate_pass(&notes->go);
    execlp("sleep", "sleep", "1000", (char *)NULL);
    lab_die("execlp"); /* exec returned, so it has failed */
}

/* State who the process is, and which program it runs. */
static void say_program(struct lab *lab, const char *when, pid_t pid,
                        const void *buffer)
{
    char name[64], text[512], *field;
    long mappings;

    snprintf(name, sizeof name, "%s_exe", when);
    read_proc_link(pid, "exe", text, sizeof text);
    fact_text(lab, name, text, FACT_EXACT, "/proc/PID/exe");
    snprintf(name, sizeof name, "%s_cmdline", when);
    read_cmdline(pid, text, sizeof text);
    fact_text(lab, name, text, FACT_EXACT, "/proc/PID/cmdline");
    snprintf(name, sizeof name, "%s_started_at_tick", when);
    if (read_proc(pid, "stat", text, sizeof text) == -1)
        lab_die("/proc/PID/stat");
    field = strrchr(text, ')'); /* field 2; 22 is when it was made */
    for (int i = 2; field != NULL && i < 22; i++)
        field = strchr(field + 1, ' ');
    if (field != NULL)
        fact_int(lab, name, atoll(field), "ticks", FACT_EXACT,
                 "/proc/PID/stat, field 22");
    read_mapping(pid, buffer, text, sizeof text, &mappings);
    snprintf(name, sizeof name, "%s_mappings", when);
    fact_int(lab, name, mappings, NULL, FACT_EXACT, "lines of /proc/PID/maps");
    snprintf(name, sizeof name, "%s_at_its_buffer", when);
    fact_text(lab, name, text, FACT_EXACT, "/proc/PID/maps");
}

static void act_new_program(struct lab *lab)
{
    struct notes *notes = new_notes();
    pid_t pid = child_fork("child");

    if (pid == 0)
        become_sleep(notes);
    gate_pass(&notes->ready);
    fact_int(lab, "pid", pid, NULL, FACT_EXACT, "fork(2)");
    fact_region(lab, "its buffer", pid, notes->buffer,
                PAGES * (size_t)sysconf(_SC_PAGESIZE));
    say_program(lab, "before", pid, notes->buffer);
    lab_hold(lab, "The child still runs the demo's program, and has written a "
                  "buffer of 16 pages.");

    gate_open(&notes->go);
    wait_for_program(pid);
    say_program(lab, "after", pid, notes->buffer);
    lab_hold(lab, "The same PID, made at the same tick: the same process. Its "
                  "program is another, and the buffer is gone.");
    child_end(pid);
    shared_free(notes, sizeof *notes);
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"The same PID, another program",
     "The demo forks a child, which writes a buffer and then calls execlp() "
     "with sleep. /proc is read before and after.",
     "How many processes does exec make? What becomes of the buffer?",
     act_new_program, "memory"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "02-exec", acts,
                       sizeof acts / sizeof acts[0]);
}
