/*
 * page.h - the page that html.c fills: page.html, in the program itself.
 */
#ifndef PROCLAB_EXPORT_PAGE_H
#define PROCLAB_EXPORT_PAGE_H

/* With @NAME@ where something is to be put in. */
extern const char page_html[];

#endif
