# proclab. `make help` lists the targets; CONTRIBUTING.md says how it hangs together.
#
# Everything that is made goes below $(B). A sanitizer build has a folder of its own:
#     make SAN=address,undefined test

VERSION := 0.1.0

# ---- what may be set from outside -----------------------------------------
prefix  ?= /usr/local
DESTDIR ?=
LAB     ?=
SAN     ?=
comma   := ,
B       ?= build$(if $(SAN),/san-$(subst $(comma),-,$(SAN)))
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
OPT     ?= -O2 -g
WERROR  ?=

SHELL         := /bin/bash
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS     += --no-builtin-rules

WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wvla -Wundef -Wcast-qual -Wwrite-strings \
            -Wstrict-prototypes -Wmissing-prototypes
PKGS     := ncursesw jansson libseccomp vterm libutf8proc libzstd libcyaml
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -DPROCLAB_VERSION='"$(VERSION)"' -Isrc $(OPT) $(WARNINGS) \
             $(if $(WERROR),-Werror) $(SANFLAGS) -pthread $(CFLAGS)
ALL_LDFLAGS = $(SANFLAGS) -pthread $(LDFLAGS)

# ---- the layers: one archive each, and what each may use -------------------
# A test of a layer links that layer and these, nothing more: so the link line
# proves that dependencies point one way.
LAYERS := model proc record view export ui run labkit gradekit scenario
USES_model    :=
USES_proc     := model
USES_record   := model
USES_view     := model
USES_export   := view model
USES_ui       := run view model
USES_run      := model
USES_labkit   :=
USES_gradekit := run proc model
USES_scenario := model

# Libraries from outside that a layer links.
LIBS_model    :=
LIBS_proc     := -lseccomp
LIBS_record   := -ljansson -lzstd
LIBS_view     := -lutf8proc
LIBS_export   := -lutf8proc -ljansson -lm
LIBS_ui       := -lncursesw -ltinfo
LIBS_run      := -lvterm -lseccomp
LIBS_labkit   := -ljansson
LIBS_gradekit := -ljansson
LIBS_scenario := -lcyaml -lyaml

archive = $(patsubst %,$(B)/lib/libproclab-%.a,$(1))
# A layer with all that it stands on, in link order.
link_of = $(call archive,$(1) $(USES_$(1))) $(sort $(foreach l,$(1) $(USES_$(1)),$(LIBS_$(l))))

