#include "cmd/wrapped.h"

#include <stdio.h>
#include <string.h>

void wrapped_print(const char *text, int indent)
{
    while (*text) {
        size_t len = strlen(text), room = (size_t)(78 - indent);
        if (len > room) {
            len = room;
            while (len > 0 && text[len] != ' ')
                len--;
            if (len == 0)
                len = strcspn(text, " ");
        }
        printf("%*s%.*s\n", indent, "", (int)len, text);
        text += len;
        text += strspn(text, " ");
    }
}
