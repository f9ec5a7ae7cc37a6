/*
 * wrapped.h - a paragraph on standard output, wrapped at 78 columns.
 */
#ifndef PROCLAB_CMD_WRAPPED_H
#define PROCLAB_CMD_WRAPPED_H

/* Print text (UTF-8, one line) indented by `indent` columns, broken at spaces. */
void wrapped_print(const char *text, int indent);

#endif
