#include "cmd/environment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_left_out(const char *assignment, const char *const left_out[])
{
    for (; *left_out; left_out++)
        if (strncmp(assignment, *left_out, strlen(*left_out)) == 0)
            return true;
    return false;
}

static bool append(char **made, size_t *n, const char *assignment)
{
    made[*n] = strdup(assignment);
    return made[(*n)++] != NULL;
}

char **environment_make(const char *const left_out[], const char *const added[])
{
    size_t most = 1, n = 0;
    bool is_made = true;
    for (char **e = environ; *e; e++)
        most++;
    for (const char *const *a = added; *a; a++)
        most++;
    char **made = calloc(most, sizeof *made);
    if (!made)
        return NULL;
    for (char **e = environ; *e && is_made; e++)
        if (!is_left_out(*e, left_out))
            is_made = append(made, &n, *e);
    for (; *added && is_made; added++)
        is_made = append(made, &n, *added);
    if (is_made)
        return made;
    environment_free(made);
    return NULL;
}

void environment_free(char **environment)
{
    for (size_t i = 0; environment && environment[i]; i++)
        free(environment[i]);
    free(environment);
}
