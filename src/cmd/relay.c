#include "cmd/relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool relay_look(struct relay *relay, int *rows, int *cols)
{
    struct winsize size;
    *relay = (struct relay){.pty = -1};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        tcgetattr(STDIN_FILENO, &relay->saved) < 0)
        return false;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
        *rows = size.ws_row;
        *cols = size.ws_col;
    }
    relay->has_terminal = true;
    return true;
}

void relay_start(struct relay *relay, int pty)
{
    relay->pty = pty;
    if (!relay->has_terminal)
        return;
    struct termios raw = relay->saved;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

void relay_stop(struct relay *relay)
{
    if (relay->has_terminal && relay->pty >= 0)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &relay->saved);
    relay->pty = -1;
}

short relay_input_events(const struct relay *relay)
{
    return relay->has_terminal && relay->pty >= 0 && relay->n_typed < sizeof relay->typed ? POLLIN
                                                                                          : 0;
}

short relay_pty_events(const struct relay *relay)
{
    return (short)(POLLIN | (relay->n_typed ? POLLOUT : 0));
}

void relay_read_keys(struct relay *relay)
{
    ssize_t n =
        read(STDIN_FILENO, relay->typed + relay->n_typed, sizeof relay->typed - relay->n_typed);
    if (n > 0)
        relay->n_typed += (size_t)n;
    else if (n == 0 || errno != EINTR)
        relay->has_terminal = false; /* it is gone */
    relay_flush(relay);
}

void relay_flush(struct relay *relay)
{
    while (relay->n_typed > 0) {
        ssize_t n = write(relay->pty, relay->typed, relay->n_typed);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno != EAGAIN)
                relay->n_typed = 0;
            return;
        }
        relay->n_typed -= (size_t)n;
        memmove(relay->typed, relay->typed + n, relay->n_typed);
    }
}

static void show(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

int relay_read(struct relay *relay, char *bytes, size_t len)
{
    ssize_t n;
    do
        n = read(relay->pty, bytes, len);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return 0;
    if (n <= 0)
        return -EIO;
    if (relay->has_terminal)
        show(bytes, (size_t)n);
    return (int)n;
}
