#include "gradekit/probe/probe.h"

#include "gradekit/probe/internal.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MEMORY_FD_MIN = 60,   /* out of the way of what the student's function opens */
    BYTES_KEPT = 4096,    /* of a value */
    STATUS_GAVE_UP = 70,  /* EX_SOFTWARE: an error of ours */
    STATUS_RETURNED = 71, /* of a child that returned into the probe: nobody looks at it */
    HELPER_ARGUMENTS = 10,
};

struct shared *probe_shared;
pid_t probe_caller_pid;

static int memory_fd = -1;
static bool has_grader;
static struct probe *probes;
static struct helper *helpers;

void probe_register(struct probe *probe)
{
    probe->next = probes;
    probes = probe;
}

void helper_register(struct helper *helper)
{
    helper->next = helpers;
    helpers = helper;
}

/* ---- the shared memory ------------------------------------------------------ */

/* Map it; false: fd is not it. */
static bool map_memory(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size != SHARED_BYTES)
        return false;
    void *memory = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return false;
    probe_shared = memory;
    return true;
}

/* A probe's memory: handed down by the grader; of its own where it was started by hand. */
static void open_memory(void)
{
    has_grader = map_memory(SHARED_FD);
    int fd = SHARED_FD;
    if (!has_grader) {
        fd = memfd_create("proclab-probe", MFD_CLOEXEC);
        if (fd < 0 || ftruncate(fd, SHARED_BYTES) < 0 || !map_memory(fd)) {
            perror("proclab probe: shared memory");
            exit(STATUS_GAVE_UP);
        }
    }
    memory_fd = fcntl(fd, F_DUPFD_CLOEXEC, MEMORY_FD_MIN);
    if (memory_fd < 0)
        memory_fd = fcntl(fd, F_DUPFD_CLOEXEC, SHARED_FD + 1);
    close(fd);
    probe_shared->version = SHARED_VERSION;
}

/* Wait a moment. A futex would do, but not between a probe in a sandbox and the grader outside of every kind of it. */
static void rest_us(long us)
{
    struct timespec t = {.tv_nsec = us * 1000};
    nanosleep(&t, NULL);
}

void probe_hold(const char *name)
{
    if (!has_grader)
        return;
    uint32_t is_free = 0;
    while (!atomic_compare_exchange_strong(&probe_shared->hold_is_taken, &is_free, 1)) {
        is_free = 0;
        rest_us(500);
    }
    snprintf(probe_shared->hold, sizeof probe_shared->hold, "%s", name);
    uint32_t mine = atomic_fetch_add(&probe_shared->holds_asked, 1) + 1;
    while ((int32_t)(atomic_load(&probe_shared->holds_answered) - mine) < 0)
        rest_us(500);
    atomic_store(&probe_shared->hold_is_taken, 0);
}

