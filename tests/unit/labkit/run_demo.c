#include "run_demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h> /* login_tty */

static char *text_of(int fd)
{
    struct stat st;
    char *text;

    if (fstat(fd, &st) == -1 || (text = calloc(1, (size_t)st.st_size + 1)) == NULL)
        abort();
    if (pread(fd, text, (size_t)st.st_size, 0) != st.st_size)
        abort();
    return text;
}

/* Every line must be an object: NULL in the array marks one that is not. */
static json_t *lines_of(int fd)
{
    char *text = text_of(fd), *save = NULL;
    json_t *all = json_array();

    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        json_array_append_new(all, object != NULL ? object : json_null());
    }
    free(text);
    return all;
}

static _Noreturn void be_the_demo(const struct act acts[], size_t n, const char *args, int facts_fd)
{
    char number[16], *argv[16] = {strdup("demo")}, *copy = strdup(args), *save = NULL;
    int argc = 1;

    for (char *w = strtok_r(copy, " ", &save); w && argc < 15; w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    snprintf(number, sizeof number, "%d", facts_fd);
    setenv("PROCLAB_FACTS_FD", number, 1);
    int status = labkit_main(argc, argv, "00 test", acts, n);
    fflush(stdout);
    _exit(status);
}

static int questions_in(json_t *facts)
{
    size_t n = json_array_size(facts);
    int questions = 0;

    for (size_t i = 0; i < n; i++)
        questions += json_is_true(json_object_get(json_array_get(facts, i), "awaits_enter"));
    return questions;
}

/* '.': Enter alone; when the keys are used up, Ctrl-D. */
static void answer(int master, char key)
{
    char line[] = {key, '\n'};
    ssize_t n = key == '\0'  ? write(master, "\004", 1)
                : key == '.' ? write(master, "\n", 1)
                             : write(master, line, 2);

    if (n == -1)
        abort();
}

/* Answer each question with the next key; take what it prints; until it hangs up. */
static void talk(int master, int facts_fd, int out_fd, const char *keys)
{
    struct pollfd p = {.fd = master, .events = POLLIN};
    int answered = 0;
    char buf[4096];

    for (;;) {
        if (poll(&p, 1, 5) > 0) {
            ssize_t n = read(master, buf, sizeof buf);
            if (n <= 0)
                return; /* EIO: nobody has the terminal any more */
            if (write(out_fd, buf, (size_t)n) != n)
                abort();
        }
        json_t *facts = lines_of(facts_fd);
        if (questions_in(facts) > answered) {
            answer(master, *keys);
            keys += *keys != '\0';
            answered++;
        }
        json_decref(facts);
    }
}

struct demo_run demo_run(const struct act acts[], size_t n, const char *args, const char *keys)
{
    int out = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC);
    int facts = memfd_create("facts", 0), master = -1, slave = -1;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    struct demo_run run = {0};

    if (out == -1 || err == -1 || facts == -1)
        abort();
    if (keys != NULL && openpty(&master, &slave, NULL, NULL, &size) == -1)
        abort();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        if (keys != NULL) {
            close(master);
            login_tty(slave);
        } else {
            int nothing = open("/dev/null", O_RDONLY);
            setsid(); /* no controlling terminal either */
            dup2(nothing, 0), dup2(out, 1), dup2(err, 2);
            close(nothing);
        }
        be_the_demo(acts, n, args, facts);
    }
    if (keys != NULL) {
        close(slave);
        talk(master, facts, out, keys);
        close(master);
    }
    while (waitpid(pid, &run.wait_status, 0) == -1 && errno == EINTR)
        ;
    run.out = text_of(out);
    run.err = text_of(err);
    run.facts = lines_of(facts);
    close(out), close(err), close(facts);
    return run;
}

void demo_run_fini(struct demo_run *run)
{
    free(run->out);
    free(run->err);
    json_decref(run->facts);
}

char *demo_acts_run(const struct demo_run *run, char *buf, size_t len)
{
    size_t at = 0, i;
    json_t *line;
    const char *before = "";

    json_array_foreach(run->facts, i, line)
    {
        const char *state = json_string_value(json_object_get(line, "state"));
        if (state == NULL)
            continue;
        /* "run" comes once more after each hold */
        if (strcmp(state, "run") == 0 && strcmp(before, "hold") != 0 && at + 1 < len)
            buf[at++] = (char)('0' + json_integer_value(json_object_get(line, "act")));
        before = state;
    }
    buf[at] = '\0';
    return buf;
}

json_t *demo_fact(const struct demo_run *run, const char *name)
{
    json_t *line;
    size_t i;

    json_array_foreach(run->facts, i, line)
    {
        const char *fact = json_string_value(json_object_get(line, "fact"));
        if (fact != NULL && strcmp(fact, name) == 0)
            return json_object_get(line, "value");
    }
    return NULL;
}
