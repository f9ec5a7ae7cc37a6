#include "run/sandbox.h"
#include "run/jail.h"
#include "run/supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    /*
     * systemd's list of user ranges has this one as unused; Debian's policy has no static use for
     * it.
     */
    UID_FIRST = 60600,
    UID_LAST = 60999,
    TRIAL_MS = 5000,
    /* Of ours under the program's user: the supervisor, bwrap twice, cat, and the one that has joined the namespaces
       and ends, until the guard has reaped it. */
    OWN_PROCESSES = 5,
    /* What its user may begin besides, where it is counted with the program: so many it may have more. */
    OTHERS_TO_COME = 400,
};

#define TMPFS_BYTES "67108864"
#define INFO_FD     "3"
_Static_assert(JAIL_BWRAP_INFO_FD == 3, "INFO_FD is the same as text");

#define ARRAY_LEN(array) (sizeof(array) / sizeof *(array))

struct sandbox {
    struct run *run;
    enum sandbox_mode mode;
    struct run_jail jail;
    struct sock_fprog filter;
    const char **bwrap_argv, **env; /* the arrays are ours, the strings are not */
    struct run_limit *limits;
    char folder[64]; /* holds the copy and the working folder; "": none */
    char work[80];
    char program[PATH_MAX];
    const char *cleanup_argv[6];
    char tmpdir[96]; /* "TMPDIR=..." */
};

static const char *const MODE_NAMES[] = {
    [SANDBOX_AUTO] = "auto",
    [SANDBOX_BWRAP] = "bwrap",
    [SANDBOX_SECCOMP] = "seccomp",
    [SANDBOX_PLAIN] = "plain",
};

const char *sandbox_mode_name(enum sandbox_mode mode)
{
    return MODE_NAMES[mode];
}

/* execve() promises not to write to the strings, but its prototype does not. */
static char *const *as_argv(const char **strings)
{
    return (char *const *)(uintptr_t)strings;
}

/* ---- a user that nobody else is ---- */

static bool has_processes(uid_t uid)
{
    bool found = false;
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    struct stat st;
    while (proc && !found && (entry = readdir(proc)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            fstatat(dirfd(proc), entry->d_name, &st, 0) == 0)
            found = st.st_uid == uid;
    if (proc)
        closedir(proc);
    return found;
}

/* An abstract socket is the lock: it is there as long as somebody holds it, and no longer. */
static int lock_uid(uid_t uid)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "proclab-uid-%u", uid);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (bind(fd, (const struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)) < 0) {
        int err = -errno;
        close(fd);
        return err;
    }
    return fd;
}

/* user_namespaces(7): in a container root may be able to become only some users, or none. */
static bool is_mapped(uid_t uid)
{
    char line[128];
    bool found = false;
    FILE *map = fopen("/proc/self/uid_map", "re");
    while (map && !found && fgets(line, sizeof line, map)) {
        char *end;
        unsigned long inside = strtoul(line, &end, 10);
        strtoul(end, &end, 10); /* what it is outside */
        unsigned long length = strtoul(end, NULL, 10);
        found = uid >= inside && uid - inside < length;
    }
    if (map)
        fclose(map);
    return found;
}

static int choose_user(struct run_jail *jail)
{
    if (geteuid() != 0 || !is_mapped(UID_FIRST))
        return 0;
    for (uid_t uid = UID_FIRST; uid <= UID_LAST; uid++) {
        if (getpwuid(uid))
            continue;
        int fd = lock_uid(uid);
        if (fd < 0)
            continue;
        if (!has_processes(uid)) {
            jail->has_ids = true;
            jail->uid = uid;
            jail->gid = (gid_t)uid;
            jail->held_fd = fd;
            return 0;
        }
        close(fd); /* left over from somebody who could not end them */
    }
    return -EAGAIN;
}

/* ---- folder and copy ---- */

static int copy_program(const char *from, const char *to)
{
    int err = 0;
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return -errno;
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (out < 0) {
        err = -errno;
        goto out;
    }
    if (fstat(in, &st) < 0) {
        err = -errno;
        goto out;
    }
    for (off_t left = st.st_size; left > 0 && !err;) {
        char buffer[65536];
        ssize_t n = read(in, buffer, sizeof buffer);
        if (n < 0)
            err = -errno;
        else if (n == 0)
            break;
        else if (write(out, buffer, (size_t)n) != n)
            err = errno ? -errno : -EIO;
        left -= n;
    }
    /* Whatever the umask is. A program that nobody may execute stays one: exec says so. */
    if (!err && fchmod(out, (st.st_mode & 0111) ? 0755 : 0644) < 0)
        err = -errno;
out:
    if (out >= 0)
        close(out);
    if (out >= 0 && err)
        unlink(to); /* or its folder could not be removed either */
    close(in);
    return err;
}

