#include "ui/tty.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

struct tty {
    FILE *in, *out;
    SCREEN *screen; /* NULL: curses has not been started */
    struct termios saved;
    char reset[256];
};

/* ---- a crash gives the terminal back ------------------------------------- */

static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

enum { N_CRASHES = sizeof crashes / sizeof crashes[0] };

static struct sigaction old_crash_actions[N_CRASHES];
static char crash_stack[16384];

/* Copies for the handler, which must not follow pointers of a broken heap. */
static struct termios crash_termios;
static char crash_reset[256];
static size_t crash_reset_len;
static int crash_fd = -1;

static void give_back_and_crash(int number)
{
    if (crash_fd >= 0) {
        ssize_t ignored = write(crash_fd, crash_reset, crash_reset_len);
        (void)ignored;
        tcsetattr(crash_fd, TCSANOW, &crash_termios);
    }
    signal(number, SIG_DFL);
    raise(number); /* pending until the handler returns; a fault would come again by itself */
}

static void catch_crashes(const struct tty *tty)
{
    crash_termios = tty->saved;
    crash_reset_len = strlen(tty->reset);
    memcpy(crash_reset, tty->reset, crash_reset_len);
    crash_fd = fileno(tty->out);
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = give_back_and_crash, .sa_flags = SA_ONSTACK};
    for (size_t i = 0; i < N_CRASHES; i++)
        sigaction(crashes[i], &action, &old_crash_actions[i]);
}

static void leave_crashes(void)
{
    if (crash_fd < 0)
        return;
    for (size_t i = 0; i < N_CRASHES; i++)
        sigaction(crashes[i], &old_crash_actions[i], NULL);
    crash_fd = -1;
}

/* ---- what terminal it is --------------------------------------------------- */

/*
 * A descriptor of our own for a terminal. Opened anew rather than duplicated, since
 * O_NONBLOCK would else be put on the shell's as well.
 */
static int open_terminal(int fd, int flags)
{
    char path[64];
    if (!isatty(fd))
        return open("/dev/tty", flags | O_CLOEXEC | O_NOCTTY);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int copy = open(path, flags | O_CLOEXEC | O_NOCTTY);
    /* Not permitted after su: it is another user's. Then without O_NONBLOCK. */
    return copy >= 0 ? copy : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

/* NULL with errno. */
static FILE *open_stream(int fd, int flags, const char *mode)
{
    int copy = open_terminal(fd, flags);
    FILE *stream = copy >= 0 ? fdopen(copy, mode) : NULL;
    if (!stream && copy >= 0)
        close(copy);
    return stream;
}

static void append_capability(char *text, size_t size, const char *name)
{
    const char *value = tigetstr(name);
    if (!value || value == (char *)-1)
        return;
    /* Delays ("$<5>") mean something to tputs() only. */
    size_t n = strlen(text);
    while (*value && n + 1 < size) {
        if (value[0] == '$' && value[1] == '<') {
            value += strcspn(value, ">");
            value += *value == '>';
            continue;
        }
        text[n++] = *value++;
    }
    text[n] = '\0';
}

static enum tty_problem read_capabilities(struct tty *tty)
{
    const char *term = getenv("TERM");
    if (!term || !*term)
        return TTY_NO_TERM;
    int found;
    if (setupterm(term, fileno(tty->out), &found) != OK)
        return TTY_UNKNOWN_TERM;
    const char *cup = tigetstr("cup");
    bool can_move = cup && cup != (char *)-1;
    const char *mouse = tigetstr("kmous");
    if (mouse && mouse != (char *)-1)
        strcpy(tty->reset, "\033[?1006l\033[?1003l\033[?1002l\033[?1000l");
    static const char *const capabilities[] = {"sgr0", "op", "rmkx", "rmcup", "cnorm"};
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++)
        append_capability(tty->reset, sizeof tty->reset, capabilities[i]);
    del_curterm(cur_term);
    return can_move ? TTY_FINE : TTY_TOO_SIMPLE;
}

int tty_open(struct tty **out, enum tty_problem *problem)
{
    int error = 0;
    *problem = TTY_FAILED;
    struct tty *tty = calloc(1, sizeof *tty);
    if (!tty)
        return -ENOMEM;
    tty->out = open_stream(STDOUT_FILENO, O_RDWR, "w");
    tty->in = tty->out ? open_stream(STDIN_FILENO, O_RDWR | O_NONBLOCK, "r") : NULL;
    if (!tty->in || tcgetattr(fileno(tty->in), &tty->saved) < 0) {
        error = -errno;
        *problem = TTY_NONE;
        goto out;
    }
    *problem = read_capabilities(tty);
    if (*problem != TTY_FINE)
        error = -ENOTTY;
out:
    if (error)
        tty_close(tty);
    else
        *out = tty;
    return error;
}

void tty_close(struct tty *tty)
{
    if (!tty)
        return;
    tty_stop(tty);
    if (tty->screen)
        delscreen(tty->screen);
    if (tty->in)
        fclose(tty->in);
    if (tty->out)
        fclose(tty->out);
    free(tty);
}

/* ---- taking it over, and back ------------------------------------------------ */

int tty_start(struct tty *tty)
{
    catch_crashes(tty);
    if (!tty->screen) {
        tty->screen = newterm(NULL, tty->out, tty->in);
        if (!tty->screen) {
            leave_crashes();
            return -ENOTTY;
        }
    }
    set_term(tty->screen);
    set_escdelay(25);
    raw(); /* Ctrl-C and Ctrl-Z are keys: typed into a watched bash, they are bash's */
    nonl();
    noecho();
    intrflush(stdscr, FALSE);
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    typeahead(-1); /* a frame is small: no looking for keys in the middle of it */
    curs_set(0);
    return 0;
}

void tty_stop(struct tty *tty)
{
    if (tty->screen && !isendwin()) {
        endwin();
        fflush(tty->out);
    }
    leave_crashes();
}

void tty_resume(struct tty *tty)
{
    catch_crashes(tty);
    tty_resized(tty);
    clearok(stdscr, TRUE);
    refresh(); /* after endwin() this puts our modes back */
}

int tty_key_fd(const struct tty *tty)
{
    return fileno(tty->in);
}

int tty_output_fd(const struct tty *tty)
{
    return fileno(tty->out);
}

void tty_size(const struct tty *tty, int *rows, int *cols)
{
    struct winsize size;
    if (ioctl(fileno(tty->out), TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
        *rows = size.ws_row;
        *cols = size.ws_col;
    } else { /* a serial line does not know */
        *rows = tty->screen ? LINES : 24;
        *cols = tty->screen ? COLS : 80;
    }
}

void tty_resized(struct tty *tty)
{
    int rows, cols;
    tty_size(tty, &rows, &cols);
    if (rows != LINES || cols != COLS)
        resize_term(rows, cols);
    /*
     * What a terminal shows in cells that went and came back is its own affair: curses believes
     * that they are blank.
     */
    clearok(curscr, TRUE);
}

bool tty_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const struct termios *tty_saved(const struct tty *tty)
{
    return &tty->saved;
}

const char *tty_reset_string(const struct tty *tty)
{
    return tty->reset;
}
