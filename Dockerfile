# proclab where there is no Linux: macOS, Windows. The image has what building, running and testing need; your
# checkout or hand-out is mounted, so that what you write stays with you:
#
#     docker build -t proclab .
#     docker run -it --rm --init --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
#         --security-opt systempaths=unconfined -v "$PWD":/proclab proclab
#     make && build/proclab run 3
#
# All works without these options, too, but as `build/proclab doctor` then says:
#     --init                PID 1 reaps orphans, as on a real machine; else they stay zombies in the tree
#     seccomp=unconfined    births and deaths are exact (perf_event_open, where perf_event_paranoid is 2 or
#                           less); else they are sampled
#     all three             exercises are graded in namespaces of their own (bubblewrap); else under a
#                           system-call filter, with the same points
FROM debian:12-slim

# `make deps` knows what is needed; the layer is made again when that changes, not when a source does.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git less make nano vim-tiny
COPY Makefile /tmp/proclab/
COPY tests/support/install-packages /tmp/proclab/tests/support/
RUN make -C /tmp/proclab deps && rm -rf /tmp/proclab /var/lib/apt/lists/*

# An ordinary user: as root, too much is allowed for these lessons.
RUN useradd --create-home --uid 1000 --shell /bin/bash student
USER student
ENV LANG=C.UTF-8 TERM=xterm-256color EDITOR=nano
WORKDIR /proclab
CMD ["bash"]
