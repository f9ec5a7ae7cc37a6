/* schema.h - what libcyaml takes as a scenario. For load.c alone. */
#ifndef PROCLAB_SCENARIO_SCHEMA_H
#define PROCLAB_SCENARIO_SCHEMA_H

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t scenario_schema;

/*
 * What may stand at a key: "a whole number"; NULL: there is no such key. The keys of the mapping at
 * a key ("" is the file itself, "steps" each of its steps): "title, run, steps ...".
 */
const char *schema_expects(const char *key);
void schema_list_keys(const char *mapping, char *text, size_t len);

#endif
