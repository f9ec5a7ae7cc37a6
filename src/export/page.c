#include "export/page.h"

/* src/export/page.html as it is, ended by a NUL; compiled at the root of the checkout. */
__asm__(".pushsection .rodata\n"
        ".global page_html\n"
        "page_html:\n"
        ".incbin \"src/export/page.html\"\n"
        ".byte 0\n"
        ".popsection\n");
