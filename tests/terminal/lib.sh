# tests/terminal/lib.sh - proclab in a real terminal: a private tmux server of a fixed size
# with a bash in it. Sourced by tests/terminal/run; each test is a function test_...
#
# Nothing here sleeps for a fixed time and hopes: everything polls for a condition, and gives up
# after $PATIENCE seconds.

PATIENCE=${PATIENCE:-15}

tm() {
    tmux -S "$T/tmux" -f /dev/null "$@"
}

# Poll until a command is true.
eventually() {
    local end=$((SECONDS + PATIENCE))
    until "$@"; do
        ((SECONDS < end)) || return 1
        read -rt 0.05 <> <(:) # a pause that is no program
    done
    return 0
}

# Says what was wanted, on which line of the test, and how the screen is now.
fail() {
    local i=0
    while [[ ${FUNCNAME[i + 1]-} && ${FUNCNAME[i]} != test_* ]]; do i=$((i + 1)); done
    printf '%s\n' "     | ${BASH_SOURCE[i]##*/}:${BASH_LINENO[i > 0 ? i - 1 : 0]}: $*" \
        "     | $SECONDS s since the suite began; load $(cut -d ' ' -f 1-4 /proc/loadavg)"
    if [ -n "${T-}" ] && [ -S "$T/tmux" ]; then
        show_screen >"$T/now"
        echo "     | the screen:"
        sed 's/^/     |   /' "$T/now"
        if [ -s "$T/seen" ] && ! cmp -s "$T/seen" "$T/now"; then
            echo "     | the screen, as it was looked at last:"
            sed 's/^/     |   /' "$T/seen"
        fi
        ps -o pid=,psr=,stat=,times=,args= -p "$(ours | head -n 12 | paste -sd,)" 2>/dev/null | cut -c 1-110 | sed 's/^/     | /'
    fi
    exit 1
}

# Without its lines at the end that are empty.
show_screen() {
    printf '%s\n' "$(screen 2>/dev/null)"
}

# ---- the terminal ------------------------------------------------------------

# open_terminal COLSxROWS: a bash with a prompt, and in it: x CMD... (notes its PID, then becomes CMD), $PROCLAB.
open_terminal() {
    local cols=${1%x*} rows=${1#*x}
    cat >"$T/rc" <<RC
PS1='READY \$ '
PROCLAB=$(printf %q "$PROCLAB")
T=$(printf %q "$T")
x() { sh -c 'echo \$\$ >"\$0/pid"; exec "\$@"' "\$T" "\$@"; }
RC
    tm new-session -d -x "$cols" -y "$rows" -s t \
        "env -u TMUX TERM=screen-256color LC_ALL=${TEST_LOCALE:-C.UTF-8} TZ=UTC PROCLAB_TEST=$TEST_ID \
         bash --noprofile --rcfile $(printf %q "$T/rc")" ||
        fail "tmux does not start"
    tm set-option -g status off
    tm set-option -g window-size manual
    tm resize-window -t t -x "$cols" -y "$rows"
    eventually sees READY || fail "no prompt"
    line 'stty -g >"$T/stty-before"'
    eventually test -s "$T/status" || fail "the shell does not answer" # or that status would be the next line's
}

resize_terminal() {
    tm resize-window -t t -x "${1%x*}" -y "${1#*x}"
}

# Have the shell run one line (from a file, so that its length does not matter), and keep $? in $T/status.
line() {
    printf '%s\n' "$1" >"$T/line"
    rm -f "$T/status" "$T/pid"
    tm send-keys -t t -l '. "$T/line"; echo $? >"$T/status"'
    tm send-keys -t t Enter
}

keys() { # tmux's names: Enter, Up, C-z
    tm send-keys -t t "$@"
}

text() { # literally
    tm send-keys -t t -l "$1"
}

screen() {
    tm capture-pane -p -t t
}

colored_screen() {
    tm capture-pane -p -e -t t
}

# sees REGEX: it is on the screen now (in one line).
sees() {
    show_screen >"$T/seen"
    grep -qE -- "$1" "$T/seen"
}

sees_not() {
    ! sees "$1"
}

expect() {
    eventually sees "$1" || fail "never seen: $1"
}

expect_not() {
    eventually sees_not "$1" || fail "still seen: $1"
}

pid() {
    eventually test -s "$T/pid" || fail "proclab did not start"
    cat "$T/pid"
}

expect_status() {
    eventually test -s "$T/status" || fail "it did not end"
    [ "$(cat "$T/status")" = "$1" ] || fail "exit status $(cat "$T/status"), not $1"
}

# The terminal is as it was: main screen, cursor, no mouse reports, and every mode of the line discipline.
expect_whole() {
    local flags
    eventually test -s "$T/status" || fail "it did not end"
    flags_are_back || eventually flags_are_back || fail "alternate screen, cursor, mouse: $(flags)"
    line 'stty -g >"$T/stty-after"'
    eventually test -s "$T/status" || fail "the shell does not read its keyboard"
    cmp -s "$T/stty-before" "$T/stty-after" ||
        fail "stty: $(cat "$T/stty-before") is now $(cat "$T/stty-after")"
}

flags() {
    tm display-message -p -t t '#{alternate_on} #{cursor_flag} #{mouse_any_flag}'
}

flags_are_back() {
    [ "$(flags)" = '0 1 0' ]
}

# ---- processes -----------------------------------------------------------------

# PIDs of what this test started, by a mark in the environment.
ours() {
    grep -lzsxF "PROCLAB_TEST=$TEST_ID" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
}

# named NAME: PIDs of ours with this comm.
named() {
    local p
    for p in $(ours); do
        [ "$(cat "/proc/$p/comm" 2>/dev/null)" = "$1" ] && echo "$p"
    done
    return 0
}

runs_none() {
    [ -z "$(named "$1")" ]
}

expect_none() {
    eventually runs_none "$1" || fail "left running: $1 $(named "$1" | tr '\n' ' ')"
}

has_ended() {
    [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}
