/* must fail: run_redirected.direct; may fail: run_redirected.* */
/* A shell line: program <in >out 2>err. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    char line[8192] = "";

    strcat(line, file);
    for (int i = 1; argv[i] != NULL && strlen(argv[i]) < 1024; i++)
        strcat(strcat(line, " "), argv[i]);
    if (in != NULL)
        strcat(strcat(line, " <"), in);
    if (out != NULL)
        strcat(strcat(line, " >"), out);
    if (err != NULL)
        strcat(strcat(line, " 2>"), err);
    char sh[] = "sh", c[] = "-c";
    char *words[] = {sh, c, line, NULL};
    return run_program("sh", words);
}
