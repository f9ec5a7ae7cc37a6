/*
 * probes.c - lab 02: calls the student's functions, one small probe for each
 * thing that exercise.h promises. What a probe saw is judged in grade.c.
 *
 * Nothing waits for a time: who must be first says so by a cell, a counter
 * that all processes of a probe share.
 */
#include "exercise.h"

#include "gradekit/probe/probe.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum cell {
    RETURNED, /* the student's function has returned */
    TICKS,    /* signals that interrupted the caller */
    STOPPED,  /* PID of a program that stops itself */
};

enum {
    TICKS_MAX = 3000,
    A_FEW_TICKS = 20, /* one of them surely meets the caller asleep */
    LOOKS_AT_D = 200, /* in a row: it waits for no disk */
};

/* ---- what probes and programs use --------------------------------------- */

static void give(int fd, const char *text)
{
    size_t sent = 0, n = strlen(text);

    while (sent < n) {
        ssize_t put = write(fd, text + sent, n - sent);
        if (put == -1 && errno != EINTR)
            return;
        sent += put > 0 ? (size_t)put : 0;
    }
}

/* The result of a call, and let go who waits for its end. */
static void put_returned(long returned)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
    probe_cell_add(RETURNED, 1);
    probe_cell_add(TICKS, TICKS_MAX);
}

/* A path in the probe's own folder. It lasts until the probe ends. */
static char *path_of(const char *name)
{
    const char *folder = getenv("TMPDIR");
    char *path;

    probe_must(asprintf(&path, "%s/%s", folder ? folder : "/tmp", name) > 0);
    return path;
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    probe_must(fd != -1);
    give(fd, text);
    close(fd);
}

/* Put what is in a file, and remove it; nothing where there is none. */
static void put_file(const char *key, const char *path)
{
    char bytes[256];
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd == -1)
        return;
    probe_put_bytes(key, bytes, probe_take(fd, bytes, sizeof bytes));
    close(fd);
    unlink(path);
}

/* A file of /proc/PID of the caller, NUL-ended; "" if it cannot be read. */
static void read_of_caller(const char *name, char *text, size_t len)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)probe_caller(), name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    text[fd == -1 ? 0 : probe_take(fd, text, len - 1)] = '\0';
    if (fd != -1)
        close(fd);
}

static bool caller_is_asleep(void)
{
    char text[512];

    read_of_caller("stat", text, sizeof text);
    const char *after = strrchr(text, ')');
    return after != NULL && after[1] == ' ' && after[2] == 'S';
}

/* Does it sleep for something, and not for a time that it chose itself? What
   may not be read is taken for something. */
static bool caller_waits(void)
{
    char text[256];
    long number;

    if (!caller_is_asleep())
        return false;
    read_of_caller("syscall", text, sizeof text);
    return sscanf(text, "%ld", &number) != 1 ||
           (number != SYS_nanosleep && number != SYS_clock_nanosleep);
}

/* Until n signals have interrupted the caller, where they can: a vfork's parent
   sleeps in state D, which none interrupts. */
