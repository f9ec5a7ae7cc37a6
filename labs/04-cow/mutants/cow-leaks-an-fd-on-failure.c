/* must fail: measure_cow.no_process */
/* Closes it only where all goes well. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    int fd = open_pagemap(getpid());
    int result = right_measure_cow(region, pages, touched, report);

    if (result == 0)
        close(fd);
    return result;
}
