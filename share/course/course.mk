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

.PHONY: new-lab handout autograder