static void wait_for_ticks(uint32_t n)
{
    int in_a_row = 0;

    while (probe_cell(TICKS) < n && in_a_row < LOOKS_AT_D &&
           !probe_is_out_of_reach(probe_caller(), SIGALRM)) {
        in_a_row = probe_state_of(probe_caller()) == 'D' ? in_a_row + 1 : 0;
        probe_rest();
    }
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* ---- programs to start -------------------------------------------------- */

/* code N: only exit. */
HELPER(code)
{
    (void)argc;
    return atoi(argv[1]);
}

/* die SIGNAL: be killed by it. */
HELPER(die)
{
    (void)argc;
    probe_signal(getpid(), atoi(argv[1]));
    pause();
    return 0;
}

/* stop: stop itself, and exit with 5 when it was continued. */
HELPER(stop)
{
    (void)argc, (void)argv;
    probe_cell_add(STOPPED, (uint32_t)getpid());
    probe_signal(getpid(), SIGSTOP);
    return 5;
}

/* mark KEY: put that it ran. */
HELPER(mark)
{
    (void)argc;
    probe_put_int(argv[1], 1);
    return 0;
}

/* loud N: copy N bytes from 0 to 1, each increased by 1; and a ! to 2. */
HELPER(loud)
{
    char bytes[64] = "";

    (void)argc;
    size_t n = probe_take(STDIN_FILENO, bytes, (size_t)atoi(argv[1]));
    for (size_t i = 0; i < n; i++)
        bytes[i]++;
    give(STDOUT_FILENO, bytes);
    give(STDERR_FILENO, "!");
    return 0;
}

/* turns: to 1, to 2, to 1; put where 2 stands after the first. */
HELPER(turns)
{
    (void)argc, (void)argv;
    give(STDOUT_FILENO, "one");
    probe_put_int("offset_2", lseek(STDERR_FILENO, 0, SEEK_CUR));
    give(STDERR_FILENO, "two");
    give(STDOUT_FILENO, "three");
    return 0;
}

/* open: exit with 1 if 0 is open, plus 2 if 1 is, plus 4 if 2 is, plus 8 if one
   above is. */
HELPER(open)
{
    int code = 0;

    (void)argc, (void)argv;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            code |= 1 << fd;
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            code |= 8;
    return code;
}

/* until N [BYTES]: read so many bytes, and run until the caller was
   interrupted N times. */
HELPER(until)
{
    char bytes[16];

    if (argc > 2)
        probe_put_bytes("read", bytes,
                        probe_take(STDIN_FILENO, bytes, (size_t)atoi(argv[2])));
    wait_for_ticks((uint32_t)atoi(argv[1]));
    return 0;
}

/* argument TEXT: put it as it came, and what argv[0] is. */
HELPER(argument)
{
    char line[4096] = "";
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);

    probe_put_int("arguments", argc - 1);
    probe_put_bytes("argument", argv[1], strlen(argv[1]));
    probe_take(fd, line, sizeof line - 1);
    close(fd);
    probe_put_text("argv_0", "%s", line); /* up to its NUL */
    return 0;
}

static void put_text_of(const char *who, const char *what, const char *text)
{
    char key[48];

    snprintf(key, sizeof key, "%s_%s", who, what);
    probe_put_text(key, "%s", text);
}

/* inherited WHO: put its signal mask, what it ignores, its fds, a variable. */
HELPER(inherited)
{
    char fds[512] = "", mask[32], ignored[32];

    (void)argc;
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
        if (fcntl(fd, F_GETFD) != -1)
            snprintf(fds + strlen(fds), sizeof fds - strlen(fds), " %d", fd);
    const char *value = getenv("LAB_INHERITED");
    snprintf(mask, sizeof mask, "%s_mask", argv[1]);
    snprintf(ignored, sizeof ignored, "%s_ignored", argv[1]);
    probe_put_signals(mask, ignored);
    put_text_of(argv[1], "fds", fds);
    put_text_of(argv[1], "value", value ? value : "(not set)");
    return 0;
}

/* env NAME...: put each one's value under its name, and how many there are. */
HELPER(env)
{
    int n = 0;

    for (int i = 1; i < argc; i++) {
        const char *value = getenv(argv[i]);
        probe_put_text(argv[i], "%s", value ? value : "(not set)");
    }
    while (environ[n] != NULL)
        n++;
    probe_put_int("variables", n);
    return 0;
}

/* stay N: put its PID, run until the function has returned, exit with N. */
HELPER(stay)
{
    (void)argc;
    probe_put_int("program_pid", getpid());
    probe_cell_wait(RETURNED, 1);
    return atoi(argv[1]);
}

/* ---- calls -------------------------------------------------------------- */

/* A caller that is particular: each of these would be seen if it changed, and
   the program has them, too, but for the handler. */
static void see_nothing(int number)
{
    (void)number;
}

static void be_particular(void)
{
    struct sigaction action = {.sa_handler = see_nothing,
                               .sa_flags = SA_RESTART};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGUSR1, SIG_IGN);
    probe_must(sigaction(SIGCHLD, &action, NULL) == 0);
    setenv("LAB_INHERITED", "yes", 1);
}

/* What a function may set for itself meanwhile is set already: it must put back
   this, and not the default. */
static void set_beforehand(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGINT, SIG_IGN);
}

static int by_program(char **argv)
{
    int returned = PROBE_CALL(run_program(argv[0], argv));

    put_returned(returned);
    return returned;
}

