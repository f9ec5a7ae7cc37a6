/* expect: read_full.works: the process ended with _?exit\(0\) before the probe came to its end */
#include "../../../labs/03-pipe/solution.c"

__attribute__((constructor)) static void leave(void)
{
    _exit(0);
}
