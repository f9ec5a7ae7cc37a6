/*
 * deny [perf] [connector] -- COMMAND...: run it where the kernel refuses those, as a container's seccomp
 * profile does: perf_event_open(2), netlink's connector.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc = filter ? 0 : -ENOMEM, i = 1;
    for (; rc == 0 && i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "perf") == 0)
            rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(perf_event_open), 0);
        else if (strcmp(argv[i], "connector") == 0)
            rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 2,
                                  SCMP_A0(SCMP_CMP_EQ, AF_NETLINK),
                                  SCMP_A2(SCMP_CMP_EQ, NETLINK_CONNECTOR));
        else
            rc = -EINVAL;
    }
    if (rc == 0)
        rc = seccomp_load(filter);
    if (rc == 0 && i + 1 < argc)
        execvp(argv[i + 1], argv + i + 1);
    fprintf(stderr, "deny: %s\n", strerror(rc ? -rc : errno));
    return 125;
}
