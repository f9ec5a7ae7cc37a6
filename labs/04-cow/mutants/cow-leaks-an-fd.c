/* must fail: measure_cow.caller; may fail: measure_cow.no_process */
/* Leaves open what it looks through. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    int unused = open_pagemap(getpid());

    (void)unused;
    return right_measure_cow(region, pages, touched, report);
}
