/* must fail: save_snapshot.large; may fail: save_snapshot.changed save_snapshot.two save_snapshot.interrupted save_snapshot.honest save_snapshot.reader_gone */
/* At most 1 MiB. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    return right_save_snapshot(data, len < 1 << 20 ? len : 1 << 20, fd, writer);
}
