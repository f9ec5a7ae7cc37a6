/* must fail: run_redirected.low_closed */
/* What was opened at 0 to 2 is moved up, and the program has that, too. */
#include <fcntl.h>
#undef F_DUPFD_CLOEXEC
#define F_DUPFD_CLOEXEC F_DUPFD
#include "../solution.c"