static int with_env(char **argv, char *const changes[])
{
    int returned = PROBE_CALL(run_with_env(argv[0], argv, changes));

    put_returned(returned);
    return returned;
}

static int by_env(char **argv)
{
    char change[] = "LAB_CHANGED=1", *changes[] = {change, NULL};

    return with_env(argv, changes);
}

static int redirected(char **argv, const char *in, const char *out,
                      const char *err)
{
    int returned = PROBE_CALL(run_redirected(argv[0], argv, in, out, err));

    put_returned(returned);
    return returned;
}

static int by_redirected(char **argv)
{
    char *out = path_of("out");
    int returned = redirected(argv, "/dev/null", out, NULL);

    unlink(out);
    return returned;
}

/* Its result; where that is 0, how the program ended is put. */
static int by_spawn(char **argv)
{
    pid_t pid = -99;
    int returned = PROBE_CALL(spawn_checked(argv[0], argv, &pid));

    put_returned(returned);
    if (returned == 0) {
        int wstatus = pid > 0 ? probe_reap(pid) : -1;
        probe_put_int("pid", pid);
        probe_put_int("ended_with", wstatus == -1 ? -1 : WEXITSTATUS(wstatus));
    }
    return returned;
}

/* ---- run_program -------------------------------------------------------- */

/* The caller's standard streams are files; what is in them is put. */
struct streams {
    int in, out, err;
};

static struct streams take_streams(const char *in)
{
    struct streams s = {probe_file(), probe_file(), probe_file()};

    probe_must(pwrite(s.in, in, strlen(in), 0) == (ssize_t)strlen(in));
    probe_become(s.in, STDIN_FILENO);
    probe_become(s.out, STDOUT_FILENO);
    probe_become(s.err, STDERR_FILENO);
    return s;
}

static void put_streams(struct streams s)
{
    size_t len;
    char *bytes = probe_file_read(s.out, &len);

    probe_put_bytes("stdout", bytes, len);
    bytes = probe_file_read(s.err, &len);
    probe_put_bytes("stderr", bytes, len);
}

PROBE(run_program_works)
{
    struct streams s = take_streams("AKX");

    by_program(helper_argv("loud", "3", NULL));
    put_streams(s);
}

/* The program is continued when the caller waits for it. */
PROBE(run_program_stopped)
{
    pid_t continuer = probe_fork("continuer");

    if (continuer == 0) {
        while (probe_state_of((pid_t)probe_cell(STOPPED)) != 'T' &&
               probe_cell(RETURNED) == 0)
            probe_rest();
        probe_wait_asleep();
        if (probe_cell(STOPPED) > 0)
            probe_signal((pid_t)probe_cell(STOPPED), SIGCONT);
        _exit(0);
    }
    by_program(helper_argv("stop", NULL));
    probe_reap(continuer);
}

/* ---- run_with_env ------------------------------------------------------- */

PROBE(run_with_env_works)
{
    char a[] = "LAB_A=one", b[] = "LAB_B=two", *changes[] = {a, b, NULL};

    setenv("LAB_B", "before", 1);
    with_env(helper_argv("env", "LAB_A", "LAB_B", NULL), changes);
}

PROBE(run_with_env_unsets)
{
    char a[] = "LAB_A", never[] = "LAB_NEVER", *changes[] = {a, never, NULL};

    setenv("LAB_A", "before", 1);
    with_env(helper_argv("env", "LAB_A", NULL), changes);
}

PROBE(run_with_env_order)
{
    char a[] = "LAB_A=one", not_a[] = "LAB_A", b[] = "LAB_B",
         b_two[] = "LAB_B=two", c[] = "LAB_C=one", c_two[] = "LAB_C=two",
         *changes[] = {a, not_a, b, b_two, c, c_two, NULL};

    setenv("LAB_B", "before", 1);
    with_env(helper_argv("env", "LAB_A", "LAB_B", "LAB_C", NULL), changes);
}

