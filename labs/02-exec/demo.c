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
#include "labkit/look.h"
#include "labkit/measure.h"
#include "labkit/memory.h"
#include "labkit/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

/* As the tree has it: without a comma. */
static void say_pid(struct lab *lab, pid_t pid)
{
    char text[16];

    snprintf(text, sizeof text, "%d", (int)pid);
    fact_text(lab, "pid", text, FACT_EXACT, "fork(2)");
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
    say_pid(lab, pid);
    fact_region(lab, "its buffer", pid, notes->buffer,
                PAGES * (size_t)sysconf(_SC_PAGESIZE));
    say_program(lab, "before", pid, notes->buffer);
    lab_hold(lab, "The child runs the demo's program, and has written a "
                  "buffer.");

    gate_open(&notes->go);
    wait_for_program(pid);
    say_program(lab, "after", pid, notes->buffer);
    lab_hold(lab, "The same PID, made at the same tick: the same process. Its "
                  "program is another, and the buffer is gone.");
    child_end(pid);
    shared_free(notes, sizeof *notes);
}

/* ---- act 2 -------------------------------------------------------------- */

/* What of a process may survive exec, as /proc has it: all in words. */
struct traits {
    char parent[16], cwd[256], umask[16], plain_fd[64], cloexec_fd[64];
    char ignored[16], handled[16], blocked[16], buffer[256];
};

/* Which fds the child opened, and where its buffer is. */
struct belongings {
    sem_t ready, go;
    int plain_fd, cloexec_fd;
    char *buffer;
};

