/* proclab doctor: what this machine lets proclab see, and what to do about the rest. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/options.h"
#include "cmd/wrapped.h"
#include "proc/capabilities.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option_row options[] = {
    {"json", 'j', NULL, "as a JSON array, an object a capability"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "doctor",
    .synopsis = "[OPTION...]",
    .about = "Try all that proclab reads from the kernel, one thing after the other, and say what\n"
             "works here, what that means for what is shown, and what would enable the rest.\n"
             "Nothing is changed.",
    .options = options,
    .examples = "proclab doctor\nproclab doctor --json | jq '.[] | select(.ok | not)'",
    .exit_status = "0, also where things are missing: proclab works without them",
};

static void print_text(const struct capability *table, size_t n)
{
    size_t n_missing = 0;
    for (size_t i = 0; i < n; i++) {
        const struct capability *c = &table[i];
        printf("%s  %-24s %s\n", c->ok ? "ok" : "no", c->name, c->detail);
        wrapped_print(c->meaning, 8);
        if (!c->ok && c->remedy) {
            printf("    to enable it:\n");
            wrapped_print(c->remedy, 8);
        }
        n_missing += !c->ok;
    }
    if (n_missing == 0)
        printf("\nAll %zu are there.\n", n);
    else
        printf("\n%zu of %zu are there; what is shown without the others says so.\n", n - n_missing,
               n);
}

static int print_json(const struct capability *table, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < n; i++) {
        const struct capability *c = &table[i];
        json_array_append_new(array, json_pack("{s:s, s:b, s:s, s:s, s:s?}", "name", c->name, "ok",
                                               c->ok, "detail", c->detail, "meaning", c->meaning,
                                               "remedy", c->ok ? NULL : c->remedy));
    }
    int error = json_dumpf(array, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(array);
    return error ? complain(EXIT_FAILED, 0, NULL, "cannot write the JSON") : EXIT_OK;
}

int cmd_doctor(int argc, char **argv)
{
    bool as_json = false;
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0)
        as_json = true; /* there is no other option */
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind < argc)
        return complain(EXIT_USAGE, 0, "it takes no operand", "'%s' is one too many", argv[optind]);
    struct capability *table;
    size_t n;
    int error = capabilities_try(NULL, &table, &n);
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot try what this machine can do");
    int status = EXIT_OK;
    if (as_json)
        status = print_json(table, n);
    else
        print_text(table, n);
    free(table);
    return status;
}
