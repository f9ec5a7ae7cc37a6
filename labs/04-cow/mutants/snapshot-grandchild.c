/* must fail: save_snapshot.works; may fail: save_snapshot.* */
/* The writer is a grandchild, for whom the caller cannot wait. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    pid_t *pid = mmap(NULL, sizeof *pid, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();

    if (child == -1)
        return -1;
    if (child == 0) {
        right_save_snapshot(data, len, fd, pid);
        _exit(0);
    }
    wait_for(child, &(int){0});
    *writer = *pid;
    munmap(pid, sizeof *pid);
    return 0;
}
