/* The sandbox, in each mode that this machine has, as root (if we are) and as an ordinary user. */
#include "nasty.h"
#include "run/sandbox.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_MS = 3 * PATIENCE_MS };

/* One run, in a child that may be an ordinary user; the answers come back in it. */
struct trial {
    enum sandbox_mode mode;
    char program[24];
    pid_t other;
    int wait_processes; /* let so many come to be, then end it; 0: let it end by itself */
    int max_processes;  /* RLIMIT_NPROC; 0: none */
    /* answers */
    int start_error, end_error;
    bool has_ended;
    struct run_result result;
    char name[16];
    int n_left;
    double end_ms;
    size_t n_refusals;
    struct sandbox_refusal refusals[8];
    bool can_look; /* into /proc/PID/fd, syscall, environ of the program */
    pid_t root_parent, supervisor;
    char comm[32];
    char work[128];    /* the program's working folder */
    bool work_is_left; /* after the end */
};

static bool can_read(pid_t pid, const char *file)
{
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool could = read(fd, text, sizeof text) > 0;
    close(fd);
    return could;
}

static void look(struct trial *trial, pid_t pid)
{
    char path[64], target[256];
    snprintf(path, sizeof path, "/proc/%d/fd/0", pid);
    trial->can_look = readlink(path, target, sizeof target) > 0 && can_read(pid, "status") &&
                      can_read(pid, "syscall") && can_read(pid, "environ") &&
                      can_read(pid, "wchan") && can_read(pid, "maps");
    snprintf(path, sizeof path, "/proc/%d/cwd", pid);
    ssize_t len = readlink(path, trial->work, sizeof trial->work - 1);
    trial->work[len < 0 ? 0 : len] = '\0';
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%*d (%31[^)]) %*c %d", trial->comm, &trial->root_parent) != 2)
        trial->root_parent = 0;
    if (file)
        fclose(file);
}

static void run_trial(void *arg)
{
    struct trial *trial = arg;
    struct nasty n;
    nasty_init(&n, trial->program, trial->other);
    char *argv[] = {n.which, NULL};
    struct run_limit limit = {RLIMIT_NPROC, (rlim_t)trial->max_processes};
    struct sandbox_spec spec = {
        .mode = trial->mode,
        .program = nasty_program(),
        .argv = argv,
        .env = n.env,
        .stdio = {-1, -1, -1},
        .limits = &limit,
        .n_limits = trial->max_processes > 0,
        .deadline_ms = 2 * PATIENCE_MS,
    };
    struct sandbox *s;
    trial->start_error = sandbox_start(&spec, &s);
    if (trial->start_error)
        return;
    snprintf(trial->name, sizeof trial->name, "%s", sandbox_name(s));
    trial->supervisor = run_supervisor_pid(sandbox_run(s));
    if (trial->wait_processes) {
        nasty_wait_count(&n, trial->wait_processes, true, PATIENCE_MS);
        look(trial, sandbox_root_pid(s));
    } else {
        struct pollfd ended = {.fd = run_ended_fd(sandbox_run(s)), .events = POLLIN};
        trial->has_ended = poll(&ended, 1, PATIENCE_MS) > 0;
    }
    trial->n_refusals = sandbox_refusals(s, trial->refusals, 8);
    double began = now_ms();
    trial->end_error = sandbox_end(s, &trial->result);
    trial->end_ms = now_ms() - began;
    trial->n_left = nasty_count(&n);
    trial->work_is_left = access(trial->work, F_OK) == 0;
}

static void start_trial(struct trial *trial, bool ordinary)
{
    cr_assert(in_child(ordinary, run_trial, trial, sizeof *trial, CHILD_MS), "%s in %s hangs",
              trial->program, sandbox_mode_name(trial->mode));
    cr_assert_eq(trial->start_error, 0, "%s in %s: %s", trial->program,
                 sandbox_mode_name(trial->mode), strerror(-trial->start_error));
}

struct found {
    enum sandbox_mode wanted, mode;
    int err;
};

static void find(void *arg)
{
    struct found *found = arg;
    char why[256];
    setenv("PROCLAB_SANDBOX", sandbox_mode_name(found->wanted), 1);
    found->err = sandbox_find(&found->mode, why, sizeof why);
}

static bool is_had(enum sandbox_mode mode, bool ordinary)
{
    struct found found = {.wanted = mode};
    cr_assert(in_child(ordinary, find, &found, sizeof found, CHILD_MS));
    if (found.err)
        fprintf(stderr, "SKIPPED: sandbox %s%s: %s\n", sandbox_mode_name(mode),
                ordinary ? " as an ordinary user" : "", strerror(-found.err));
    return !found.err;
}

