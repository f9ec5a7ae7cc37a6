/*
 * proclab: see what your processes really do. The table of subcommands, and
 * what belongs to none of them.
 */
#include "cmd/command.h"
#include "cmd/complain.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command commands[] = {
    {"labs", "the numbered labs, and how far this checkout's exercises are graded", cmd_labs},
    {"run", "a lab's demonstration under the dashboard", cmd_run},
    {"watch", "the dashboard on a process, on a new command, or on the whole system", cmd_watch},
    {"play", "a scenario: a lecture that runs, step by step; without one, which there are",
     cmd_play},
    {"grade", "an exercise, and say what was wrong and why", cmd_grade},
    {"snapshot", "one look, as text or as JSON", cmd_snapshot},
    {"events", "every fork, exec and exit of a command, a line each", cmd_events},
    {"record", "what the dashboard would show, for replay", cmd_record},
    {"replay", "the dashboard on a recording", cmd_replay},
    {"export", "pictures of a recording: text, SVG, a page to step through, a cast", cmd_export},
    {"doctor", "what this machine lets proclab see, and what to do about the rest", cmd_doctor},
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* A writer to a closed stdout must get EBADF, and no file that we open may take its place. */
static void occupy_standard_fds(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
                _exit(EXIT_FAILED);
}

/* What was printed has not been written until it is flushed: a full disk is seen only here. */
static int finish_output(int status)
{
    int error = 0;
    if (ferror(stdout))
        error = errno ? errno : EIO;
    if (fflush(stdout) != 0)
        error = errno;
    if (!error)
        return status;
    complain(status, error, NULL, "cannot write to standard output");
    return status ? status : EXIT_FAILED;
}

static void print_overview(void)
{
    puts("proclab: see what your processes really do.\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf("  proclab %-10s %s\n", commands[i].name, commands[i].summary);
    puts("\n"
         "Begin with one of these:\n"
         "  proclab run 3                      lab 3: pipes, in acts\n"
         "  proclab watch -- sh -c 'yes | cat >/dev/null'\n"
         "  proclab watch $$                   this shell and what it starts\n"
         "\n"
         "  proclab help COMMAND               its options, examples and exit status\n"
         "  proclab --version");
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int complain_unknown(const char *word)
{
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i].name;
    const char *near = complain_nearest(word, names, N_COMMANDS);
    char to_do[80] = "proclab alone lists what there is";
    if (near)
        snprintf(to_do, sizeof to_do, "did you mean proclab %s?", near);
    return complain(EXIT_USAGE, 0, to_do, "there is no %s '%s'",
                    word[0] == '-' ? "option" : "command", word);
}

static int run_help(int argc, char **argv)
{
    if (argc < 2) {
        print_overview();
        return EXIT_OK;
    }
    const struct command *command = find_command(argv[1]);
    if (!command)
        return complain_unknown(argv[1]);
    char help[] = "--help";
    return command->function(2, (char *[]){argv[1], help, NULL});
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_overview();
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("proclab " PROCLAB_VERSION);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return run_help(argc - 1, argv + 1);
    const struct command *command = find_command(argv[1]);
    return command ? command->function(argc - 1, argv + 1) : complain_unknown(argv[1]);
}

int main(int argc, char **argv)
{
    occupy_standard_fds();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* JSON and figures have a point in every locale */
    return finish_output(dispatch(argc, argv));
}
