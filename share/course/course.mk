# What only those need who keep the course. `make` takes it in where it is there: a hand-out has none of it.

# A word for the shell, whatever is in it.
shell_word = '$(subst ','\'',$(1))'

new-lab: ## make a lab that builds, runs and is graded, to be rewritten: make new-lab N=07 NAME=spawn
	@share/course/new-lab $(call shell_word,$(N)) $(call shell_word,$(NAME))

HANDOUT := $(B)/proclab-$(VERSION)-handout.tar.gz
handout: ## what students get: all but the solutions and what gives them away, as build/proclab-VERSION-handout.tar.gz
	@share/course/handout $(VERSION) $(HANDOUT)
	@echo "$(HANDOUT): $$(stat -c %s $(HANDOUT)) bytes, without solutions; reproducible"

autograder: ## the zips that Gradescope takes, one a lab, as build/proclab-autograder-LAB.zip: make autograder LAB=3, or all
	$(if $(LAB),$(need_lab))@share/course/autograder/pack $(B) $(if $(LAB),$(lab_name),$(GRADED_LABS))

readme-picture: all ## the README's picture anew, from lab 03's third act
	@share/readme/picture share/readme/dashboard.svg

# Where Node.js and its npm come from elsewhere, Debian's npm cannot be installed beside them.
DEPS_DEV += $(if $(wildcard $(addsuffix /npm,$(subst :, ,$(PATH)))),,npm)

slides: all slides/node_modules/.package-lock.json ## the decks, as self-contained HTML and as PDF, below build/slides (node, npm, gnuplot, chromium)
	@B=$(B) node slides/build.mjs $(B)/slides

slides/node_modules/.package-lock.json: slides/package-lock.json
	@for tool in node npm gnuplot chromium; do command -v $$tool >/dev/null || \
	    { echo "slides: $$tool is missing: make deps-dev"; exit 1; }; done
	@cd slides && npm ci --no-audit --no-fund --silent

test-slides: slides ## the decks in headless Chromium
	@tests/slides/check

.PHONY: new-lab handout autograder readme-picture slides test-slides