UNIT_LAYERS := $(notdir $(wildcard tests/unit/*))
LABS        := $(notdir $(wildcard labs/[0-9][0-9]-*))

export B
all: $(B)/proclab labs graders compile_commands.json ## build proclab and the labs

# ---- what a fresh machine lacks ---------------------------------------------
# Debian's names. DEPS: to build, run and test. DEPS_DEV: to check and fuzz the code, and for what
# scenarios/*/ plays (where an init system runs, Debian starts the two servers).
DEPS     := gcc libc6-dev pkg-config libncurses-dev libcriterion-dev libjansson-dev libseccomp-dev \
            libvterm-dev libutf8proc-dev libzstd-dev libcyaml-dev libyaml-dev uthash-dev bubblewrap tmux mandoc python3 \
            python3-jsonschema
DEPS_DEV := clang clang-tidy clang-format valgrind strace htop linux-perf chromium gnuplot-nox nodejs \
            nginx postgresql

deps: ## install what building, running and testing need and is missing (apt, sudo if not root)
	@tests/support/install-packages $(DEPS)

deps-dev: deps ## the same for checking, fuzzing and benchmarks
	@tests/support/install-packages $(DEPS_DEV)

# On all CPUs, unless the caller has said how many.
MAKE_ALL = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

demo: deps ## install what is missing, build, open the dashboard on lab 03
	@$(MAKE_ALL) all
	@$(B)/proclab run $(or $(LAB),3)

test: deps ## install what is missing, build, run all tests (as root: as an ordinary user, too)
	@$(MAKE_ALL) test-programs
	@tests/run --both $(SUITE)

test-here: ## only run the tests, as who you are: make test-here SUITE='unit-* terminal'
	@$(MAKE_ALL) test-programs
	@tests/run $(SUITE)

EVENT_PROGRAMS := $(patsubst tests/events/%.c,$(B)/tests/%,$(wildcard tests/events/*.c))
test-programs: all $(foreach l,$(UNIT_LAYERS),$(B)/tests/unit-$(l)) $(B)/tests/record-cells \
    $(EVENT_PROGRAMS)

# ---- objects ----------------------------------------------------------------
$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# It holds the page.
$(B)/obj/src/export/page.o: src/export/page.html

define layer_rule
$(B)/lib/libproclab-$(1).a: $$(patsubst %.c,$(B)/obj/%.o,$$(wildcard src/$(1)/*.c))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

CMD_OBJECTS := $(patsubst %.c,$(B)/obj/%.o,$(wildcard src/cmd/*.c))
$(B)/proclab: $(CMD_OBJECTS) $(call archive,$(LAYERS))
	$(CC) $(ALL_LDFLAGS) -o $@ $(CMD_OBJECTS) -Wl,--start-group $(call archive,$(LAYERS)) -Wl,--end-group \
	    $(sort $(foreach l,$(LAYERS),$(LIBS_$(l))))

# ---- labs: found by their folders -------------------------------------------
labs: $(foreach l,$(LABS),$(B)/labs/$(l)/demo) ## build the labs' demos

define lab_rule
$(B)/labs/$(1)/demo: $(B)/obj/labs/$(1)/demo.o $(call archive,labkit)
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(LIBS_labkit)
endef
$(foreach l,$(LABS),$(eval $(call lab_rule,$(l))))

# ---- graders: grade is trusted; probes.o is linked with a student's file when that is graded ----
GRADED_LABS := $(patsubst labs/%/grade.c,%,$(wildcard labs/[0-9][0-9]-*/grade.c))
graders: $(foreach l,$(GRADED_LABS),$(B)/labs/$(l)/grade $(B)/labs/$(l)/probes.o) ## build the labs' graders

# Without sanitizers: a student's file is compiled without them, too, and a probe has little memory.
$(B)/plain/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -Isrc $(OPT) $(WARNINGS) $(if $(WERROR),-Werror) -pthread -MMD -MP -c -o $@ $<

define grader_rule
$(B)/labs/$(1)/grade: $(B)/obj/labs/$(1)/grade.o $(call archive,gradekit $(USES_gradekit))
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) $(call link_of,gradekit) -lcriterion
$(B)/labs/$(1)/probes.o: $(B)/plain/labs/$(1)/probes.o $(patsubst %.c,$(B)/plain/%.o,$(wildcard src/gradekit/probe/*.c))
	@mkdir -p $$(@D)
	$$(CC) -r -nostdlib -o $$@ $$^
endef
$(foreach l,$(GRADED_LABS),$(eval $(call grader_rule,$(l))))

# LAB=3, 03, pipe, 03-pipe: its folder's name.
lab_name = $(firstword $(foreach l,$(LABS),$(if $(filter $(LAB) 0$(LAB) %-$(LAB),$(l) $(firstword $(subst -, ,$(l)))),$(l))))
need_lab = $(if $(lab_name),,$(error say which lab: make $@ LAB=3 (there are: $(LABS))))

grade: all ## grade your exercise: make grade LAB=3 (ARGS='--only read_full' ...)
	$(need_lab)@$(B)/proclab grade $(lab_name) $(ARGS)

# skeleton.c is the exercise as it was: in a hand-out there is no git to ask.
reset: ## give a lab's exercise.c back as it was, and keep yours beside it: make reset LAB=3
	$(need_lab)@cp --backup=numbered --verbose labs/$(lab_name)/skeleton.c labs/$(lab_name)/exercise.c

test-browser: all ## the exported page in headless Chromium (make deps-dev installs it)
	@tests/browser/check

test-scenarios: test-programs ## the scenarios of programs that make deps-dev installs (as root: as an ordinary user, too)
	@SCENARIOS='scenarios/*/*.yaml' tests/run --both scenarios

test-graders: test-programs ## the graders' own tests: solution 100, skeleton 0, each mutant caught, hostile files named
	@tests/graders/run --full $(ARGS)

test-graders-50: test-programs ## 50 rounds of them with busy CPUs: the verdict must not change (an hour or two; as root and as a user; ARGS='--turns 5': mutants in every 5th)
	@tests/graders/run --repeat 50 --busy $(ARGS)

# ---- installing: no solution, no mutant ---------------------------------------
bindir     := $(DESTDIR)$(prefix)/bin
libexecdir := $(DESTDIR)$(prefix)/libexec/proclab
datadir    := $(DESTDIR)$(prefix)/share

install: all ## install below prefix (/usr/local), staged in DESTDIR
	install -D -m 755 $(B)/proclab $(bindir)/proclab
	install -D -m 644 share/proclab-snapshot.schema.json $(datadir)/proclab/proclab-snapshot.schema.json
	install -D -m 644 share/proclab-recording.schema.json $(datadir)/proclab/proclab-recording.schema.json
	install -D -m 644 share/man/proclab.1 $(datadir)/man/man1/proclab.1
	install -D -m 644 share/man/proclab-scenario.5 $(datadir)/man/man5/proclab-scenario.5
	install -D -m 644 share/bash-completion/proclab $(datadir)/bash-completion/completions/proclab
	install -D -m 644 LICENSE $(datadir)/doc/proclab/LICENSE
	set -e; for file in $$(find scenarios -type f); do install -D -m 644 $$file $(datadir)/proclab/$$file; done
	set -e; for lab in $(LABS); do \
	    install -d $(libexecdir)/labs/$$lab $(datadir)/proclab/labs/$$lab; \
	    install -m 755 $(B)/labs/$$lab/demo $(B)/labs/$$lab/grade $(libexecdir)/labs/$$lab; \
	    install -m 644 $(B)/labs/$$lab/probes.o $(libexecdir)/labs/$$lab; \
	    install -m 644 labs/$$lab/README.md labs/$$lab/exercise.h labs/$$lab/exercise.c $$(ls labs/$$lab/cflags 2>/dev/null) \
	        $(datadir)/proclab/labs/$$lab; \
	done

uninstall: ## remove what install put there
	rm -f $(bindir)/proclab $(datadir)/man/man1/proclab.1 $(datadir)/man/man5/proclab-scenario.5 $(datadir)/bash-completion/completions/proclab
	rm -rf $(libexecdir) $(datadir)/proclab $(datadir)/doc/proclab

# ---- unit tests: tests/unit/LAYER/*.c, one program a layer -------------------
# tests/support/*.c is there for all of them; an archive, so that only what a test uses is linked.
TEST_SUPPORT := $(B)/tests/libtest-support.a
$(B)/obj/tests/%.o: ALL_CFLAGS += -Itests
$(TEST_SUPPORT): $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/support/*.c))
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

define unit_rule
$(B)/tests/unit-$(1): $$(patsubst %.c,$(B)/obj/%.o,$$(wildcard tests/unit/$(1)/*.c)) \
    $(TEST_SUPPORT) $(call archive,$(1) $(USES_$(1)))
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) $(TEST_SUPPORT) $(call link_of,$(1)) -lcriterion
endef
$(foreach l,$(UNIT_LAYERS),$(eval $(call unit_rule,$(l))))

# Live beside replay, so it links what no test of one layer may.
$(B)/tests/record-cells: $(B)/obj/tests/record/cells.o $(TEST_SUPPORT) $(call archive,proc record view model)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_proc) $(LIBS_record) $(LIBS_view)

# Programs that the suite of events runs.
$(EVENT_PROGRAMS): $(B)/tests/%: $(B)/obj/tests/events/%.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $< -lseccomp

unit: $(foreach l,$(UNIT_LAYERS),$(B)/tests/unit-$(l)) ## build and run the unit tests only
	@set -e; for t in $^; do echo "== $$t"; $$t; done

# ---- fuzzing and benchmarks -------------------------------------------------
# One target a parser: tests/fuzz/NAME.c, its seeds in tests/fuzz/seeds/NAME. The corpus grows below $(B).
CLANG        ?= clang
FUZZ_SECONDS ?= 60
FUZZERS      := $(basename $(notdir $(wildcard tests/fuzz/*.c)))

FUZZ_SOURCES_recording := $(wildcard src/record/*.c src/model/*.c)
FUZZ_LIBS_recording    := $(LIBS_record)
$(B)/fuzz/recording: $(FUZZ_SOURCES_recording)

FUZZ_SOURCES_status_ids := src/proc/detail_parse.c
FUZZ_SOURCES_limits     := src/proc/detail_parse.c
FUZZ_SOURCES_maps       := src/proc/detail_parse.c src/proc/maps.c src/proc/root.c
$(B)/fuzz/status_ids $(B)/fuzz/limits $(B)/fuzz/maps: $(wildcard src/proc/detail_parse.* src/proc/maps.*)

$(B)/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h src/proc/parse.c src/proc/parse.h
	@mkdir -p $(@D)/corpus/$*
	$(CLANG) -std=c17 -D_GNU_SOURCE -Isrc -Itests/fuzz -O1 -g -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all -o $@ $< $(or $(FUZZ_SOURCES_$*),src/proc/parse.c) $(FUZZ_LIBS_$*)

fuzz: $(addprefix $(B)/fuzz/,$(FUZZERS)) ## fuzz the parsers, FUZZ_SECONDS=60 in all (clang)
	@each=$$(( $(FUZZ_SECONDS) / $(words $(FUZZERS)) )); \
	for f in $(FUZZERS); do log=$(B)/fuzz/$$f.log; \
	    $(B)/fuzz/$$f -max_total_time=$$(( each > 0 ? each : 1 )) -max_len=4096 -print_final_stats=1 \
	        -artifact_prefix=$(B)/fuzz/$$f- $(B)/fuzz/corpus/$$f tests/fuzz/seeds/$$f >$$log 2>&1 \
	        || { tail -n 60 $$log; echo "$$f: FAILED, see $$log"; exit 1; }; \
	    echo "$$f: ok, $$(sed -n 's/^stat::number_of_executed_units: *//p' $$log) inputs"; \
	done

BENCH_OBJECTS := $(patsubst %.c,$(B)/obj/%.o,$(filter-out tests/bench/recording.c tests/bench/lmbench.c,$(wildcard tests/bench/*.c)))
$(B)/bench/recording: $(B)/obj/tests/bench/recording.o $(call archive,record model)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_record)

$(B)/bench/scan: $(BENCH_OBJECTS) $(call archive,proc model)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $(BENCH_OBJECTS) $(call archive,proc model) $(LIBS_proc)

bench: $(B)/bench/scan $(B)/bench/recording $(B)/proclab $(EVENT_PROGRAMS) ## print what looking, recording and exact births cost, beside top, ps, htop and strace (some minutes)
	@$(B)/bench/scan -p $(B)/proclab $(BENCH_SIZES)
	@$(B)/bench/recording
	@tests/bench/lifecycle

# Nothing of proclab's is linked with it: it is what the labs are held against. libm, since lmbench's
# own programs are linked with it: what a process maps, its fork copies.
$(B)/bench/lmbench: tests/bench/lmbench.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -O2 -g $(WARNINGS) $(if $(WERROR),-Werror) -pthread -o $@ $< -Wl,--no-as-needed -lm

bench-labs: labs $(B)/bench/lmbench ## what the labs' demos measure, beside perf bench and lmbench's methods (two minutes; ARGS='--runs 3 "05*"')
	@tests/bench/labs $(ARGS)

compile_commands.json: Makefile $(wildcard src/*/*.c labs/*/*.c)
	@{ echo '['; sep=''; for f in $(wildcard src/*/*.c labs/*/*.c); do \
	    printf '%s{"directory": "%s", "file": "%s", "command": "%s"}\n' "$$sep" '$(CURDIR)' $$f \
	        'cc -std=c17 -D_GNU_SOURCE -DPROCLAB_VERSION=\"\\\"$(VERSION)\\\"\" -Isrc -c '$$f; sep=','; done; echo ']'; } > $@.tmp && mv $@.tmp $@

# Where git knows nothing of them (a hand-out): all that are there.
C_FILES = $(or $(shell git ls-files '*.c' '*.h' 2>/dev/null),$(shell find src labs tests -name '*.[ch]'))

lint: compile_commands.json ## clang-tidy on src
	@printf '%s\n' $(wildcard src/*/*.c) | xargs -P 2 -n 1 clang-tidy --quiet

format-check: ## fail where the code is not laid out as .clang-format says
	@clang-format --dry-run --Werror $(C_FILES)

format: ## lay the code out as .clang-format says
	clang-format -i $(C_FILES)

# New labs, the hand-out, Gradescope's autograder: not in a hand-out.
-include share/course/course.mk

clean: ## remove what was built
	rm -rf $(B) compile_commands.json

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: bench-labs test-scenarios test-browser test-here grade reset test-graders test-graders-50 install uninstall graders lint format-check all deps deps-dev demo test test-programs labs unit fuzz bench format clean help

-include $(shell find $(B)/obj $(B)/plain -name '*.d' 2>/dev/null)