/* A line of /proc/PID/status: what stands behind the key, up to its end. */
static void read_status(pid_t pid, const char *key, char *buf, size_t len)
{
    char text[4096], wanted[32];

    snprintf(wanted, sizeof wanted, "\n%s:", key);
    if (read_proc(pid, "status", text, sizeof text) == -1)
        lab_die("/proc/PID/status");
    const char *line = strstr(text, wanted);
    line = line == NULL ? "" : line + strlen(wanted);
    line += strspn(line, " \t");
    snprintf(buf, len, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Is this signal in SigBlk, SigIgn or SigCgt? */
static bool is_in_mask(pid_t pid, const char *mask, int sig)
{
    char text[64];

    read_status(pid, mask, text, sizeof text);
    return strtoull(text, NULL, 16) >> (sig - 1) & 1;
}

static void read_signal(pid_t pid, int sig, char *buf, size_t len)
{
    snprintf(buf, len, "%s",
             is_in_mask(pid, "SigIgn", sig)   ? "ignored"
             : is_in_mask(pid, "SigCgt", sig) ? "a handler"
                                              : "default");
}

static void read_fd(pid_t pid, int fd, char *buf, size_t len)
{
    char name[32];

    snprintf(name, sizeof name, "fd/%d", fd);
    read_proc_link(pid, name, buf, len);
    if (buf[0] == '\0')
        snprintf(buf, len, "closed");
}

static struct traits read_traits(pid_t pid, const struct belongings *b)
{
    struct traits t;
    long mappings;

    read_status(pid, "PPid", t.parent, sizeof t.parent);
    read_proc_link(pid, "cwd", t.cwd, sizeof t.cwd);
    read_status(pid, "Umask", t.umask, sizeof t.umask);
    read_fd(pid, b->plain_fd, t.plain_fd, sizeof t.plain_fd);
    read_fd(pid, b->cloexec_fd, t.cloexec_fd, sizeof t.cloexec_fd);
    read_signal(pid, SIGUSR1, t.ignored, sizeof t.ignored);
    read_signal(pid, SIGUSR2, t.handled, sizeof t.handled);
    snprintf(t.blocked, sizeof t.blocked, "%s",
             is_in_mask(pid, "SigBlk", SIGWINCH) ? "blocked" : "not blocked");
    read_mapping(pid, b->buffer, t.buffer, sizeof t.buffer, &mappings);
    return t;
}

static void handler(int sig)
{
    (void)sig;
}

/* The child: one of each thing, and then another program. */
static _Noreturn void become_sleep_with(struct belongings *b)
{
    size_t bytes = PAGES * (size_t)sysconf(_SC_PAGESIZE);
    sigset_t set;

    if (chdir("/") == -1)
        lab_die("chdir");
    umask(027);
    b->plain_fd = open("/dev/null", O_RDONLY);
    b->cloexec_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    b->buffer = aligned_alloc((size_t)sysconf(_SC_PAGESIZE), bytes);
    if (b->plain_fd == -1 || b->cloexec_fd == -1 || b->buffer == NULL)
        lab_die("/dev/null, or memory");
    memset(b->buffer, 'x', bytes);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, handler);
    sigemptyset(&set);
    sigaddset(&set, SIGWINCH);
    sigprocmask(SIG_BLOCK, &set, NULL);
    setenv("PROCLAB_DEMO", "handed over", 1);
    gate_open(&b->ready);
    gate_pass(&b->go);
    execlp("sleep", "sleep", "1000", (char *)NULL);
    lab_die("execlp");
}

static void say_trait(struct lab *lab, const char *name, const char *before,
                      const char *after, const char *source)
{
    char words[600];

    if (before[0] == '\0' || after[0] == '\0') {
        fact_unknown(lab, name, NULL, "this kernel does not tell");
        return;
    }
    if (strcmp(before, after) == 0)
        snprintf(words, sizeof words, "kept: %s", after);
    else
        snprintf(words, sizeof words, "was %s, is %s", before, after);
    fact_text(lab, name, words, FACT_EXACT, source);
}

/* PROCLAB_DEMO in the environment that the program was started with. */
static void say_environment(struct lab *lab, pid_t pid)
{
    static char text[1 << 17];
    ssize_t n = read_proc(pid, "environ", text, sizeof text);

    for (ssize_t i = 0; i < n; i += (ssize_t)strlen(text + i) + 1)
        if (strncmp(text + i, "PROCLAB_DEMO=", 13) == 0) {
            fact_text(lab, "environment", text + i, FACT_EXACT,
                      "/proc/PID/environ");
            return;
        }
    fact_unknown(lab, "environment", NULL, "/proc/PID/environ has it not");
}

static void act_survives(struct lab *lab)
{
    struct belongings *b = shared_new(sizeof *b);

    gate_init(&b->ready);
    gate_init(&b->go);
    pid_t pid = child_fork("child");
    if (pid == 0)
        become_sleep_with(b);
    gate_pass(&b->ready);
    struct traits before = read_traits(pid, b);
    say_pid(lab, pid);
    lab_hold(lab, "The child before exec: two fds, one of them close-on-exec; "
                  "SIGUSR1 ignored, a handler for SIGUSR2.");
    gate_open(&b->go);
    wait_for_program(pid);
    struct traits after = read_traits(pid, b);
    say_trait(lab, "parent", before.parent, after.parent,
              "PPid in /proc/PID/status");
    say_trait(lab, "working_folder", before.cwd, after.cwd, "/proc/PID/cwd");
    say_trait(lab, "umask", before.umask, after.umask,
              "Umask in /proc/PID/status");
    say_trait(lab, "fd", before.plain_fd, after.plain_fd, "/proc/PID/fd");
    say_trait(lab, "SIGUSR1", before.ignored, after.ignored,
              "SigIgn, SigCgt in /proc/PID/status");
    say_trait(lab, "SIGWINCH", before.blocked, after.blocked,
              "SigBlk in /proc/PID/status");
    say_environment(lab, pid);
    lab_hold(lab, "What the kernel keeps for the process is kept: folder, "
                  "umask, fds, what is ignored and what is blocked.");
    say_trait(lab, "close_on_exec_fd", before.cloexec_fd, after.cloexec_fd,
              "/proc/PID/fd");
    say_trait(lab, "SIGUSR2", before.handled, after.handled,
              "SigIgn, SigCgt in /proc/PID/status");
    say_trait(lab, "at_the_buffer", before.buffer, after.buffer,
              "/proc/PID/maps");
    lab_hold(lab, "What was in its memory is gone, and a handler is code in "
                  "memory. So is an fd that is close-on-exec.");
    child_end(pid);
    shared_free(b, sizeof *b);
}

/* ---- four ways to start a program, for acts 3 and 5 --------------------- */

#define PROGRAM "/bin/true"

enum { WARM_UP = 2, ROUNDS = 9, WAYS = 4 };

/* Wait for it. -1, and errno, where it did not run well. */
static int reap(pid_t pid)
{
    int wstatus;

    if (pid == -1 || waitpid(pid, &wstatus, 0) == -1)
        return -1;
    if (wstatus == 0)
        return 0;
    errno = ENOEXEC; /* a child that could not exec: there is no price */
    return -1;
}

static int by_fork(char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0) {
        execv(PROGRAM, argv);
        _exit(127);
    }
    return reap(pid);
}

