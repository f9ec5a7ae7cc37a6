/* must fail: run_program.direct; may fail: run_program.status run_program.not_found run_program.cannot_run run_program.path run_program.no_process run_program.eintr run_program.inherited run_program.works run_program.caller run_program.stopped */
/* system() with all arguments in a line. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

int run_program(const char *file, char *const argv[])
{
    size_t len = strlen(file) + 1;

    for (int i = 1; argv[i] != NULL; i++)
        len += strlen(argv[i]) + 1;
    char *line = malloc(len);
    strcpy(line, file);
    for (int i = 1; argv[i] != NULL; i++)
        strcat(strcat(line, " "), argv[i]);
    int wstatus = system(line);
    free(line);
    if (wstatus == -1)
        return -1;
    return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus)
                                : WEXITSTATUS(wstatus);
}
