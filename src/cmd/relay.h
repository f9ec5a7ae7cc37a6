/*
 * relay.h - our terminal and a program's pseudo-terminal as one: what is typed goes in, what the
 * program writes comes out, the size follows. As script(1) does it.
 */
#ifndef PROCLAB_CMD_RELAY_H
#define PROCLAB_CMD_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct relay {
    int pty;              /* the master's, non-blocking; borrowed */
    bool has_terminal;    /* ours; else what the program writes goes to the recording only */
    struct termios saved; /* of ours */
    char typed[4096];     /* not taken yet */
    size_t n_typed;
};

/*
 * Whether standard input and output are a terminal that can be handed on; its modes and size then.
 * Nothing is changed yet.
 */
bool relay_look(struct relay *relay, int *rows, int *cols);
/* Every key is the program's from now on, Ctrl-C among them. */
void relay_start(struct relay *relay, int pty);
void relay_stop(struct relay *relay);
/* What poll() should look for on standard input and on the pty. */
short relay_input_events(const struct relay *relay);
short relay_pty_events(const struct relay *relay);
/* Take what was typed; hand over what the program takes. */
void relay_read_keys(struct relay *relay);
void relay_flush(struct relay *relay);
/*
 * Take up to len bytes of what the program wrote, and show them. How many; 0: nothing now; -EIO:
 * nobody can write there any more.
 */
int relay_read(struct relay *relay, char *bytes, size_t len);

#endif
