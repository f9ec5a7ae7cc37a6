/* expect: compiler: does-not-compile.c:6:.*error: .*undeclared */
#include "../../../labs/03-pipe/exercise.h"

ssize_t read_full(int fd, void *buf, size_t n)
{
    return bytes_that_came;
}