static int by_vfork(char *const argv[])
{
    pid_t pid = vfork(); /* we sleep until it has called exec or _exit */

    if (pid == 0) {
        execv(PROGRAM, argv);
        _exit(127);
    }
    return reap(pid);
}

static int by_posix_spawn(char *const argv[])
{
    pid_t pid;

    errno = posix_spawn(&pid, PROGRAM, NULL, NULL, argv, environ);
    return errno != 0 ? -1 : reap(pid);
}

static int by_system(char *const argv[])
{
    (void)argv;
    int wstatus = system(PROGRAM);

    if (wstatus > 0)
        errno = ENOEXEC;
    return wstatus == 0 ? 0 : -1;
}

static const struct way {
    const char *name;
    int (*run)(char *const argv[]);
} ways[WAYS] = {{"fork_exec", by_fork},
                {"vfork_exec", by_vfork},
                {"posix_spawn", by_posix_spawn},
                {"system", by_system}};

struct price {
    const struct way *way;
    int error; /* the errno of a round that failed */
};

/* CPU time of the demo and of all children that it has waited for. */
static double cpu_us(void)
{
    double us = 0;

    for (int who = RUSAGE_CHILDREN; who <= RUSAGE_SELF; who++) {
        struct rusage usage;
        if (getrusage(who, &usage) == -1)
            lab_die("getrusage");
        us += 1e6 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
              (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    }
    return us;
}

/* One program, from before the call until its end was waited for. */
static double run_once(void *arg)
{
    struct price *price = arg;
    char *argv[] = {(char[]){"true"}, NULL};
    double start = cpu_us();

    if (price->way->run(argv) == -1)
        price->error = errno;
    return cpu_us() - start;
}

/* Measure one way and state it. The median in words: "594", "?" if there is
   none. Returns buf. */
static char *say_price(struct lab *lab, const struct way *way,
                       const char *behind, char *buf, size_t len)
{
    struct price price = {way, 0};
    double us[ROUNDS];
    struct measure m;
    char name[64];

    measure_rounds(run_once, &price, WARM_UP, ROUNDS, us);
    snprintf(name, sizeof name, "%s%s", way->name, behind);
    snprintf(buf, len, "?");
    if (price.error != 0) {
        fact_unknown(lab, name, "us", strerrorname_np(price.error));
        return buf;
    }
    measure_summarize(us, ROUNDS, &m);
    measure_fact(lab, name, &m, "us", NULL);
    return m.is_noisy ? buf : text_real(m.median, buf, len);
}

/* Bind the demo, and with it what it starts, to one CPU; say how it is
   measured. False: there is nothing to start. */
static bool begin_measuring(struct lab *lab, cpu_set_t *before)
{
    char machine[256], words[64];
    int cpu;

    if (access(PROGRAM, X_OK) == -1) {
        fact_unknown(lab, "price", "us", "there is no " PROGRAM);
        return false;
    }
    fact_text(lab, "machine", measure_machine(machine, sizeof machine),
              FACT_EXACT, "uname(2), /proc/cpuinfo");
    if (measure_cpus(&cpu, 1) < 1 || measure_keep_cpus(before) < 0 ||
        measure_pin(cpu) < 0)
        lab_die("sched_setaffinity");
    snprintf(words, sizeof words, "demo and program on CPU %d", cpu);
    fact_text(lab, "placement", words, FACT_EXACT, "sched_setaffinity");
    fact_text(lab, "method",
              "CPU time of both, until the end of " PROGRAM " was waited "
              "for: 9 rounds after 2 to warm up, the median, and between what "
              "half of them lay; nothing subtracted",
              FACT_EXACT, "getrusage(2)");
    return true;
}

static void end_measuring(const cpu_set_t *before)
{
    if (sched_setaffinity(0, sizeof *before, before) == -1)
        lab_die("sched_setaffinity");
}

/* What the shell costs, where the parent is small. */
static void compare_costs(struct lab *lab)
{
    char words[128], direct[32], shell[32];
    cpu_set_t before;

    if (!begin_measuring(lab, &before))
        return;
    say_price(lab, &ways[0], "_direct", direct, sizeof direct);
    say_price(lab, &ways[3], "_by_a_shell", shell, sizeof shell);
    end_measuring(&before);
    snprintf(words, sizeof words,
             PROGRAM " directly: %s us of CPU; by a shell: %s us.", direct,
             shell);
    lab_hold(lab, words);
}

/* ---- act 3 -------------------------------------------------------------- */

/* Processes below pid, itself too; -1: the kernel does not tell. */
static int count_tree(pid_t pid)
{
    char name[64], text[1024];
    int n = 1;

    snprintf(name, sizeof name, "task/%d/children", (int)pid);
    if (read_proc(pid, name, text, sizeof text) == -1)
        return -1;
    for (char *at = text, *end;; at = end) {
        pid_t child = (pid_t)strtol(at, &end, 10);
        if (end == at)
            return n;
        int below = count_tree(child);
        n += below > 0 ? below : 0;
    }
}

/* Does a process below pid (or it itself) run head, and wait for a line? */
static bool has_head(pid_t pid)
{
    char name[64], text[1024];

    if (read_proc(pid, "comm", text, sizeof text) == -1)
        return false;
    if (strcmp(text, "head\n") == 0)
        return look_until_asleep_in(pid, "read", LOOK_MS, NULL);
    snprintf(name, sizeof name, "task/%d/children", (int)pid);
    if (read_proc(pid, name, text, sizeof text) == -1)
        return false;
    for (char *at = text, *end;; at = end) {
        pid_t child = (pid_t)strtol(at, &end, 10);
        if (end == at)
            return false;
        if (has_head(child))
            return true;
    }
}

/* Run head -n 1 on our pipe, as argv says. Say how many processes that is,
   and let it end. (If we should end, it sees EOF.) */
static void count_processes(struct lab *lab, const int ends[2],
                            const char *const argv[], const char *name,
                            const char *says)
{
    char words[256];

    pid_t pid = child_fork("child");
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (dup2(ends[0], STDIN_FILENO) == -1 ||
            dup2(null, STDOUT_FILENO) == -1)
            lab_die("dup2");
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        lab_die("execvp");
    }
    for (int ms = 0; ms < LOOK_MS && !has_head(pid); ms += 2)
        nap();
    int n = count_tree(pid);
    if (n > 0 && has_head(pid)) {
        fact_int(lab, name, n, "processes", FACT_SAMPLED,
                 "/proc/PID/task/PID/children");
        snprintf(words, sizeof words, "%d %s: %s", n,
                 n == 1 ? "process" : "processes", says);
    } else {
        fact_unknown(lab, name, "processes", "head was not seen to run");
        snprintf(words, sizeof words, "Not seen: %s", says);
    }
    lab_hold(lab, words);
    if (write(ends[1], "\n", 1) != 1)
        lab_die("write");
    child_wait(pid);
}

