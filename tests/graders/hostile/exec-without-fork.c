/* expect: capture_output.works: capture_output never returned: .* or made it another program \(exec\) */
#define capture_output right_capture_output
#include "../../../labs/03-pipe/solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    (void)out, (void)len;
    execvp(argv[0], argv);
    return -1;
}