static void futex_wait(_Atomic uint32_t *word, uint32_t value)
{
    syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

uint32_t probe_cell(int cell)
{
    return atomic_load(&probe_shared->cells[cell]);
}

void probe_cell_add(int cell, uint32_t n)
{
    int error = errno;
    atomic_fetch_add(&probe_shared->cells[cell], n);
    syscall(SYS_futex, &probe_shared->cells[cell], FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
    errno = error;
}

void probe_cell_wait(int cell, uint32_t at_least)
{
    uint32_t value;
    while ((value = probe_cell(cell)) < at_least)
        futex_wait(&probe_shared->cells[cell], value);
}

/* ---- values ----------------------------------------------------------------- */

/* Room for a record with this many bytes; NULL: the memory is full. */
static struct shared_record *reserve(const char *key, enum record_kind kind, size_t stored)
{
    size_t need = shared_record_stride(stored);
    uint32_t at = atomic_load(&probe_shared->used_bytes);
    do {
        if (at + need > SHARED_BYTES - sizeof *probe_shared)
            return NULL;
    } while (!atomic_compare_exchange_weak(&probe_shared->used_bytes, &at, at + (uint32_t)need));
    void *place = probe_shared->records + at;
    struct shared_record *record = place;
    record->kind = kind;
    record->stored_bytes = (uint32_t)stored;
    snprintf(record->key, sizeof record->key, "%s", key);
    return record;
}

static void put(const char *key, enum record_kind kind, int64_t number, const void *bytes,
                size_t len)
{
    int error = errno;
    size_t stored = len > BYTES_KEPT ? BYTES_KEPT : len;
    struct shared_record *record = reserve(key, kind, stored);
    if (record) {
        record->number = number;
        record->total_bytes = len;
        if (stored)
            memcpy(record + 1, bytes, stored);
        atomic_store(&record->is_ready, 1);
    }
    if (!has_grader && kind == RECORD_INT)
        dprintf(STDERR_FILENO, "%s = %lld\n", key, (long long)number);
    else if (!has_grader)
        dprintf(STDERR_FILENO, "%s = \"%.*s\" (%zu bytes)\n", key, (int)stored,
                bytes ? (const char *)bytes : "", len);
    errno = error;
}

void probe_put_int(const char *key, int64_t value)
{
    put(key, RECORD_INT, value, NULL, 0);
}

void probe_put_bytes(const char *key, const void *bytes, size_t len)
{
    put(key, RECORD_BYTES, 0, bytes, len);
}

void probe_put_text(const char *key, const char *format, ...)
{
    char text[1024];
    int error = errno;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len >= (int)sizeof text)
        len = sizeof text - 1;
    put(key, RECORD_TEXT, 0, text, len < 0 ? 0 : (size_t)len);
    errno = error;
}

void probe_give_up(const char *what, const char *file, int line)
{
    int error = errno;
    probe_put_text("gave_up", "%s [%s %s] (%s:%d)", what, strerrorname_np(error), strerror(error),
                   file, line);
    probe_put_int("gave_up_errno", error);
    _exit(STATUS_GAVE_UP);
}

/* ---- calls of the student's functions ------------------------------------------ */

void probe_enter(const char *call)
{
    snprintf(probe_shared->call, sizeof probe_shared->call, "%.*s", (int)strcspn(call, "("), call);
    probe_state_note();
    atomic_store(&probe_shared->is_inside, 1);
}

void probe_leave(void)
{
    int error = errno;
    if (getpid() != probe_caller_pid) {
        /* Two returns from one call: the caller's goes on, this one must not. */
        atomic_fetch_add(&probe_shared->extra_returns, 1);
        _exit(STATUS_RETURNED);
    }
    atomic_store(&probe_shared->is_inside, 0);
    probe_state_compare();
    errno = error;
}

/* on_exit(3): who leaves by exit(3) runs its caller's handlers and flushes its buffers. */
static void see_exit(int code, void *unused)
{
    (void)unused;
    if (getpid() != probe_caller_pid) {
        atomic_fetch_add(&probe_shared->exits_in_child, 1);
        return;
    }
    atomic_store(&probe_shared->exit_code, code);
    atomic_store(&probe_shared->called_exit, atomic_load(&probe_shared->is_inside));
}

pid_t probe_fork(const char *name)
{
    fflush(NULL);
    pid_t pid = fork();
    probe_must(pid >= 0);
    if (pid == 0)
        prctl(PR_SET_NAME, name);
    return pid;
}

pid_t probe_fork_caller(void)
{
    pid_t pid = probe_fork("caller");
    if (pid == 0)
        probe_caller_pid = getpid();
    return pid;
}

int probe_reap(pid_t pid)
{
    int status;
    pid_t got;
    atomic_store(&probe_shared->is_inside,
                 0); /* it may have been the caller, and died in the call */
    while ((got = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        ;
    return got == pid ? status : -1;
}

char probe_state_of(pid_t pid)
{
    char path[32], text[256];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    const char *after = strrchr(text, ')');
    if (!after || after[1] != ' ')
        return 0;
    return after[2];
}

bool probe_is_out_of_reach(pid_t pid, int signal_number)
{
    char path[32], text[4096];
    unsigned long long blocked = 0;
    if (probe_state_of(pid) != 'S')
        return false;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    text[fd < 0 ? 0 : probe_take(fd, text, sizeof text - 1)] = '\0';
    close(fd);
    const char *line = strstr(text, "\nSigBlk:");
    return line && sscanf(line, "\nSigBlk: %llx", &blocked) == 1 &&
           (blocked >> (signal_number - 1) & 1) != 0;
}

void probe_wait_asleep_of(pid_t pid)
{
    enum { TRIES = 1000 };
    unsigned in_a_row = 0;
    for (int i = 0; i < TRIES && in_a_row < 2; i++) {
        rest_us(2000);
        in_a_row = probe_state_of(pid) == 'S' ? in_a_row + 1 : 0;
    }
}

void probe_wait_asleep(void)
{
    probe_wait_asleep_of(probe_caller());
}

pid_t probe_caller(void)
{
    return atomic_load(&probe_shared->pid);
}

void probe_signal(pid_t pid, int signal_number)
{
    syscall(SYS_kill, pid, signal_number);
}

/* ---- files and bytes ---------------------------------------------------------- */

int probe_file(void)
{
    int fd = memfd_create("proclab-file", MFD_CLOEXEC);
    probe_must(fd >= 0);
    return fd;
}

char *probe_file_read(int fd, size_t *len)
{
    struct stat st;
    probe_must(fstat(fd, &st) == 0);
    char *bytes = malloc((size_t)st.st_size + 1);
    probe_must(bytes);
    ssize_t n = pread(fd, bytes, (size_t)st.st_size, 0);
    probe_must(n >= 0);
    bytes[n] = '\0';
    *len = (size_t)n;
    return bytes;
}

void probe_become(int from, int to)
{
    probe_must(from == to || dup2(from, to) == to);
}

/* A multiplicative hash of the place: any shift, repetition or exchange of parts shows. No NULs. */
static unsigned char pattern_at(size_t i)
{
    return (unsigned char)(1 + ((i * UINT64_C(0x9E3779B97F4A7C15)) >> 40) % 255);
}

void probe_pattern_fill(void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)bytes)[i] = pattern_at(i);
}

size_t probe_pattern_check(const void *bytes, size_t len)
{
    size_t i = 0;
    while (i < len && ((const unsigned char *)bytes)[i] == pattern_at(i))
        i++;
    return i;
}

/* ---- interruptions --------------------------------------------------------------- */

static int interrupt_cell;
static uint32_t interrupt_max;

static void set_timer(long us)
{
    struct itimerval timer = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void see_interrupt(int signal_number)
{
    (void)signal_number;
    int error = errno;
    probe_cell_add(interrupt_cell, 1);
    if (probe_cell(interrupt_cell) >= interrupt_max)
        set_timer(0);
    errno = error;
}

void probe_interrupt_start(int cell, uint32_t max)
{
    struct sigaction action = {.sa_handler =
                                   see_interrupt}; /* no SA_RESTART: calls are interrupted */
    interrupt_cell = cell;
    interrupt_max = max;
    probe_must(sigaction(SIGALRM, &action, NULL) == 0);
    set_timer(1000);
}

void probe_interrupt_stop(void)
{
    set_timer(0);
    signal(SIGALRM, SIG_DFL);
}

/* ---- helpers ------------------------------------------------------------------------ */

/* Up to the NULL; argv ends with one anyhow. */
static void copy_words(char **argv, int first, va_list words)
{
    for (int i = first; i < HELPER_ARGUMENTS - 1; i++) {
        const char *word = va_arg(words, const char *);
        if (!word)
            break;
        argv[i] = strdup(word);
    }
}

/* By its path, so that a shell can start it, too. */
static char *executable_path(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n > 0)
        path[n] = '\0';
    return strdup(n > 0 && access(path, X_OK) == 0 ? path : "/proc/self/exe");
}

char **helper_argv(const char *name, ...)
{
    char **argv = calloc(HELPER_ARGUMENTS, sizeof *argv);
    char *token;
    probe_must(argv);
    probe_must(asprintf(&token, "%s@%d:%d", name, (int)atomic_load(&probe_shared->pid), memory_fd) >
               0);
    argv[0] = executable_path();
    argv[1] = token;
    va_list args;
    va_start(args, name);
    copy_words(argv, 2, args);
    va_end(args);
    return argv;
}

char **probe_argv(const char *program, ...)
{
    char **argv = calloc(HELPER_ARGUMENTS, sizeof *argv);
    probe_must(argv);
    argv[0] = strdup(program);
    va_list args;
    va_start(args, program);
    copy_words(argv, 1, args);
    va_end(args);
    return argv;
}

/* argv[1] is NAME@PID:FD: run that helper on the memory of that probe. */
static int run_helper(int argc, char **argv)
{
    char name[SHARED_NAME_BYTES], path[64];
    int pid, fd;
    if (sscanf(argv[1], "%63[^@]@%d:%d", name, &pid, &fd) != 3)
        return STATUS_GAVE_UP;
    prctl(PR_SET_NAME, name);
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    int memory = open(path, O_RDWR | O_CLOEXEC);
    bool is_mapped = memory >= 0 && map_memory(memory);
    close(memory);
    if (!is_mapped)
        return STATUS_GAVE_UP;
    has_grader = true;
    for (struct helper *h = helpers; h; h = h->next)
        if (strcmp(h->name, name) == 0) {
            snprintf(argv[1], strlen(argv[1]) + 1, "%s", name);
            return h->function(argc - 1, argv + 1);
        }
    return STATUS_GAVE_UP;
}

/* ---- the program: PROBES NAME, or a helper ---------------------------------------------- */

/* In the dashboard: so that one can look before it begins, and when it has ended. */
static void wait_for_enter(const char *what)
{
    char byte;
    if (!getenv("PROCLAB_PROBE_WAITS"))
        return;
    dprintf(STDERR_FILENO, "%s: press Enter\n", what);
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
        ;
}

static int run_probe(const struct probe *probe)
{
    open_memory();
    prctl(PR_SET_NAME, "caller");
    probe_faults_prepare();
    probe_caller_pid = getpid();
    atomic_store(&probe_shared->pid, probe_caller_pid);
    on_exit(see_exit, NULL);
    probe_hold("start");
    wait_for_enter(probe->name);
    probe->function();
    if (getpid() != probe_caller_pid) {
        atomic_fetch_add(&probe_shared->extra_returns, 1);
        _exit(STATUS_RETURNED);
    }
    fflush(NULL);
    probe_hold("end");
    wait_for_enter("the end");
    atomic_store(&probe_shared->is_done, 1);
    _exit(0);
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strchr(argv[1], '@'))
        return run_helper(argc, argv);
    for (struct probe *p = probes; p; p = p->next)
        if (argc == 2 && strcmp(p->name, argv[1]) == 0)
            return run_probe(p);
    fprintf(stderr, "usage: %s PROBE\nprobes:\n", argv[0]);
    for (struct probe *p = probes; p; p = p->next)
        fprintf(stderr, "  %s\n", p->name);
    return 2;
}