/* The exit code of a wait status, stated; -1: there is none. */
static int say_code(struct lab *lab, const char *name, int wstatus,
                    const char *note)
{
    if (wstatus == -1 || !WIFEXITED(wstatus)) {
        fact_unknown(lab, name, NULL, "it did not exit");
        return -1;
    }
    fact_int(lab, name, WEXITSTATUS(wstatus), NULL, FACT_EXACT, note);
    return WEXITSTATUS(wstatus);
}

/* Is there a file of this name? The name is somebody else's. */
static void test_name(struct lab *lab)
{
    const char *name = "no-such-file; exit 42";
    char line[64], words[256];

    pid_t pid = child_fork("child");
    if (pid == 0) {
        execlp("test", "test", "-e", name, (char *)NULL);
        lab_die("execlp");
    }
    fact_text(lab, "file_name", name, FACT_EXACT, "the demo's");
    int direct = say_code(lab, "direct_exit_code", child_wait(pid),
                          "test -e NAME: there is none");
    snprintf(line, sizeof line, "test -e %s", name); /* never do this */
    int shell =
        say_code(lab, "shell_exit_code", system(line), "the same by system()");
    snprintf(words, sizeof words,
             "%d directly: no such file. %d by the shell: it took the name "
             "apart at its ; and ran what stands behind it. An argument vector "
             "is not taken apart by anybody.",
             direct, shell);
    lab_hold(lab, words);
}

static void count_all(struct lab *lab)
{
    static const char *const direct[] = {"head", "-n", "1", NULL};
    static const char *const one[] = {"sh", "-c", "head -n 1", NULL};
    static const char *const two[] = {"sh", "-c", "head -n 1; exit 0", NULL};
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) == -1)
        lab_die("pipe2");
    count_processes(lab, ends, direct, "direct_processes",
                    "fork, and exec of head. The child became head.");
    count_processes(lab, ends, two, "shell_processes",
                    "sh -c 'head -n 1; exit 0' has a child of its own, and "
                    "waits for it.");
    count_processes(lab, ends, one, "shell_last_command",
                    "sh -c 'head -n 1'. Some shells exec a last command in "
                    "place of themselves, others do not.");
    close(ends[0]);
    close(ends[1]);
}

