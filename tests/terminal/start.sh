# Where it cannot start: one line, the right status, and the terminal untouched. Terminals of all kinds.

# says STATUS REGEX COMMAND...: ends with STATUS, and says one line that matches on standard error.
says() {
    local status=$1 regex=$2 got
    shift 2
    "$@" >"$T/out" 2>"$T/err" </dev/null
    got=$?
    [ $got = "$status" ] || fail "exit status $got, not $status: $* ($(cat "$T/err"))"
    grep -qE -- "$regex" "$T/err" || fail "'$*' says: $(cat "$T/err")"
    [ "$(wc -l <"$T/err")" = 1 ] || fail "'$*' says more than one line: $(cat "$T/err")"
}

test_wrong_usage_is_one_line() {
    says 2 "no command 'wacth'; did you mean proclab watch" "$PROCLAB" wacth
    says 2 "no option '--frob'" "$PROCLAB" --frob
    says 2 'no option --rats.*did you mean --rate' "$PROCLAB" watch --rats 3
    says 2 'no option -x' "$PROCLAB" watch -x
    says 2 '--rate needs an argument' "$PROCLAB" watch --rate
    says 2 "--history wants a size from 1M to 64G.*not '3'" "$PROCLAB" watch --history 3
    says 2 "--history wants a size.*not '64X'" "$PROCLAB" watch --history 64X
    says 2 "--history wants a size.*not '99999999999G'" "$PROCLAB" run --history 99999999999G 3
    says 2 '--auto=yes takes no argument' "$PROCLAB" run --auto=yes 3
    says 2 'whole number from 1 to 60' "$PROCLAB" watch --rate fast
    says 2 'whole number from 1 to 60' "$PROCLAB" watch --rate 0
    says 2 "'bash' is not a PID.*--" "$PROCLAB" watch bash
    says 2 'no command after --' "$PROCLAB" watch --
    says 2 'one too many' "$PROCLAB" watch 1 2
    says 2 'does not understand' "$PROCLAB" watch --frames 1 --size big
    says 2 "no lab '99'" "$PROCLAB" run 99
    says 2 'which lab' "$PROCLAB" run
    says 1 'ESRCH.*ps -e' "$PROCLAB" watch --frames 1 4194304
    says 1 'ESRCH' "$PROCLAB" snapshot 4194304
    says 2 'not a PID' "$PROCLAB" snapshot self
    says 127 'ENOENT' "$PROCLAB" watch --frames 1 -- no-such-program
    says 126 'EACCES' "$PROCLAB" watch --frames 1 -- /etc/passwd
}

test_every_command_has_help() {
    local command
    "$PROCLAB" >"$T/all" || fail 'proclab alone fails'
    for command in $(sed -n 's/^  proclab \([a-z][a-z]*\)  .*/\1/p' "$T/all" | sort -u); do
        [ "$command" = help ] && continue
        "$PROCLAB" "$command" --help >"$T/help" 2>"$T/err" || fail "$command --help: $?"
        [ ! -s "$T/err" ] || fail "$command --help complains"
        grep -q '^usage: proclab' "$T/help" && grep -q '^options:' "$T/help" &&
            grep -q '^examples:' "$T/help" && grep -q '^exit status:' "$T/help" ||
            fail "$command --help lacks something: $(cat "$T/help")"
        [ "$("$PROCLAB" help "$command")" = "$(cat "$T/help")" ] || fail "help $command differs"
        ! grep -qE '.{100}' "$T/help" || fail "$command --help is too wide"
    done
    [ -n "$command" ] || fail 'no commands are listed'
    [[ $("$PROCLAB" --version) =~ ^proclab\ [0-9]+\.[0-9] ]] || fail 'no version'
    [ "$(wc -l <"$T/all")" -le 24 ] || fail 'not one screen'
}

