/* expect: compiler: undefined reference to .write_full[^$]*proclab: it compiles, but a function is missing */
#include "../../../labs/03-pipe/exercise.h"

ssize_t read_full(int fd, void *buf, size_t n)
{
    (void)fd, (void)buf, (void)n;
    return 0;
}
