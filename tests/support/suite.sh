# suite.sh - the harness of a suite of shell tests. A suite's `run` sources it, defines
# functions test_..., and calls: suite_main "$@"
#
# Each test runs in a subshell with a folder of its own, $T. It passes by returning 0,
# fails by `fail WHY`, is skipped by `skip WHY`, or by
# `skip_here WHY` where nothing that could be installed would help: CI allows only these.
set -u
export PROCLAB=${PROCLAB:-$PWD/build/proclab} LC_ALL=C.UTF-8 TZ=UTC
unset NO_COLOR TMUX XDG_STATE_HOME

fail() {
    printf '%s\n' "line ${BASH_LINENO[0]}: $1" "${@:2}" | sed 's/^/     | /'
    exit 1
}

skip() {
    printf '%s' "$*"
    exit 77
}
skip_here() { skip "not on this machine: $*"; }

# Poll until a command is true, 15 s at most.
eventually() {
    local end=$((SECONDS + 15))
    until "$@"; do
        ((SECONDS < end)) || return 1
        read -rt 0.05 <> <(:) # a pause that is no program
    done
    return 0
}

# expect_status N COMMAND...: standard output goes to $T/out, standard error to $T/err.
expect_status() {
    local want=$1 got
    shift
    "$@" >"$T/out" 2>"$T/err" </dev/null
    got=$?
    ((got == want)) || fail "exit status $got, not $want: $*" "$(head -n 5 "$T/err")"
}

# What went to standard error is one line that holds this (a regular expression).
expect_complaint() {
    [ "$(wc -l <"$T/err")" = 1 ] || fail "not one line:" "$(head -n 5 "$T/err")"
    grep -qE -- "$1" "$T/err" || fail "does not say '$1':" "$(cat "$T/err")"
}

expect_output() {
    grep -qE -- "$1" "$T/out" || fail "does not show '$1':" "$(head -n 40 "$T/out")"
}

suite_main() {
    local name output status passed=0 failed=0 skipped=0
    for name in $(compgen -A function test_); do
        [[ $name =~ ${1-} ]] || continue
        T=$(mktemp -d "${TMPDIR:-/tmp}/proclab-suite.XXXXXX") || exit 1
        # Not through a pipe: what a failed test leaves running would hold it, and the suite would hang.
        ("$name") >"$T.output" 2>&1
        status=$?
        output=$(cat "$T.output")
        rm -rf "$T" "$T.output"
        case $status in
        0) echo "ok ${name#test_}" && passed=$((passed + 1)) ;;
        77) echo "skip ${name#test_}: $output" && skipped=$((skipped + 1)) ;;
        *) printf 'FAIL %s\n%s\n' "${name#test_}" "$output" && failed=$((failed + 1)) ;;
        esac
    done
    echo "# $passed passed, $failed failed, $skipped skipped"
    ((failed == 0))
}