/* Names that are the start of another one; values that are odd. */
PROBE(run_with_env_odd)
{
    char empty[] = "LAB_EMPTY=", equals[] = "LAB_EQUALS=a=b c",
         not_short[] = "LAB_LONG", set_short[] = "LAB_OTHER=short",
         *changes[] = {empty, equals, not_short, set_short, NULL};

    setenv("LAB_LONGER", "before", 1);
    setenv("LAB_OTHER_TOO", "before", 1);
    with_env(helper_argv("env", "LAB_EMPTY", "LAB_EQUALS", "LAB_LONGER",
                         "LAB_OTHER", "LAB_OTHER_TOO", NULL),
             changes);
}

static int count_variables(void)
{
    int n = 0;

    while (environ[n] != NULL)
        n++;
    return n;
}

/* Four variables; one gets another value, one goes, one comes. */
static void change_others(char **argv)
{
    char a[] = "LAB_A=after", b[] = "LAB_B", c[] = "LAB_C=after",
         *changes[] = {a, b, c, NULL};

    setenv("LAB_A", "before", 1);
    setenv("LAB_B", "before", 1);
    setenv("LAB_D", "before", 1);
    probe_put_int("variables_before", count_variables());
    with_env(argv, changes);
}

PROBE(run_with_env_others)
{
    change_others(helper_argv("env", "LAB_A", "LAB_C", "LAB_D", "HOME", NULL));
}

/* The program is there, and then it is not; and no process can be made. */
PROBE(run_with_env_caller)
{
    be_particular();
    change_others(helper_argv("code", "0", NULL));
    change_others(probe_argv("no-such-program", NULL));
    probe_fail_processes(0);
    change_others(helper_argv("code", "0", NULL));
    probe_fail_nothing();
    set_beforehand();
    change_others(helper_argv("code", "0", NULL));
}

PROBE(run_with_env_no_changes)
{
    char *changes[] = {NULL};

    setenv("LAB_A", "before", 1);
    probe_put_int("variables_before", count_variables());
    with_env(helper_argv("env", "LAB_A", NULL), changes);
}

PROBE(run_with_env_many)
{
    enum { MANY = 200 };
    char *changes[MANY + 1] = {NULL};

    for (int i = 0; i < MANY; i++)
        probe_must(asprintf(&changes[i], "LAB_%d=%d", i, i) > 0);
    with_env(helper_argv("env", "LAB_0", "LAB_199", NULL), changes);
}

/* A folder of programs: "lab-program" is a helper. */
static char *folder_with_program(const char *name, const char *program)
{
    char *folder = path_of(name), *link;

    probe_must(mkdir(folder, 0755) == 0);
    probe_must(asprintf(&link, "%s/lab-program", folder) > 0);
    if (program != NULL)
        probe_must(symlink(program, link) == 0);
    else
        write_file(link, "no program: it may not be executed\n");
    return folder;
}

static void remove_folder(char *folder)
{
    char *link;

    probe_must(asprintf(&link, "%s/lab-program", folder) > 0);
    unlink(link);
    rmdir(folder);
}

/* The program is found in the PATH that the child has, and in no other; what
   may not be executed is passed over. */
PROBE(run_with_env_path)
{
    char **argv = helper_argv("code", "5", NULL);
    char *old, *change, *no_path, *locked_path, *none = path_of("none");
    char *folder = folder_with_program("programs", argv[0]);
    char *locked = folder_with_program("locked", NULL);

    probe_must(asprintf(&old, "%s:/usr/bin:/bin", none) > 0);
    probe_must(asprintf(&change, "PATH=%s:%s", locked, folder) > 0);
    probe_must(asprintf(&no_path, "PATH=%s", none) > 0);
    probe_must(asprintf(&locked_path, "PATH=%s:%s", locked, none) > 0);
    char *to_folder[] = {change, NULL}, *to_none[] = {no_path, NULL},
         *to_locked[] = {locked_path, NULL};

    setenv("PATH", old, 1);
    int returned = PROBE_CALL(run_with_env("lab-program", argv, to_folder));
    probe_put_int("in_new", returned);
    setenv("PATH", folder, 1);
    returned = PROBE_CALL(run_with_env("lab-program", argv, to_none));
    probe_put_int("in_old", returned);
    returned = PROBE_CALL(run_with_env("lab-program", argv, to_locked));
    probe_put_int("locked", returned);
    remove_folder(folder);
    remove_folder(locked);
}

/* ---- run_redirected ----------------------------------------------------- */

