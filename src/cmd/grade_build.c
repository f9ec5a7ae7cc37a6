/* grade_build.c - a student's file and the lab's probes into one program, by the compiler under supervision. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/environment.h"
#include "cmd/grade.h"
#include "cmd/scratch.h"
#include "run/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utf8proc.h>

/* A compiler can be made to run for ever, or to eat all memory, by what it compiles. */
enum {
    CPU_S = 20,
    DEADLINE_MS = 60000,
    FILE_BYTES = 128 << 20,
    TEXT_BYTES_MAX = 64 << 10,
    POLL_MS = 100,
};
#define MEMORY_BYTES ((rlim_t)2 << 30)

void grading_init(struct grading *g, const struct lab *lab, const char *file)
{
    *g = (struct grading){.lab = lab, .file = file};
}

void grading_forget_claims(struct grading *g)
{
    for (size_t i = 0; i < g->n_claims; i++) {
        struct claim_result *c = &g->claims[i];
        char *texts[] = {c->name,  c->function, c->says,     c->hygiene_of,
                         c->probe, c->expected, c->observed, c->hint};
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
            free(texts[t]);
    }
    free(g->claims);
    g->claims = NULL;
    g->n_claims = 0;
}

void grading_fini(struct grading *g)
{
    grading_forget_claims(g);
    free(g->compiler_text);
    free(g->grader_text);
    scratch_remove(g->folder);
}

static int make_folder(struct grading *g)
{
    int error = scratch_make("proclab-grade", g->folder);
    if (error)
        return error;
    return snprintf(g->probes, sizeof g->probes, "%s/probes", g->folder) < (int)sizeof g->probes
               ? 0
               : -ENAMETOOLONG;
}

/* With TMPDIR being our folder, so that whatever the compiler leaves there goes with it. */
static char **make_env(const char *folder)
{
    static const char *const replaced[] = {"TMPDIR=", NULL};
    char assignment[SCRATCH_VARIABLE_BYTES];
    scratch_variable(folder, assignment);
    return environment_make(replaced, (const char *const[]){assignment, NULL});
}

/* It quotes the student's file: what is no text there does no harm on a terminal, nor in a report. */
static void make_printable(char *text, size_t len)
{
    utf8proc_int32_t rune;
    utf8proc_ssize_t n;
    for (size_t at = 0; at < len; at += (size_t)n) {
        n = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at),
                             &rune);
        bool is_text = n > 0 && (utf8proc_category(rune) != UTF8PROC_CATEGORY_CC || rune == '\n' ||
                                 rune == '\t');
        if (n < 1)
            n = 1;
        if (!is_text)
            memset(text + at, '?', (size_t)n);
    }
}

static char *read_text(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0)
        return NULL;
    bool is_cut = size > TEXT_BYTES_MAX;
    if (is_cut)
        size = TEXT_BYTES_MAX;
    char *text = malloc((size_t)size + 64);
    ssize_t n = text ? pread(fd, text, (size_t)size, 0) : -1;
    if (n < 0) {
        free(text);
        return NULL;
    }
    make_printable(text, (size_t)n);
    snprintf(text + n, 64, "%s", is_cut ? "\n(and more)\n" : "");
    return text;
}

/* Run it to its end, or to ours. */
static int run_compiler(char *const argv[], char *const env[], int out, struct run_result *result)
{
    const struct run_limit limits[] = {{RLIMIT_CPU, CPU_S},
                                       {RLIMIT_AS, MEMORY_BYTES},
                                       {RLIMIT_FSIZE, FILE_BYTES},
                                       {RLIMIT_CORE, 0}};
    const struct run_spec spec = {
        .argv = argv,
        .env = env,
        .stdio = {-1, out, out},
        .limits = limits,
        .n_limits = sizeof limits / sizeof limits[0],
        .deadline_ms = DEADLINE_MS,
    };
    struct run *run;
    int error = run_start(&spec, &run);
    if (error)
        return error;
    struct pollfd ended = {.fd = run_ended_fd(run), .events = POLLIN};
    do {
        poll(&ended, 1, POLL_MS);
        run_poll(run, result);
    } while (!result->has_ended && !result->hit_deadline && !grade_signal());
    return run_end(run, result);
}

/* One more line where it is not the compiler's own. */
static void add_line(char **text, const char *line)
{
    char *both;
    if (asprintf(&both, "%s%s\n", *text ? *text : "", line) < 0)
        return;
    free(*text);
    *text = both;
}

