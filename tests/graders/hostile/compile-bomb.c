/* expect: compiler: (out of memory|cannot allocate|Killed|was ended|/dev/zero) */
#include "/dev/zero"