/* Call each for all modes to be had, as whom we are and as an ordinary user. */
static void for_each_mode(void (*each)(enum sandbox_mode mode, bool ordinary))
{
    for (int ordinary = geteuid() == 0 ? 0 : 1; ordinary < 2; ordinary++)
        for (enum sandbox_mode mode = SANDBOX_BWRAP; mode <= SANDBOX_PLAIN; mode++)
            if (is_had(mode, ordinary))
                each(mode, ordinary);
}

static struct trial trial_of(enum sandbox_mode mode, const char *program)
{
    struct trial trial = {.mode = mode};
    snprintf(trial.program, sizeof trial.program, "%s", program);
    return trial;
}

static void expect_exit(const struct trial *trial, int status)
{
    cr_expect(trial->has_ended && trial->result.has_ended, "%s in %s did not end", trial->program,
              trial->name);
    cr_expect(WIFEXITED(trial->result.wait_status) &&
                  WEXITSTATUS(trial->result.wait_status) == status,
              "%s in %s: wait status %#x", trial->program, trial->name,
              (unsigned)trial->result.wait_status);
    cr_expect_eq(trial->n_left, 0);
}

static void expect_visible(enum sandbox_mode mode, bool ordinary)
{
    struct trial trial = trial_of(mode, "sleeper");
    trial.wait_processes = 1;
    start_trial(&trial, ordinary);
    cr_expect(trial.can_look, "in %s", trial.name);
    cr_expect_eq(trial.root_parent, trial.supervisor);
    cr_expect_str_eq(trial.name, sandbox_mode_name(mode));
    cr_expect_eq(trial.n_left, 0);
}

Test(sandbox, can_be_looked_into_from_outside, .timeout = 600)
{
    for_each_mode(expect_visible);
}

static void expect_own_signals(enum sandbox_mode mode, bool ordinary)
{
    struct trial trial = trial_of(mode, "signals-own");
    start_trial(&trial, ordinary);
    expect_exit(&trial, 0);
    cr_expect_eq(trial.n_refusals, 0);
}

Test(sandbox, lets_signals_within_the_tree_through, .timeout = 600)
{
    for_each_mode(expect_own_signals);
}