PROBE(run_redirected_works)
{
    char *in = path_of("in"), *out = path_of("out"), *err = path_of("err");

    write_file(in, "AKX");
    redirected(helper_argv("loud", "3", NULL), in, out, err);
    put_file("out", out);
    put_file("err", err);
    unlink(in);
}

/* All is right; then there is no program, no input, no process. */
PROBE(run_redirected_caller)
{
    char *in = path_of("in"), *out = path_of("out"), *err = path_of("err"),
         *missing = path_of("missing");
    char **loud = helper_argv("loud", "3", NULL);

    write_file(in, "AKX");
    be_particular();
    redirected(loud, in, out, err);
    redirected(probe_argv("no-such-program", NULL), in, out, NULL);
    redirected(loud, missing, out, err);
    redirected(loud, in, out, path_of("missing/err"));
    probe_fail_processes(0);
    redirected(loud, in, out, err);
    probe_fail_nothing();
    set_beforehand();
    redirected(loud, in, out, err);
    unlink(in);
    unlink(out);
    unlink(err);
}

PROBE(run_redirected_inherits)
{
    struct streams s = take_streams("AKX");

    redirected(helper_argv("loud", "3", NULL), NULL, NULL, NULL);
    put_streams(s);
}

/* Each one alone: the two others are the caller's. */
PROBE(run_redirected_each)
{
    char *in = path_of("in"), *out = path_of("out"), *err = path_of("err");
    struct streams s = take_streams("AKX");

    write_file(in, "GBQ");
    redirected(helper_argv("loud", "3", NULL), in, NULL, NULL);
    redirected(helper_argv("loud", "3", NULL), NULL, NULL, err);
    lseek(s.in, 0, SEEK_SET);
    redirected(helper_argv("loud", "3", NULL), NULL, out, NULL);
    put_streams(s);
    put_file("out", out);
    put_file("err", err);
    unlink(in);
}

static void put_mode(const char *key, const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0)
        probe_put_int(key, st.st_mode & 07777);
}

/* With two umasks. */
PROBE(run_redirected_creates)
{
    char **argv = helper_argv("code", "0", NULL);
    char *out = path_of("out"), *err = path_of("err");

    umask(0);
    redirected(argv, NULL, out, err);
    put_mode("out_mode", out);
    put_mode("err_mode", err);
    unlink(out);
    unlink(err);
    umask(027);
    redirected(argv, NULL, out, NULL);
    put_mode("out_mode_027", out);
    unlink(out);
}

PROBE(run_redirected_truncates)
{
    char *in = path_of("in"), *out = path_of("out"), *err = path_of("err");

    write_file(in, "AKX");
    write_file(out, "what was there before");
    write_file(err, "what was there before");
    redirected(helper_argv("loud", "3", NULL), in, out, err);
    put_file("out", out);
    put_file("err", err);
    unlink(in);
}

/* An input that may only be read, an output that may only be written. */
PROBE(run_redirected_access)
{
    char *in = path_of("in"), *out = path_of("out");

    write_file(in, "AKX");
    write_file(out, "");
    probe_must(chmod(in, 0400) == 0 && chmod(out, 0200) == 0);
    redirected(helper_argv("loud", "3", NULL), in, out, NULL);
    probe_must(chmod(out, 0600) == 0);
    put_file("out", out);
    unlink(in);
}

/* Equal text at two addresses. */
PROBE(run_redirected_same_file)
{
    char *out = path_of("out"), *err = path_of("out");

    redirected(helper_argv("turns", NULL), NULL, out, err);
    put_file("out", out);
}

/* What comes first has failed: of what comes after, nothing is opened. */
PROBE(run_redirected_order)
{
    char **argv = helper_argv("mark", "ran", NULL);
    char *missing = path_of("missing"), *out = path_of("out"),
         *err = path_of("err"), *folder = path_of("");

    int returned = redirected(argv, missing, out, err);
    probe_put_int("in_fails", returned);
    probe_put_int("in_fails_errno", errno);
    probe_put_int("in_fails_out", exists(out));
    probe_put_int("in_fails_err", exists(err));
    returned = redirected(argv, missing, folder, NULL);
    probe_put_int("in_and_out_fail", returned);
    probe_put_int("in_and_out_fail_errno", errno);
    returned = redirected(argv, NULL, folder, err);
    probe_put_int("out_fails", returned);
    probe_put_int("out_fails_errno", errno);
    probe_put_int("out_fails_err", exists(err));
    unlink(out);
    unlink(err);
}

