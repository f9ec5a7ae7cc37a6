#include "cmd/lab_paths.h"

#include "cmd/command.h"
#include "cmd/complain.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* snprintf() into a path; false: it does not fit. */
__attribute__((format(printf, 2, 3))) static bool join(char path[PATH_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(path, PATH_MAX, format, args);
    va_end(args);
    return n >= 0 && n < PATH_MAX;
}

static bool is_lab_name(const char *name)
{
    return isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-' &&
           name[3] && strlen(name) < sizeof((struct lab *)0)->name;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The folder this executable is in. */
static bool executable_folder(char path[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (n <= 0)
        return false;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

static int is_lab_entry(const struct dirent *entry)
{
    return is_lab_name(entry->d_name);
}

/* Does root hold labs/NN-name? */
static bool has_labs(const char *root)
{
    char folder[PATH_MAX];
    if (!join(folder, "%s/labs", root))
        return false;
    struct dirent **entries;
    int n = scandir(folder, &entries, is_lab_entry, NULL);
    if (n < 0)
        return false;
    bool found = false;
    for (int i = 0; i < n; i++) {
        /* build/labs/03-pipe holds programs: it has no README.md */
        char readme[PATH_MAX];
        found = found ||
                (join(readme, "%s/%s/README.md", folder, entries[i]->d_name) && exists(readme)) ||
                (join(readme, "%s/%s/exercise.h", folder, entries[i]->d_name) && exists(readme));
        free(entries[i]);
    }
    free(entries);
    return found;
}

/* Cut the last component off. False at "/". */
static bool go_up(char path[PATH_MAX])
{
    char *slash = strrchr(path, '/');
    if (!slash || !path[1])
        return false;
    slash[slash == path] = '\0';
    return true;
}

/* path, or the nearest folder above it, that holds labs. */
static bool find_upward(char path[PATH_MAX])
{
    do {
        if (has_labs(path))
            return true;
    } while (go_up(path));
    return false;
}

static bool find_root(char root[PATH_MAX])
{
    char here[PATH_MAX];
    if (getcwd(root, PATH_MAX) && root[0] == '/' && find_upward(root))
        return true;
    if (!executable_folder(here))
        return false;
    if (join(root, "%s", here) && find_upward(root))
        return true;
    return join(root, "%s/../share/proclab", here) && has_labs(root);
}

static bool fill_lab(struct lab *lab, const char *root, const char *name)
{
    char makefile[PATH_MAX];
    lab->number = (name[0] - '0') * 10 + (name[1] - '0');
    snprintf(lab->name, sizeof lab->name, "%s", name);
    lab->is_checkout = join(makefile, "%s/Makefile", root) && exists(makefile);
    return join(lab->root, "%s", root) && join(lab->folder, "%s/labs/%s", root, name);
}

int lab_list(struct lab **labs, size_t *n)
{
    char root[PATH_MAX], folder[PATH_MAX];
    if (!find_root(root) || !join(folder, "%s/labs", root))
        return -ENODATA;
    struct dirent **entries;
    int n_entries = scandir(folder, &entries, is_lab_entry, alphasort);
    if (n_entries <= 0)
        return -ENODATA;
    struct lab *list = calloc((size_t)n_entries, sizeof *list);
    size_t n_list = 0;
    for (int i = 0; i < n_entries; i++) {
        if (list && fill_lab(&list[n_list], root, entries[i]->d_name))
            n_list++;
        free(entries[i]);
    }
    free(entries);
    if (!list)
        return -ENOMEM;
    *labs = list;
    *n = n_list;
    return 0;
}

/* A folder's path: the lab that lives there. */
static int find_by_folder(const char *word, struct lab *lab)
{
    char folder[PATH_MAX], root[PATH_MAX];
    if (!realpath(word, folder))
        return -ENOENT;
    char *name = strrchr(folder, '/') + 1;
    if (!is_lab_name(name) || !join(root, "%s", folder) || !go_up(root) || !go_up(root))
        return -ENOENT;
    return has_labs(root) && fill_lab(lab, root, name) ? 0 : -ENOENT;
}

static bool is_meant(const struct lab *lab, const char *word)
{
    if (strcmp(word, lab->name) == 0 || strcmp(word, lab->name + 3) == 0)
        return true;
    char *end;
    long number = strtol(word, &end, 10);
    return isdigit((unsigned char)word[0]) && !*end && number == lab->number;
}

int lab_find(const char *word, struct lab *lab)
{
    if (strchr(word, '/'))
        return find_by_folder(word, lab);
    struct lab *labs;
    size_t n;
    int error = lab_list(&labs, &n);
    if (error)
        return error;
    error = -ENOENT;
    for (size_t i = 0; i < n && error; i++)
        if (is_meant(&labs[i], word)) {
            *lab = labs[i];
            error = 0;
        }
    free(labs);
    return error ? find_by_folder(word, lab) : 0; /* ".", or a name that only is here */
}

/* No such lab: name the nearest, or list what there is. */
static int complain_unknown(const char *word)
{
    struct lab *labs = NULL;
    size_t n = 0;
    lab_list(&labs, &n);
    const char *names[200];
    size_t n_names = 0;
    for (size_t i = 0; i < n && n_names + 2 <= 200; i++) {
        names[n_names++] = labs[i].name;
        names[n_names++] = labs[i].name + 3;
    }
    const char *near = complain_nearest(word, names, n_names);
    char to_do[160];
    if (near)
        snprintf(to_do, sizeof to_do, "did you mean %s?", near);
    else
        snprintf(to_do, sizeof to_do, "proclab labs lists them");
    int status = complain(EXIT_USAGE, 0, to_do, "there is no lab '%s'", word);
    free(labs);
    return status;
}

int lab_find_or_complain(const char *word, struct lab *lab)
{
    int error = lab_find(word, lab);
    if (error == -ENODATA)
        return complain(EXIT_USAGE, 0, "go to a checkout of proclab, or install it",
                        "no labs here");
    if (error == -ENOENT)
        return complain_unknown(word);
    return error ? complain(EXIT_FAILED, error, NULL, "cannot look for labs") : 0;
}

int lab_program(const struct lab *lab, const char *program, char path[PATH_MAX])
{
    char here[PATH_MAX];
    if (executable_folder(here)) {
        if (join(path, "%s/labs/%s/%s", here, lab->name, program) && exists(path))
            return 0;
        if (join(path, "%s/../libexec/proclab/labs/%s/%s", here, lab->name, program) &&
            exists(path))
            return 0;
    }
    if (join(path, "%s/build/labs/%s/%s", lab->root, lab->name, program) && exists(path))
        return 0;
    return -ENOENT;
}

bool lab_is_demo(const char *command)
{
    struct stat wanted, demo;
    struct lab *labs;
    size_t n;
    char path[PATH_MAX];
    bool is_found = false;
    if (!strchr(command, '/') || stat(command, &wanted) < 0 || lab_list(&labs, &n) < 0)
        return false;
    for (size_t i = 0; i < n && !is_found; i++)
        is_found = lab_program(&labs[i], "demo", path) == 0 && stat(path, &demo) == 0 &&
                   demo.st_dev == wanted.st_dev && demo.st_ino == wanted.st_ino;
    free(labs);
    return is_found;
}

/* Make each missing folder above the last component. */
static int make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int result = mkdir(path, 0700);
        int error = errno;
        *slash = '/';
        if (result < 0 && error != EEXIST)
            return -error;
    }
    return 0;
}

int lab_state_path(const char *name, bool make, char path[PATH_MAX])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    bool fits;
    if (state && state[0] == '/') /* a relative one is to be ignored, says the XDG specification */
        fits = join(path, "%s/proclab/%s", state, name);
    else if (home && home[0] == '/')
        fits = join(path, "%s/.local/state/proclab/%s", home, name);
    else
        return -ENOENT;
    if (!fits)
        return -ENAMETOOLONG;
    return make ? make_parents(path) : 0;
}
