/* Sets of signals and of capabilities, by their names. */
#include "view/words.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* As <linux/capability.h> numbers them, of Linux 5.9 and later; without "CAP_": capabilities(7). */
static const char *const capability_names[] = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
};

#define N_CAPABILITIES (sizeof capability_names / sizeof *capability_names)

/* KILL and STOP cannot be in any; glibc keeps 32 and 33 for itself and hides them. */
#define SIGNAL_BIT(n) (UINT64_C(1) << ((n)-1))
#define ALL_SIGNALS   (~(SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(32) | SIGNAL_BIT(33)))

__attribute__((format(printf, 4, 5))) static void add(char *buf, size_t len, size_t *n,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(buf + *n, len - *n, format, args);
    va_end(args);
    *n += wanted < 0 ? 0 : (size_t)wanted < len - *n ? (size_t)wanted : len - *n - 1;
}

static void name_signal(int bit, char *buf, size_t len)
{
    int number = bit + 1;
    const char *name = number < 32 ? sigabbrev_np(number) : NULL;
    if (name)
        snprintf(buf, len, "%s", name);
    else if (number >= 34)
        snprintf(buf, len, "RTMIN+%d", number - 34); /* glibc's SIGRTMIN, and kill -l's */
    else
        snprintf(buf, len, "%d", number);
}

static void name_capability(int bit, char *buf, size_t len)
{
    if ((size_t)bit < N_CAPABILITIES)
        snprintf(buf, len, "%s", capability_names[bit]);
    else
        snprintf(buf, len, "%d", bit);
}

/* "none", "all", "all but A B" where that is shorter, else "A B". */
static char *say_set(uint64_t set, uint64_t all, void (*name)(int, char *, size_t), char *buf,
                     size_t len)
{
    size_t n = 0;
    *buf = '\0';
    uint64_t missing = all & ~set;
    bool is_most = __builtin_popcountll(missing) < __builtin_popcountll(set & all) / 2;
    uint64_t named = is_most ? missing : set;
    if (is_most)
        add(buf, len, &n, "%s", missing ? "all but" : "all");
    else if (!set)
        add(buf, len, &n, "none");
    for (int bit = 0; bit < 64; bit++) {
        char word[WORDS_NUMBER];
        if (!(named >> bit & 1))
            continue;
        name(bit, word, sizeof word);
        add(buf, len, &n, "%s%s", n ? " " : "", word);
    }
    return buf;
}

char *words_signals(uint64_t set, char *buf, size_t len)
{
    return say_set(set, ALL_SIGNALS, name_signal, buf, len);
}

char *words_capabilities(uint64_t set, char *buf, size_t len)
{
    return say_set(set, (UINT64_C(1) << N_CAPABILITIES) - 1, name_capability, buf, len);
}
