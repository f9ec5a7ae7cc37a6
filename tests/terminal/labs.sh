# A lab under the dashboard. The demonstration is the one that was built beside $PROCLAB.

# Enter goes on from hold to hold: press it until something is seen.
enter_until() {
    sees "$1" || { sees 'next act' && keys Enter && false; }
}

test_lab_goes_on_with_enter_and_back_with_page_up() {
    open_terminal 100x36
    line 'x $PROCLAB run 3'
    expect 'Act 1 of [0-9]+'
    expect 'next act'
    eventually enter_until 'pipe read .*reader' || fail 'no reader is blocked'
    eventually enter_until 'Act 2 of' || fail 'no second act'
    expect 'next act'
    keys PPage
    expect 'Act 1 of'
    keys q
    expect_status 0
    expect_whole
    expect_none reader
    expect_none demo
}

test_lab_auto_ends_by_itself() {
    open_terminal 80x24
    line 'x $PROCLAB run 3 --act 1 --auto'
    expect 'Act 1 of'
    expect_status 0
    expect_whole
}

test_lab_killed_leaves_nothing() {
    open_terminal 80x24
    line 'x $PROCLAB run 03-pipe'
    expect 'next act'
    eventually enter_until 'pipe read' || fail 'no reader is blocked'
    kill -KILL "$(pid)"
    expect_whole
    expect_none demo
    expect_none reader
}

test_lab_plain_and_json() {
    open_terminal 80x24
    line 'x $PROCLAB run 3 --plain --act 1'
    expect 'Enter'
    [ "$(flags)" = '0 1 0' ] || fail 'plain is not plain'
    keys C-c
    "$PROCLAB" run 3 --json --auto --act 1 </dev/null >"$T/json" || fail "--json: $?"
    /usr/bin/python3 -c 'import json, sys
lines = [json.loads(line) for line in sys.stdin]
assert any("fact" in l for l in lines) and lines[-1] == {"end": True}, lines[-1]' <"$T/json" ||
        fail "not facts: $(head -n 3 "$T/json")"
}

test_lab_without_a_terminal_prints_pictures() {
    "$PROCLAB" run 3 --act 1 </dev/null >"$T/out" 2>"$T/err" || fail "exit status $?: $(cat "$T/err")"
    grep -q 'Act 1 of' "$T/out" && grep -q 'pipe read' "$T/out" || fail "shows: $(cat "$T/out")"
    [ "$(wc -l <"$T/out")" = 24 ] || fail "$(wc -l <"$T/out") lines"
    [ ! -s "$T/err" ] || fail "says $(cat "$T/err")"
}