PROBE(run_redirected_open_fails)
{
    char **argv = helper_argv("mark", "ran", NULL);
    char *in = path_of("in"), *out = path_of("out"),
         *missing = path_of("missing"), *nowhere = path_of("missing/file"),
         *locked = path_of("locked"), *folder = path_of("");

    write_file(in, "AKX");
    write_file(locked, "");
    probe_must(chmod(locked, 0) == 0);
    int returned = redirected(argv, missing, NULL, NULL);
    probe_put_int("no_input", returned);
    probe_put_int("no_input_errno", errno);
    returned = redirected(argv, in, locked, NULL);
    probe_put_int("no_output", returned);
    probe_put_int("no_output_errno", errno);
    returned = redirected(argv, in, out, nowhere);
    probe_put_int("no_error", returned);
    probe_put_int("no_error_errno", errno);
    returned = redirected(argv, in, folder, folder);
    probe_put_int("no_both", returned);
    probe_put_int("no_both_errno", errno);
    unlink(in);
    unlink(out);
    unlink(locked);
}

/* Call f with each combination of fds 0 to 2 closed. */
static void with_low_fds_closed(void (*f)(int closed, const int kept[3]))
{
    int kept[3];

    for (int fd = 0; fd <= 2; fd++)
        kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 20);
    for (int closed = 1; closed < 8; closed++)
        f(closed, kept);
}

static void close_low(int closed)
{
    for (int fd = 0; fd <= 2; fd++)
        if (closed & 1 << fd)
            close(fd);
}

static void open_low(int closed, const int kept[3])
{
    for (int fd = 0; fd <= 2; fd++)
        if (closed & 1 << fd)
            dup2(kept[fd], fd);
}

/* All three are files: in the first call different ones, in the second one
   out and err the same. */
static void low_files(int closed, const int kept[3])
{
    char *in = path_of("in"), *out = path_of("out"), *err = path_of("err");
    char **argv = helper_argv("loud", "3", NULL);
    char key[16];

    write_file(in, "AKX");
    close_low(closed);
    redirected(argv, in, out, err);
    open_low(closed, kept);
    snprintf(key, sizeof key, "out_%d", closed);
    put_file(key, out);
    snprintf(key, sizeof key, "err_%d", closed);
    put_file(key, err);
    close_low(closed);
    redirected(argv, in, out, out);
    open_low(closed, kept);
    snprintf(key, sizeof key, "both_%d", closed);
    put_file(key, out);
    unlink(in);
}

PROBE(run_redirected_low_fds)
{
    with_low_fds_closed(low_files);
}

/* None is a file, then each one alone: which of 0 to 2 has the program? */
static void low_open(int closed, const int kept[3])
{
    char **argv = helper_argv("open", NULL);
    char *file = path_of("file");
    char key[24];

    write_file(file, "");
    for (int which = -1; which <= 2; which++) {
        close_low(closed);
        int returned =
            redirected(argv, which == 0 ? file : NULL, which == 1 ? file : NULL,
                       which == 2 ? file : NULL);
        open_low(closed, kept);
        snprintf(key, sizeof key, "open_%d_%d", closed, which + 1);
        probe_put_int(key, returned);
    }
    unlink(file);
}

PROBE(run_redirected_low_closed)
{
    with_low_fds_closed(low_open);
}

/* open(2) of a FIFO waits for its writer, who comes when some signals have
   interrupted that; then the program runs for some more. */
PROBE(run_redirected_eintr)
{
    char *fifo = path_of("fifo");
    char **argv = helper_argv("until", "40", "3", NULL);

    probe_must(mkfifo(fifo, 0600) == 0);
    pid_t feeder = probe_fork("feeder");
    if (feeder == 0) {
        int fd;
        wait_for_ticks(A_FEW_TICKS);
        while ((fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) == -1 &&
               probe_cell(RETURNED) == 0)
            probe_rest();
        if (fd != -1)
            give(fd, "AKX");
        _exit(0);
    }
    probe_interrupt_start(TICKS, TICKS_MAX);
    int returned = PROBE_CALL(run_redirected(argv[0], argv, fifo, NULL, NULL));
    int error = errno;
    probe_interrupt_stop();
    errno = error;
    put_returned(returned);
    probe_reap(feeder);
    unlink(fifo);
}

