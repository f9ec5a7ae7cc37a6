# What the dashboard says of real pipes.

test_full_pipe_and_who_is_blocked() {
    open_terminal 120x36
    line "x \$PROCLAB watch -- sh -c 'yes | sleep 100'"
    expect 'pipe write .*yes'
    expect 'FULL'
    expect 'yes .*blocked'
    keys q
    expect_whole
    expect_none yes
    expect_none sleep
}

# sh holds the write end of the FIFO that it reads itself: EOF cannot come.
test_eof_withheld_names_the_culprit() {
    mkfifo "$T/fifo"
    open_terminal 120x36
    line "x \$PROCLAB watch -- sh -c 'exec 9<>$T/fifo; cat <&9'"
    expect 'EOF.*(withheld|cannot come|never come)'
    keys q
    expect_whole
}

test_eof_withheld_accuses_nobody_who_is_busy() {
    open_terminal 120x36
    line "x \$PROCLAB watch -- sh -c 'sleep 100 | cat'"
    expect 'pipe read .*cat'
    expect 'waits for data'
    # It must not come later either: several looks, told by the clock of the title bar.
    expect '00:0[3-9]\.[0-9]'
    sees 'EOF IS WITHHELD|EOF is withheld|EOF WITHHELD' && fail 'sleep was accused'
    keys q
    expect_whole
}

test_frames_without_a_terminal() {
    "$PROCLAB" watch --frames 2 --size 100x30 -- sh -c 'yes | sleep 100' </dev/null >"$T/out" 2>"$T/err" ||
        fail "exit status $?: $(cat "$T/err")"
    grep -q FULL "$T/out" || fail "no full pipe in: $(cat "$T/out")"
    [ "$(wc -l <"$T/out")" = 61 ] || fail "$(wc -l <"$T/out") lines, not two pictures of 30 and one between"
    ! grep -q $'\033' "$T/out" || fail 'escape sequences in text'
}

test_snapshot_of_a_tree() {
    PROCLAB_TEST=$TEST_ID sh -c 'yes | sleep 100' >/dev/null &
    local root=$! out
    has_full() { out=$("$PROCLAB" snapshot "$root") && [[ $out == *'pipe write'*yes* && $out == *sleep* ]]; }
    eventually has_full || fail "not shown: $out"
    "$PROCLAB" snapshot --json "$root" >"$T/json" || fail "--json: exit status $?"
    /usr/bin/python3 - "$T/json" "$root" <<'PY' || fail "JSON: $(head -c 600 "$T/json")"
import json, sys
s = json.load(open(sys.argv[1]))
yes = [p for p in s["processes"] if p["comm"] == "yes"]
assert s["format"] == "proclab-snapshot" and s["root_pid"] == int(sys.argv[2])
assert len(yes) == 1 and yes[0]["waiting_in"]["what"] == "pipe write"
assert any(p["blocked_writers"] == [yes[0]["pid"]] for p in s["pipes"])
PY
    local p
    for p in $(cat "/proc/$root/task/$root/children") $root; do kill "$p"; done 2>/dev/null
    wait "$root" 2>/dev/null
    return 0
}
