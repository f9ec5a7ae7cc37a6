/* A recording, read to its end, jumped in, and made into moments: whatever its bytes, plain or zstd. */
#include "fuzz.h"

#include "model/history.h"
#include "record/recording.h"

#include <sys/mman.h>
#include <unistd.h>

static void read_all(struct recording *r)
{
    struct history *history = history_new(1 << 20);
    struct snapshot *s;
    uint64_t line, last_ns = 0;
    for (int n = 0; n < 64 && source_next(recording_source(r), &s) == 0; n++) {
        FUZZ_DEMAND(s->time_ns >= last_ns);
        for (size_t i = 0; i < s->n_cells; i++)
            FUZZ_DEMAND(s->cells[i] <= PAGE_MIXED);
        for (size_t i = 0; i < s->n_regions; i++)
            FUZZ_DEMAND(s->regions[i].error || s->regions[i].page_bytes > 0);
        last_ns = s->time_ns;
        FUZZ_DEMAND(history_push(history, s) == 0);
        struct moment m;
        if (history_moment(history, history_count(history) - 1, &m) == 0)
            moment_fini(&m);
    }
    recording_trouble(r, &line);
    history_free(history);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct recording *r;
    enum recording_trouble trouble;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_DEMAND(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    lseek(fd, 0, SEEK_SET);
    if (recording_open(fd, false, NULL, &r, &trouble) == 0) {
        read_all(r);
        if (recording_count(r) > 0 && recording_seek(r, recording_count(r) / 2) == 0)
            read_all(r);
        source_free(recording_source(r));
    } else {
        FUZZ_DEMAND(trouble != RECORDING_FINE && trouble != RECORDING_CUT);
    }
    close(fd);
    return 0;
}