/* ---- spawn_checked ------------------------------------------------------ */

/* The program ends when the function has returned, and not before. */
PROBE(spawn_checked_works)
{
    by_spawn(helper_argv("stay", "5", NULL));
}

/* In a child that fork(3) made, before it goes on to exec: let the caller
   come first. Either it returns, or it waits for what exec will say. */
static void dawdle(void)
{
    int in_a_row = 0;

    if (getppid() != probe_caller())
        return;
    for (int i = 0; i < 3000 && in_a_row < 3; i++) {
        in_a_row = caller_waits() ? in_a_row + 1 : 0;
        if (probe_cell(RETURNED) > 0) {
            probe_put_int("returned_before_exec", 1);
            return;
        }
        probe_rest();
    }
}

PROBE(spawn_checked_running)
{
    probe_put_int("returned_before_exec", 0);
    probe_must(pthread_atfork(NULL, NULL, dawdle) == 0);
    by_spawn(helper_argv("code", "5", NULL));
}

/* In a child that fork(3) made, before exec. */
static void let_interrupt(void)
{
    if (getppid() == probe_caller())
        wait_for_ticks(A_FEW_TICKS);
}

PROBE(spawn_checked_eintr)
{
    char **argv = helper_argv("stay", "5", NULL);
    pid_t pid = -99;

    probe_must(pthread_atfork(NULL, NULL, let_interrupt) == 0);
    probe_interrupt_start(TICKS, TICKS_MAX);
    int returned = PROBE_CALL(spawn_checked(argv[0], argv, &pid));
    int error = errno;
    probe_interrupt_stop();
    errno = error;
    put_returned(returned);
    if (returned == 0)
        probe_reap(pid);
}

/* ---- what all promise alike --------------------------------------------- */