/* Under its own name, which is what the kernel calls the process. */
static int stage_program(struct sandbox *s)
{
    const char *name = strrchr(s->program, '/') + 1;
    char copy[PATH_MAX];
    int len = snprintf(copy, sizeof copy, "%s/bin", s->folder);
    if (mkdir(copy, 0755) < 0 || chmod(copy, 0755) < 0)
        return -errno;
    snprintf(copy + len, sizeof copy - (size_t)len, "/%s", name);
    int err = copy_program(s->program, copy);
    if (!err)
        snprintf(s->program, sizeof s->program, "%s", copy);
    return err;
}

/*
 * The folder is for root's copy of the program, and, where /tmp is everybody's, for the working
 * folder.
 */
static int make_folder(struct sandbox *s)
{
    bool wants_work = s->mode != SANDBOX_BWRAP;
    if (!wants_work && !s->jail.has_ids)
        return 0;
    snprintf(s->folder, sizeof s->folder, "/tmp/proclab-sandbox-XXXXXX");
    if (!mkdtemp(s->folder)) {
        s->folder[0] = '\0';
        return -errno;
    }
    if (chmod(s->folder, 0711) < 0)
        return -errno;
    if (s->jail.has_ids) {
        int err = stage_program(s);
        if (err)
            return err;
    }
    if (wants_work) {
        snprintf(s->work, sizeof s->work, "%s/work", s->folder);
        if (mkdir(s->work, 0700) < 0 ||
            (s->jail.has_ids && chown(s->work, s->jail.uid, s->jail.gid) < 0))
            return -errno;
    }
    const char *const argv[] = {"rm", "-rf", "--one-file-system", "--", s->folder, NULL};
    memcpy(s->cleanup_argv, argv, sizeof argv);
    s->jail.cleanup_argv = as_argv(s->cleanup_argv);
    return 0;
}

static int make_bwrap_argv(struct sandbox *s, const struct sandbox_spec *spec)
{
    /* clang-format off */
    const char *const before[] = {
        "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc",
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        "--perms", "1777", "--size", TMPFS_BYTES, "--tmpfs", "/tmp",
        "--perms", "1777", "--size", TMPFS_BYTES, "--tmpfs", "/dev/shm",
        "--ro-bind", s->program, s->program, /* it may be in /tmp */
    };
    static const char *const after[] = {
        "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--chdir", "/",
        "--info-fd", INFO_FD, "cat",
    };
    /* clang-format on */
    size_t n_readable = 0, n = 0;
    while (spec->readable && spec->readable[n_readable])
        n_readable++;
    s->bwrap_argv =
        calloc(ARRAY_LEN(before) + 3 * n_readable + ARRAY_LEN(after) + 1, sizeof *s->bwrap_argv);
    if (!s->bwrap_argv)
        return -ENOMEM;
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        s->bwrap_argv[n++] = before[i];
    for (size_t i = 0; i < n_readable; i++) {
        s->bwrap_argv[n++] = "--ro-bind";
        s->bwrap_argv[n++] = spec->readable[i];
        s->bwrap_argv[n++] = spec->readable[i];
    }
    for (size_t i = 0; i < ARRAY_LEN(after); i++)
        s->bwrap_argv[n++] = after[i];
    s->jail.bwrap_argv = as_argv(s->bwrap_argv);
    return 0;
}

static int make_env(struct sandbox *s, char *const *env)
{
    size_t n = 0;
    env = env ? env : environ;
    while (env[n])
        n++;
    s->env = calloc(n + 2, sizeof *s->env);
    if (!s->env)
        return -ENOMEM;
    n = 0;
    for (; *env; env++)
        if (strncmp(*env, "TMPDIR=", 7) != 0)
            s->env[n++] = *env;
    snprintf(s->tmpdir, sizeof s->tmpdir, "TMPDIR=%s", s->work);
    s->env[n] = s->tmpdir;
    return 0;
}

/* ---- limits ---- */

/* Tasks of a user, as RLIMIT_NPROC counts them. */
static rlim_t count_tasks(uid_t uid)
{
    rlim_t n = 0;
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    struct stat st;
    while (proc && (entry = readdir(proc))) {
        char path[300];
        snprintf(path, sizeof path, "%s/task", entry->d_name);
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            fstatat(dirfd(proc), path, &st, 0) == 0 && st.st_uid == uid && st.st_nlink > 2)
            n += st.st_nlink - 2;
    }
    if (proc)
        closedir(proc);
    return n;
}

/* Since Linux 5.14 a user namespace counts its own processes. */
static bool counts_by_namespace(void)
{
    struct utsname kernel;
    if (uname(&kernel) < 0)
        return false;
    char *end;
    unsigned long major = strtoul(kernel.release, &end, 10);
    unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    return major > 5 || (major == 5 && minor >= 14);
}

