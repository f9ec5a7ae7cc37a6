/* must fail: save_snapshot.two */
/* One buffer, shared with the writers, for all snapshots. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    enum { ROOM = 4 << 20 };
    static char *buffer;

    if (buffer == NULL)
        buffer = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (len > 0)
        memcpy(buffer, data, len);
    return right_save_snapshot(buffer, len, fd, writer);
}