#define PROMISE_OF(function_, run_, name_)                                     \
    PROBE(function_##_##name_)                                                 \
    {                                                                          \
        promise_##name_(run_);                                                 \
    }

/* Of those that wait for the program. */
#define PROMISE_OF_RUNNERS(name_)                                              \
    PROMISE_OF(run_program, by_program, name_)                                 \
    PROMISE_OF(run_with_env, by_env, name_)                                    \
    PROMISE_OF(run_redirected, by_redirected, name_)

#define PROMISE(name_)                                                         \
    static void promise_##name_(int (*run)(char **argv));                      \
    PROMISE_OF_RUNNERS(name_)                                                  \
    PROMISE_OF(spawn_checked, by_spawn, name_)                                 \
    static void promise_##name_(int (*run)(char **argv))

static void promise_statuses(int (*run)(char **argv))
{
    probe_put_int("code_0", run(helper_argv("code", "0", NULL)));
    probe_put_int("code_3", run(helper_argv("code", "3", NULL)));
    probe_put_int("code_255", run(helper_argv("code", "255", NULL)));
    probe_put_int("signal_9", run(helper_argv("die", "9", NULL)));
    probe_put_int("signal_15", run(helper_argv("die", "15", NULL)));
}
PROMISE_OF_RUNNERS(statuses)

/* Programs that are not found, and others that cannot be run. */
PROMISE(exec)
{
    char **missing = probe_argv("no-such-program", NULL);
    char **under_file = probe_argv("/etc/passwd/x", NULL);
    char **no_program = probe_argv("/etc/passwd", NULL);
    char **too_big = helper_argv("code", "0", NULL);

    probe_put_int("missing", run(missing));
    probe_put_int("under_file", run(under_file));
    probe_put_int("no_program", run(no_program));
    too_big[2] = malloc(1 << 20); /* MAX_ARG_STRLEN is 128 KiB: E2BIG */
    probe_must(too_big[2] != NULL);
    memset(too_big[2], 'x', (1 << 20) - 1);
    too_big[2][(1 << 20) - 1] = '\0';
    probe_put_int("too_big", run(too_big));
}

/* Not found alone, for what is to be as it was afterwards. */
PROMISE(missing)
{
    char **argv = probe_argv("no-such-program", NULL);

    run(argv);
}

/* The caller has something in a stdio buffer that is not written yet. */
PROMISE(exit)
{
    char **argv = probe_argv("no-such-program", NULL);
    int fd = probe_file();
    FILE *file = fdopen(fd, "w");

    probe_must(file != NULL);
    fputs("once", file);
    run(argv);
    fflush(file);
    size_t len;
    char *bytes = probe_file_read(fd, &len);
    probe_put_bytes("file", bytes, len);
}

/* In the second folder of PATH; what the first one has may not be executed. */
static void promise_path(int (*run)(char **argv))
{
    char **argv = helper_argv("mark", "ran", NULL), *path;
    char *second = folder_with_program("second", argv[0]);
    char *first = folder_with_program("first", NULL);

    probe_must(asprintf(&path, "%s:%s", first, second) > 0);
    setenv("PATH", path, 1);
    argv[0] = strdup("lab-program");
    run(argv);
    remove_folder(first);
    remove_folder(second);
}
PROMISE_OF(run_program, by_program, path)
PROMISE_OF(run_redirected, by_redirected, path)
PROMISE_OF(spawn_checked, by_spawn, path)

/* What file says is run, and argv[0] is something else. */
static char *another_file;

static int by_program_as(char **argv)
{
    return PROBE_CALL(run_program(another_file, argv));
}

static int by_env_as(char **argv)
{
    char change[] = "LAB_CHANGED=1", *changes[] = {change, NULL};

    return PROBE_CALL(run_with_env(another_file, argv, changes));
}

static int by_redirected_as(char **argv)
{
    return PROBE_CALL(
        run_redirected(another_file, argv, "/dev/null", NULL, NULL));
}

static int by_spawn_as(char **argv)
{
    pid_t pid = -1;
    int returned = PROBE_CALL(spawn_checked(another_file, argv, &pid));

    if (returned == 0 && pid > 0)
        probe_reap(pid);
    return returned;
}

static void promise_direct(int (*run)(char **argv))
{
    char **argv = helper_argv("argument", "a  b; exit 9 #*'", NULL);

    another_file = argv[0];
    argv[0] = strdup("another name");
    put_returned(run(argv));
}
PROMISE_OF(run_program, by_program_as, direct)
PROMISE_OF(run_with_env, by_env_as, direct)
PROMISE_OF(run_redirected, by_redirected_as, direct)
PROMISE_OF(spawn_checked, by_spawn_as, direct)

static void promise_interrupted(int (*run)(char **argv))
{
    char **argv = helper_argv("until", "20", NULL);

    probe_interrupt_start(TICKS, TICKS_MAX);
    run(argv);
    probe_interrupt_stop();
}
PROMISE_OF(run_program, by_program, interrupted)
PROMISE_OF(run_with_env, by_env, interrupted)

/* Two children of the caller's own: one has ended, one runs. The function is
   called twice: for a program that ends, and for none. */
PROMISE(other_children)
{
    char **missing = probe_argv("no-such-program", NULL);
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 2);
    run(helper_argv("code", "5", NULL));
    run(missing);
    probe_bystanders_put(b);
}

/* What the caller blocks and ignores, the program blocks and ignores. */
PROMISE(inherited)
{
    be_particular();
    run(helper_argv("inherited", "program", NULL));
    set_beforehand();
    run(helper_argv("inherited", "another", NULL));
}

/* The program is there, and then it is not; and no process can be made. */
static void promise_caller(int (*run)(char **argv))
{
    be_particular();
    run(helper_argv("code", "0", NULL));
    run(probe_argv("no-such-program", NULL));
    probe_fail_processes(0);
    run(helper_argv("code", "0", NULL));
    probe_fail_nothing();
    set_beforehand();
    run(helper_argv("code", "0", NULL));
}
PROMISE_OF(run_program, by_program, caller)
PROMISE_OF(spawn_checked, by_spawn, caller)

PROMISE(no_process)
{
    char **argv = helper_argv("mark", "ran", NULL);

    probe_fail_processes(0);
    run(argv);
    probe_put_int("failed", probe_failed_processes());
    probe_fail_nothing();
}