static int make_limits(struct sandbox *s, const struct sandbox_spec *spec)
{
    s->limits = calloc(spec->n_limits + 1, sizeof *s->limits);
    if (!s->limits)
        return -ENOMEM;
    for (size_t i = 0; i < spec->n_limits; i++) {
        s->limits[i] = spec->limits[i];
        if (s->limits[i].resource != RLIMIT_NPROC || s->limits[i].value == RLIM_INFINITY)
            continue;
        s->limits[i].value += OWN_PROCESSES;
        if (!s->jail.has_ids && !(s->mode == SANDBOX_BWRAP && counts_by_namespace()))
            s->limits[i].value += count_tasks(getuid()) + OTHERS_TO_COME;
    }
    return 0;
}

/* ---- the filter ---- */

static int read_back(int fd, struct sock_fprog *filter)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -errno;
    filter->filter = malloc((size_t)st.st_size);
    if (!filter->filter)
        return -ENOMEM;
    if (pread(fd, filter->filter, (size_t)st.st_size, 0) != st.st_size)
        return -EIO;
    filter->len = (unsigned short)((size_t)st.st_size / sizeof *filter->filter);
    return 0;
}

/* Made here, since libseccomp allocates; what is to be done after the fork is one system call. */
static int make_filter(struct sandbox *s)
{
    static const int calls[] = {
        SCMP_SYS(kill),
        SCMP_SYS(tkill),
        SCMP_SYS(tgkill),
        SCMP_SYS(rt_sigqueueinfo),
        SCMP_SYS(rt_tgsigqueueinfo),
        SCMP_SYS(pidfd_send_signal),
    };
    int fd = -1, err = 0;
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
    if (!context)
        return -ENOMEM;
    /* Programs of another architecture are not what this is for. */
    if ((err = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW)) < 0)
        goto out;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if ((err = seccomp_rule_add(context, SCMP_ACT_NOTIFY, calls[i], 0)) < 0)
            goto out;
    fd = memfd_create("proclab-filter", MFD_CLOEXEC);
    if (fd < 0) {
        err = -errno;
        goto out;
    }
    if ((err = seccomp_export_bpf(context, fd)) < 0 || (err = read_back(fd, &s->filter)) < 0)
        goto out;
    s->jail.filter = &s->filter;
out:
    if (fd >= 0)
        close(fd);
    seccomp_release(context);
    return err;
}

/* ---- start and end ---- */

/* Nothing has been put into it but by us, so it needs no rm. */
static void remove_folder(struct sandbox *s)
{
    char path[PATH_MAX];
    if (!s->folder[0])
        return;
    if (strncmp(s->program, s->folder, strlen(s->folder)) == 0)
        unlink(s->program);
    snprintf(path, sizeof path, "%s/bin", s->folder);
    rmdir(path);
    snprintf(path, sizeof path, "%s/work", s->folder);
    rmdir(path);
    rmdir(s->folder);
}

static void sandbox_free(struct sandbox *s)
{
    if (s->jail.held_fd >= 0)
        close(s->jail.held_fd);
    free(s->bwrap_argv);
    free(s->env);
    free(s->limits);
    free(s->filter.filter);
    free(s);
}

static int prepare(struct sandbox *s, const struct sandbox_spec *spec)
{
    int err;
    /* Inside, the working folder of the caller may not exist. */
    if (!realpath(spec->program, s->program))
        return -errno;
    snprintf(s->work, sizeof s->work, "/tmp");
    if ((err = choose_user(&s->jail)) < 0 || (err = make_folder(s)) < 0 ||
        (err = make_limits(s, spec)) < 0 || (err = make_env(s, spec->env)) < 0)
        return err;
    if (s->mode == SANDBOX_BWRAP && (err = make_bwrap_argv(s, spec)) < 0)
        return err;
    if (s->mode == SANDBOX_PLAIN)
        return 0;
    err = make_filter(s);
    /* Behind namespaces it only adds the record: libseccomp or the kernel may not have it. */
    s->jail.may_lack_filter = s->mode == SANDBOX_BWRAP;
    return s->mode == SANDBOX_BWRAP ? 0 : err;
}

