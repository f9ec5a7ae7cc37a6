/* must fail: run_with_env.direct; may fail: run_with_env.status run_with_env.exec_fails run_with_env.no_process run_with_env.inherited run_with_env.path run_with_env.others run_with_env.no_changes run_with_env.eintr run_with_env.odd_names run_with_env.works run_with_env.unsets run_with_env.caller */
/* A shell line: NAME=value ... program arguments. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    char line[8192] = "";

    for (size_t i = 0; changes[i] != NULL; i++) {
        const char *equals = strchr(changes[i], '=');
        strcat(line, equals ? "export '" : "unset '");
        strcat(strcat(line, changes[i]), "'; ");
    }
    strcat(line, file);
    for (int i = 1; argv[i] != NULL && strlen(argv[i]) < 1024; i++)
        strcat(strcat(line, " "), argv[i]);
    char sh[] = "sh", c[] = "-c";
    char *words[] = {sh, c, line, NULL};
    return run_program("sh", words);
}