test_stdout_closed_or_full() {
    says 1 'cannot write to standard output: \[EBADF' sh -c '"$0" --version >&-' "$PROCLAB"
    says 1 'cannot write to standard output: \[ENOSPC' sh -c '"$0" --version >/dev/full' "$PROCLAB"
    says 1 'cannot write to standard output: \[ENOSPC' sh -c '"$0" snapshot --json $$ >/dev/full' "$PROCLAB"
    says 1 'cannot write to standard output: \[ENOSPC' sh -c '"$0" watch --frames 1 $$ >/dev/full' "$PROCLAB"
}

test_stdout_to_a_pipe_that_closes() {
    local status
    "$PROCLAB" watch --frames 100000 $$ 2>"$T/err" | head -n 1 >/dev/null
    status=${PIPESTATUS[0]}
    [ "$status" = 141 ] && [ ! -s "$T/err" ] || fail "status $status, says: $(cat "$T/err")"
}

test_no_terminal_at_all() {
    says 77 'no terminal' setsid -w "$PROCLAB" watch -- sleep 1
}

test_stdin_is_not_a_terminal() {
    open_terminal 80x24
    line "echo something | x \$PROCLAB watch -- sh -c 'sleep 1010'"
    expect 'sleep 1010'
    keys '?'
    expect 'Keys and signs'
    keys q
    expect_whole
}

test_term_dumb_unset_unknown() {
    open_terminal 80x24
    line 'TERM=dumb x $PROCLAB watch'
    expect_status 77
    expect 'proclab: the terminal TERM=dumb cannot place its cursor'
    line 'env -u TERM $PROCLAB watch'
    expect_status 77
    expect 'proclab: TERM is not set'
    line 'TERM=nonsense $PROCLAB watch'
    expect_status 77
    expect 'proclab: nothing is known of the terminal TERM=nonsense'
    expect_whole
}

test_terminals_of_several_kinds() {
    local term
    open_terminal 80x24
    for term in xterm-256color xterm linux vt100 xterm-mono; do
        line "TERM=$term x \$PROCLAB watch -- sleep 1011"
        expect 'sleep 1011'
        keys q
        expect_whole
    done
}

test_no_color() {
    open_terminal 80x24
    line 'NO_COLOR=1 x $PROCLAB watch -- sh -c "yes | sleep 100"'
    expect FULL
    colored_screen | grep -qE $'\033\\[(3[0-7]|38|4[0-7]|48|9[0-7])[;m]' && fail 'colours in spite of NO_COLOR'
    colored_screen | grep -q $'\033\\[' || fail 'not even bold'
    keys c
    expect 'colours: mono'
    keys q
    expect_whole
}

test_locale_without_utf8() {
    TEST_LOCALE=C open_terminal 100x30
    line 'x $PROCLAB watch -- sh -c "yes | sleep 100"'
    expect FULL
    screen | LC_ALL=C grep -q '[^ -~]' && fail "not ASCII: $(screen | LC_ALL=C grep '[^ -~]' | head -n 1)"
    keys '?'
    expect 'Keys and signs'
    screen | LC_ALL=C grep -q '[^ -~]' && fail "the help is not ASCII"
    keys '?' q
    expect_whole
}

test_few_file_descriptors() {
    open_terminal 80x24
    line '(ulimit -n 64; x $PROCLAB watch -- sh -c "yes | sleep 100")'
    expect FULL
    keys q
    expect_status 0
    expect_whole
    line '(ulimit -n 64; x $PROCLAB watch)'
    expect 'Processes · [0-9]+'
    keys q
    expect_status 0
    expect_whole
}

test_from_any_folder() {
    [[ $PROCLAB == "$PWD"/* ]] || { echo "$PROCLAB is not in this checkout" && exit 77; }
    cd / || fail 'cd /'
    "$PROCLAB" labs >"$T/out" || fail "labs: $?"
    grep -q '^03-pipe' "$T/out" || fail 'lab 3 is not found from /'
}