int sandbox_start(const struct sandbox_spec *spec, struct sandbox **out)
{
    int err = 0;
    struct sandbox *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->jail.held_fd = -1;
    s->mode = spec->mode;
    if (s->mode == SANDBOX_AUTO && (err = sandbox_find(&s->mode, NULL, 0)) < 0)
        goto out;
    if ((err = prepare(s, spec)) < 0)
        goto out;
    const struct run_spec run_spec = {
        .file = s->program,
        .argv = spec->argv,
        .env = as_argv(s->env),
        .cwd = s->work,
        .use_pty = spec->use_pty,
        .rows = spec->rows,
        .cols = spec->cols,
        .stdio = {spec->stdio[0], spec->stdio[1], spec->stdio[2]},
        .fds = spec->fds,
        .n_fds = spec->n_fds,
        .limits = s->limits,
        .n_limits = spec->n_limits,
        .deadline_ms = spec->deadline_ms,
    };
    err = run_start_jailed(&run_spec, &s->jail, &s->run);
out:
    if (err) {
        remove_folder(s); /* the guard may never have been there to do it */
        sandbox_free(s);
    } else {
        *out = s;
    }
    return err;
}

struct run *sandbox_run(const struct sandbox *s)
{
    return s->run;
}

pid_t sandbox_root_pid(const struct sandbox *s)
{
    return run_pid(s->run);
}

const char *sandbox_name(const struct sandbox *s)
{
    return sandbox_mode_name(s->mode);
}

size_t sandbox_refusals(const struct sandbox *s, struct sandbox_refusal *refusals, size_t n)
{
    const struct jail_shared *shared = run_jail_shared(s->run);
    size_t n_all = shared->n_refusals;
    for (size_t i = 0; i < n && i < n_all && i < JAIL_REFUSALS_KEPT; i++) {
        const struct jail_refusal *from = &shared->refusals[i];
        char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, from->syscall);
        refusals[i] = (struct sandbox_refusal){
            .sender = from->sender,
            .target = from->target,
            .signal = from->signal,
            .to_parent = from->to_parent,
        };
        snprintf(refusals[i].call, sizeof refusals[i].call, "%s", name ? name : "?");
        free(name);
    }
    return n_all;
}

int sandbox_end(struct sandbox *s, struct run_result *result)
{
    int err = run_end(s->run, result);
    sandbox_free(s);
    return err;
}

/* ---- what the machine allows ---- */

/* Whether a program that signals itself ends as it should in this mode. */
static int try_mode(enum sandbox_mode mode)
{
    static const char *argv[] = {"sh", "-c", "kill -TERM $$", NULL};
    const struct sandbox_spec spec = {
        .mode = mode,
        .program = "/bin/sh",
        .argv = as_argv(argv),
        .stdio = {-1, -1, -1},
        .deadline_ms = TRIAL_MS,
    };
    struct sandbox *s;
    struct run_result result;
    int err = sandbox_start(&spec, &s);
    if (err)
        return err;
    struct pollfd ended = {.fd = run_ended_fd(s->run), .events = POLLIN};
    while (poll(&ended, 1, TRIAL_MS) < 0 && errno == EINTR)
        ;
    run_poll(s->run, &result);
    bool good = result.has_ended && WIFSIGNALED(result.wait_status) &&
                WTERMSIG(result.wait_status) == SIGTERM;
    err = sandbox_end(s, NULL);
    return err ? err : good ? 0 : -EPERM;
}

static int find_requested(const char *name, enum sandbox_mode *mode)
{
    for (enum sandbox_mode m = SANDBOX_BWRAP; m <= SANDBOX_PLAIN; m++)
        if (strcmp(name, MODE_NAMES[m]) == 0) {
            *mode = m;
            return m == SANDBOX_PLAIN ? 0 : try_mode(m);
        }
    return strcmp(name, "auto") == 0 ? 1 : -EINVAL;
}

int sandbox_find(enum sandbox_mode *mode, char *why, size_t len)
{
    const char *name = getenv("PROCLAB_SANDBOX");
    enum sandbox_mode found = SANDBOX_PLAIN;
    int err = name && *name ? find_requested(name, &found) : 1;
    if (len > 0)
        *why = '\0';
    if (err < 0) {
        if (len > 0)
            snprintf(why, len, "PROCLAB_SANDBOX=%s: %s", name, strerrordesc_np(-err));
        return err;
    }
    int no_bwrap = err > 0 ? try_mode(SANDBOX_BWRAP) : 0;
    int no_seccomp = err > 0 && no_bwrap ? try_mode(SANDBOX_SECCOMP) : 0;
    if (err > 0)
        found = !no_bwrap ? SANDBOX_BWRAP : !no_seccomp ? SANDBOX_SECCOMP : SANDBOX_PLAIN;
    if (len > 0 && no_bwrap)
        snprintf(why, len, "no namespaces through bwrap (%s)%s%s%s", strerrordesc_np(-no_bwrap),
                 no_seccomp ? ", no seccomp notifications (" : "",
                 no_seccomp ? strerrordesc_np(-no_seccomp) : "", no_seccomp ? ")" : "");
    *mode = found;
    return 0;
}
