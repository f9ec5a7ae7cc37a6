/* children N [COMMAND...]: make N children one after the other, each of which exits at once with 3, or runs COMMAND. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    for (long n = strtol(argv[1], NULL, 10); n > 0; n--) {
        pid_t pid = fork();
        if (pid == 0) {
            if (argc > 2)
                execvp(argv[2], argv + 2);
            _exit(3);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) < 0)
            return 1;
    }
    return 0;
}