/* The linker speaks of our files, of which a student knows nothing. */
static void explain_linker(char **text)
{
    static const struct {
        const char *says, *means;
    } explanations[] = {
        {"multiple definition of `main'",
         "proclab: it compiles, but main() is the grader's: take yours out of this file"},
        {"multiple definition of",
         "proclab: it compiles, but has a name that the grader has, too: make yours static"},
        {"undefined reference to",
         "proclab: it compiles, but a function is missing in it, or is spelt otherwise than in "
         "exercise.h"},
    };
    for (size_t i = 0; i < sizeof explanations / sizeof explanations[0]; i++)
        if (strstr(*text, explanations[i].says)) {
            add_line(text, explanations[i].means);
            return;
        }
}

static void judge_compiler(struct grading *g, const struct run_result *result)
{
    g->does_not_compile = true;
    if (!result->has_ended || result->hit_deadline)
        add_line(&g->compiler_text, "proclab: the compiler did not end within a minute");
    else if (WIFSIGNALED(result->wait_status))
        add_line(&g->compiler_text,
                 "proclab: the compiler was ended: more than 20 s of CPU time, or 2 GiB of memory");
    else
        g->does_not_compile = WEXITSTATUS(result->wait_status) != 0;
    if (g->does_not_compile && g->compiler_text)
        explain_linker(&g->compiler_text);
}

/*
 * A lab may want other flags, in its file `cflags`: a data race that the compiler optimizes away shows at -O0.
 * malloc'ed.
 */
static char *make_flags(const struct lab *lab)
{
    char *flags;
    if (asprintf(&flags, "@%s/cflags", lab->folder) < 0)
        return NULL;
    if (access(flags + 1, R_OK) == 0)
        return flags;
    free(flags);
    return strdup("-O1");
}

static int compile(struct grading *g, char *file, char *probes_object)
{
    char *include = NULL, *flags = NULL;
    struct run_result result = {0};
    int out = memfd_create("compiler", MFD_CLOEXEC);
    char **env = make_env(g->folder);
    int error = -ENOMEM;
    if (out < 0 || !env || asprintf(&include, "-I%s", g->lab->folder) < 0 ||
        !(flags = make_flags(g->lab)))
        goto out;
    /* _GNU_SOURCE as a file's own #define has it, so that one there is no redefinition. */
    char *argv[] = {strdupa("cc"),
                    strdupa("-std=c17"),
                    strdupa("-D_GNU_SOURCE="),
                    strdupa("-Wall"),
                    strdupa("-Wextra"),
                    flags,
                    strdupa("-g"),
                    strdupa("-pthread"),
                    include,
                    strdupa("-o"),
                    g->probes,
                    strdupa("-x"),
                    strdupa("c"), /* whatever its name ends with */
                    file,
                    strdupa("-x"),
                    strdupa("none"),
                    probes_object,
                    NULL};
    error = run_compiler(argv, env, out, &result);
    if (error == -ETIMEDOUT)
        error = 0;
    if (error)
        goto out;
    g->compiler_text = read_text(out);
    judge_compiler(g, &result);
out:
    free(include);
    free(flags);
    environment_free(env);
    if (out >= 0)
        close(out);
    return error;
}

int grade_build(struct grading *g)
{
    char file[PATH_MAX], object[PATH_MAX];
    struct stat st;
    if (access(g->file, R_OK) < 0 || stat(g->file, &st) < 0)
        return complain(EXIT_FAILED, errno, NULL, "cannot read %s", g->file);
    if (!S_ISREG(st.st_mode))
        return complain(EXIT_FAILED, 0, "name the C file itself", "%s is no file", g->file);
    g->file_mtime_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
    if (!realpath(g->file, file))
        return complain(EXIT_FAILED, errno, NULL, "cannot find %s", g->file);
    if (lab_program(g->lab, "probes.o", object) < 0)
        return complain(EXIT_FAILED, 0, "make graders", "the grader of %s is not built",
                        g->lab->name);
    int error = make_folder(g);
    if (error)
        return complain(EXIT_FAILED, error, "set TMPDIR to a folder that you may write to",
                        "cannot make a folder for what is built");
    error = compile(g, file, object);
    if (error == -ENOENT)
        return complain(EXIT_UNABLE, error, "install one (Debian: apt install gcc)",
                        "there is no C compiler (cc)");
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot run the compiler");
    return 0;
}