static pid_t start_victim(bool ordinary)
{
    int ready[2];
    cr_assert_eq(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        if (ordinary && geteuid() == 0 && setresuid(ORDINARY_UID, ORDINARY_UID, ORDINARY_UID) < 0)
            _exit(1);
        if (write(ready[1], "", 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    char byte;
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

/* Only where they are the same user's: else the kernel refuses, and there is nothing to record. */
Test(sandbox, refuses_signals_to_others_and_names_them, .timeout = 600)
{
    static const char *const calls[] = {
        "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"};
    if (!is_had(SANDBOX_SECCOMP, true))
        cr_skip_test("no seccomp notifications here");
    pid_t victim = start_victim(true);
    struct trial trial = trial_of(SANDBOX_SECCOMP, "signals-others");
    trial.other = victim;
    start_trial(&trial, true);
    expect_exit(&trial, 8); /* all that it tried */
    cr_expect_eq(trial.n_refusals, 8);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_str_eq(trial.refusals[i].call, calls[i]);
        cr_expect_eq(trial.refusals[i].target, victim);
        cr_expect_eq(trial.refusals[i].signal, SIGUSR1);
        cr_expect(!trial.refusals[i].to_parent);
    }
    cr_expect_eq(trial.refusals[6].target, -victim);
    cr_expect_eq(trial.refusals[7].target, -1);
    cr_expect(process_is_there(victim));
    kill(victim, SIGKILL);
    waitpid(victim, NULL, 0);
}

static void expect_kill_all(enum sandbox_mode mode, bool ordinary)
{
    if (mode == SANDBOX_PLAIN && ordinary)
        return; /* it would end us: that is what plain cannot prevent */
    struct trial trial = trial_of(mode, "kill-all");
    start_trial(&trial, ordinary);
    if (mode == SANDBOX_PLAIN) {
        /* As a user of its own it has nobody to kill: Linux leaves the sender out. */
        cr_expect(trial.has_ended && !trial.result.supervisor_killed);
        return;
    }
    expect_exit(&trial, 42);
    cr_expect_eq(trial.n_refusals, 1);
    cr_expect_str_eq(trial.refusals[0].call, "kill");
    cr_expect_eq(trial.refusals[0].target, -1);
    cr_expect_eq(trial.refusals[0].signal, SIGKILL);
}

Test(sandbox, refuses_to_kill_everybody, .timeout = 600)
{
    for_each_mode(expect_kill_all);
}

static void expect_kill_parent(enum sandbox_mode mode, bool ordinary)
{
    struct trial trial = trial_of(mode, "kill-parent");
    start_trial(&trial, ordinary);
    cr_expect(trial.has_ended);
    cr_expect_eq(trial.n_left, 0);
    if (mode == SANDBOX_PLAIN && ordinary) {
        cr_expect(trial.result.supervisor_killed);
    } else if (mode == SANDBOX_PLAIN) {
        expect_exit(&trial, 42); /* another user's: the kernel refuses */
    } else {
        expect_exit(&trial, 42);
        cr_expect_eq(trial.n_refusals, 1);
        cr_expect(trial.refusals[0].to_parent);
        cr_expect(!trial.result.supervisor_killed);
    }
}

Test(sandbox, survives_a_program_that_kills_its_parent, .timeout = 600)
{
    for_each_mode(expect_kill_parent);
}

static void expect_ended(enum sandbox_mode mode, bool ordinary)
{
    static const struct {
        const char *program;
        int wait_processes, max_processes;
    } cases[] = {{"bomb", 20, 50}, {"stubborn", 30, 200}, {"escapees", 1, 50}, {"comets", 2, 100}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial trial = trial_of(mode, cases[i].program);
        trial.wait_processes = cases[i].wait_processes;
        trial.max_processes = cases[i].max_processes;
        start_trial(&trial, ordinary);
        cr_expect_eq(trial.end_error, 0);
        cr_expect_eq(trial.n_left, 0, "%s in %s: %d left", trial.program, trial.name, trial.n_left);
        fprintf(stderr, "sandbox %s%s: %s: ended in %.1f ms\n", trial.name,
                ordinary ? ", ordinary user" : "", trial.program, trial.end_ms);
    }
}

Test(sandbox, ends_the_nasty, .timeout = 600)
{
    for_each_mode(expect_ended);
}

static void expect_limit(enum sandbox_mode mode, bool ordinary)
{
    struct trial trial = trial_of(mode, "counts");
    trial.max_processes = 20;
    start_trial(&trial, ordinary);
    int n = trial.result.left_running;
    cr_expect(trial.has_ended && WIFEXITED(trial.result.wait_status));
    /* Where the user is shared, the kernel counts whatever else that user begins and ends meanwhile:
       then there is room for some hundreds. */
    bool is_exact = !ordinary || mode == SANDBOX_BWRAP;
    cr_expect(is_exact ? n >= 20 && n <= 26 : n >= 300 && n < 600, "%s%s: %d processes", trial.name,
              ordinary ? ", ordinary" : "", n);
    cr_expect_eq(WEXITSTATUS(trial.result.wait_status), n & 0xff);
    cr_expect_eq(trial.n_left, 0);
}

Test(sandbox, limits_processes_also_for_root, .timeout = 600)
{
    for_each_mode(expect_limit);
}

static void expect_working_folder(enum sandbox_mode mode, bool ordinary)
{
    struct trial trial = trial_of(mode, "writes");
    start_trial(&trial, ordinary);
    expect_exit(&trial, 0);
    if (mode != SANDBOX_BWRAP)
        return;
    trial = trial_of(mode, "writes-root");
    start_trial(&trial, ordinary);
    expect_exit(&trial, 42);
}

Test(sandbox, gives_a_working_folder, .timeout = 600)
{
    for_each_mode(expect_working_folder);
}

static void expect_folder_gone(enum sandbox_mode mode, bool ordinary)
{
    if (mode == SANDBOX_BWRAP)
        return; /* that one is in its own /tmp, which goes with the namespace */
    struct trial trial = trial_of(mode, "sleeper");
    trial.wait_processes = 1;
    start_trial(&trial, ordinary);
    cr_expect(strncmp(trial.work, "/tmp/proclab-sandbox-", 21) == 0, "it is %s", trial.work);
    cr_expect(!trial.work_is_left, "%s is still there", trial.work);
}

Test(sandbox, takes_the_working_folder_away, .timeout = 600)
{
    for_each_mode(expect_folder_gone);
}

Test(sandbox, rejects_an_unknown_name, .timeout = 20)
{
    enum sandbox_mode mode = SANDBOX_BWRAP;
    char why[128];
    setenv("PROCLAB_SANDBOX", "castle", 1);
    cr_expect_eq(sandbox_find(&mode, why, sizeof why), -EINVAL);
    cr_expect_eq(mode, SANDBOX_BWRAP);
    cr_expect_neq(strlen(why), 0);
    setenv("PROCLAB_SANDBOX", "plain", 1);
    cr_expect_eq(sandbox_find(&mode, NULL, 0), 0);
    cr_expect_eq(mode, SANDBOX_PLAIN);
}

Test(sandbox, returns_the_errno_of_exec, .timeout = 600)
{
    static char name[] = "x";
    char *argv[] = {name, NULL};
    for (enum sandbox_mode mode = SANDBOX_BWRAP; mode <= SANDBOX_PLAIN; mode++) {
        struct sandbox_spec spec = {.mode = mode, .argv = argv, .stdio = {-1, -1, -1}};
        struct sandbox *s;
        spec.program = "/no/such/program";
        cr_expect_eq(sandbox_start(&spec, &s), -ENOENT);
        if (!is_had(mode, false))
            continue;
        spec.program = "/etc/passwd";
        cr_expect_eq(sandbox_start(&spec, &s), -EACCES);
    }
}