static void act_shell(struct lab *lab)
{
    count_all(lab);
    compare_costs(lab);
    test_name(lab);
}

/* ---- act 4 -------------------------------------------------------------- */

struct failures {
    sem_t go;
    atomic_int error, arrived;
};

/* exec this path in a child; state the errno. */
static void say_failure(struct lab *lab, struct failures *f, const char *name,
                        const char *path, const char *what)
{
    char note[128];

    f->error = 0;
    pid_t pid = child_fork("child");
    if (pid == 0) {
        char *argv[] = {(char[]){"program"}, NULL};
        execv(path, argv);
        f->error = errno;
        _exit(127); /* nothing else is left to do here */
    }
    child_wait(pid);
    snprintf(note, sizeof note, "errno of execv(\"%s\"): %s", path, what);
    if (f->error != 0)
        fact_text(lab, name, strerrorname_np(f->error), FACT_EXACT, note);
    else
        fact_unknown(lab, name, NULL, "it did not fail");
}

/* A script without #!: execv() fails, execvp() gives it to a shell. */
static void say_script(struct lab *lab, struct failures *f)
{
    const char text[] = "exit 7\n";
    char path[64];

    int fd = memfd_create("script", 0);
    if (fd == -1 || write(fd, text, sizeof text - 1) != sizeof text - 1)
        lab_die("memfd_create");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    say_failure(lab, f, "no_format", path, "a text without #! in line 1");
    pid_t pid = child_fork("child");
    if (pid == 0) {
        execlp(path, "script", (char *)NULL);
        _exit(127);
    }
    say_code(lab, "execvp_of_it", child_wait(pid),
             "exit code: execvp(3) took ENOEXEC and ran /bin/sh on it");
    close(fd);
}

/* Start three programs. None can be run, and no child is told to leave. */
static _Noreturn void start_three(struct failures *f)
{
    pid_t pids[3];
    int n = 0;

    for (int i = 0; i < 3; i++) {
        pid_t pid = child_fork("also a parent");
        if (pid == 0) {
            char *argv[] = {(char[]){"program"}, NULL};
            execv("/no/such/program", argv);
            n = 0;    /* what was made before is not this one's child */
            continue; /* _exit(127) is missing here */
        }
        pids[n++] = pid;
    }
    f->arrived++;
    gate_pass(&f->go);
    while (n > 0)
        child_wait(pids[--n]);
    _exit(0);
}

static void act_failures(struct lab *lab)
{
    struct failures *f = shared_new(sizeof *f);
    char words[160];

    gate_init(&f->go);
    say_failure(lab, f, "not_there", "/no/such/program", "there is none");
    say_failure(lab, f, "no_permission", "/etc/passwd",
                "no x in its mode, for root neither");
    say_script(lab, f);
    lab_say(lab, "execv() returned, and errno said why: to the child, which "
                 "is still there, and had to leave by _exit(2).");

    pid_t pid = child_fork("starts three");
    if (pid == 0)
        start_three(f);
    for (int ms = 0; ms < LOOK_MS && f->arrived < 8; ms += 2)
        nap();
    fact_int(lab, "at_the_loops_end", f->arrived, "processes", FACT_EXACT,
             "each counted itself; one was meant to");
    int n = count_tree(pid);
    if (n > 0)
        fact_int(lab, "its_tree", n, "processes", FACT_SAMPLED,
                 "/proc/PID/task/PID/children");
    snprintf(words, sizeof words,
             "Three children, and no exec came about: each went on with the "
             "loop, as a second parent. %d processes came to its end.",
             f->arrived);
    lab_hold(lab, words);
    for (int i = f->arrived; i > 0; i--)
        gate_open(&f->go);
    child_wait(pid);
    shared_free(f, sizeof *f);
}

/* ---- act 5 -------------------------------------------------------------- */

/* So much memory, each page resident; NULL, and errno says why not. */
static char *new_ballast(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *ballast = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (ballast == MAP_FAILED)
        return NULL;
    /* Small pages, so that the page tables are as long as they can be. */
    madvise(ballast, bytes, MADV_NOHUGEPAGE);
    if (madvise(ballast, bytes, MADV_POPULATE_WRITE) == -1)
        for (size_t at = 0; at < bytes; at += page)
            ballast[at] = 1;
    return ballast;
}

