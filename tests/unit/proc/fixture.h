/*
 * fixture.h - made-up /proc trees in a temporary folder.
 *
 * A tree comes from a manifest (tests/fixtures/NAME.tree), line by line, or is built by the test.
 * Lines:
 *
 *     # a comment
 *     process PID PPID START STATE COMM   its stat; COMM is the rest of the line
 *     file PATH TEXT                      the rest of the line
 *     more PATH TEXT                      the same, appended
 *     fifo PATH                           a real one: mkfifo(3)
 *     link PATH TARGET                    a symbolic link; TARGET "@..." is below the tree
 *     dir PATH
 *     mode PATH OCTAL
 *
 * COMM, TEXT and TARGET know \n, \t, \\ and \xHH. All of these fail the test if they cannot be
 * done.
 */
#ifndef PROCLAB_TESTS_FIXTURE_H
#define PROCLAB_TESTS_FIXTURE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fixture {
    char path[64];
};

void fixture_init(struct fixture *f);
void fixture_fini(struct fixture *f); /* removes it */
void fixture_load(struct fixture *f, const char *name);

void fixture_file(struct fixture *f, const char *path, const char *bytes, size_t len);
void fixture_text(struct fixture *f, const char *path, const char *text);
void fixture_remove(struct fixture *f, const char *path); /* a file, or a folder with all in it */
void fixture_process(struct fixture *f, pid_t pid, pid_t ppid, uint64_t start, char state,
                     const char *comm);
/* Its task/PID/children: n of them. */
void fixture_children(struct fixture *f, pid_t pid, const pid_t *children, size_t n);

#endif