/* Resident now: proc_pid_statm(5), field 2. */
static void say_resident(struct lab *lab, const char *behind)
{
    char name[64], text[128];
    long pages;

    snprintf(name, sizeof name, "resident%s", behind);
    if (read_proc(getpid(), "statm", text, sizeof text) == -1 ||
        sscanf(text, "%*s %ld", &pages) != 1)
        fact_unknown(lab, name, "KiB", "/proc/self/statm cannot be read");
    else
        fact_int(lab, name, pages * (sysconf(_SC_PAGESIZE) / 1024), "KiB",
                 FACT_EXACT, "/proc/self/statm, field 2");
}

/* All four ways, with so much more memory. */
static void say_prices(struct lab *lab, long mib)
{
    size_t bytes = (size_t)mib << 20;
    char behind[32], words[256], us[WAYS][32], *ballast = NULL;

    snprintf(behind, sizeof behind, "_%ld_MiB", mib);
    if (bytes > 0 && (ballast = new_ballast(bytes)) == NULL) {
        char name[48];
        snprintf(name, sizeof name, "prices%s", behind);
        fact_unknown(lab, name, "us", strerrorname_np(errno));
        return;
    }
    say_resident(lab, behind);
    for (int w = 0; w < WAYS; w++)
        say_price(lab, &ways[w], behind, us[w], sizeof us[w]);
    snprintf(words, sizeof words,
             "%ld MiB more: fork %s us, vfork %s, posix_spawn %s, system %s",
             mib, us[0], us[1], us[2], us[3]);
    lab_hold(lab, words);
    if (ballast != NULL)
        munmap(ballast, bytes);
}

static void say_left_out(struct lab *lab, long mib, const char *by)
{
    char name[48], why[96];

    snprintf(name, sizeof name, "prices_%ld_MiB", mib);
    snprintf(why, sizeof why,
             "left out: more than a quarter of what %s leaves us", by);
    fact_unknown(lab, name, "us", why);
}

static void act_prices(struct lab *lab)
{
    static const long sizes_mib[] = {0, 32, 128, 512};
    const char *by = "nobody can say how much";
    long spare_mib = (long)(memory_available_bytes("", &by) >> 20) / 4;
    cpu_set_t before;

    if (!begin_measuring(lab, &before))
        return;
    for (size_t i = 0; i < sizeof sizes_mib / sizeof sizes_mib[0]; i++)
        if (sizes_mib[i] == 0 || sizes_mib[i] <= spare_mib)
            say_prices(lab, sizes_mib[i]);
        else
            say_left_out(lab, sizes_mib[i], by);
    end_measuring(&before);
    lab_say(lab,
            "fork() copies the parent's page tables, only for exec to throw "
            "the copy away. A child of vfork() and of posix_spawn() borrows "
            "the parent's memory until exec: nothing is copied. system() does "
            "so too, and pays for a shell.");
}

/* ---- the acts ----------------------------------------------------------- */

static const struct act acts[] = {
    {"The same PID, another program",
     "The demo forks a child, which writes a buffer and then calls execlp() "
     "with sleep. /proc is read before and after.",
     "How many processes does exec make? What becomes of the buffer?",
     act_new_program, "memory"},
    {"What survives exec, and what does not",
     "A child opens two files, one of them close-on-exec, ignores SIGUSR1, "
     "sets a handler for SIGUSR2, blocks SIGWINCH, changes folder and umask. "
     "Then it execs sleep.",
     "What does sleep have of all that? What becomes of the handler?",
     act_survives, "detail"},
    {"Directly, or through a shell",
     "The same program is started by fork() and exec, and by sh -c. Then both "
     "are to look for a file that has an odd name: no-such-file; exit 42",
     "How many processes are there in each case? What does the shell make of "
     "the name?",
     act_shell, "timeline"},
    {"When exec fails",
     "exec of what is not there, of what may not be executed, of a text. Then "
     "a loop that starts three programs, and forgets that exec can return.",
     "The loop forks three times, and each exec fails. How many processes come "
     "to its end?",
     act_failures, "timeline"},
    {"The price list",
     "The same program is started in four ways, by a parent of 0, 32, 128 and "
     "512 MiB more than it needs.",
     "Which of fork, vfork, posix_spawn and system gets dearer when the parent "
     "grows?",
     act_prices, "timeline"},
};

int main(int argc, char **argv)
{
    return labkit_main(argc, argv, "02-exec", acts,
                       sizeof acts / sizeof acts[0]);
}
