# any.sh - what every lab's demo must do; run by tests/labs/run for a lab that has no script of its own.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

"$LAB_DEMO" --auto --json >"$tmp/facts" 2>"$tmp/err" </dev/null
status=$?
if [ "$status" = 77 ]; then
    skip_here "$LAB: all" "$(head -n 1 "$tmp/err")"
    exit 0
fi
is "$LAB: exit status" "$status" 0
is "$LAB: nothing on standard error" "$(cat "$tmp/err")" ''
is "$LAB: every line is an object" "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is "$LAB: the last line" "$(tail -n 1 "$tmp/facts")" '{"end":true}'
acts=$(sed -n 's/^{"act":[0-9]*,"of":\([0-9]*\),.*/\1/p' "$tmp/facts" | head -n 1)
is "$LAB: acts done" "$(sed -n 's/^{"act":\([0-9]*\),.*"state":"done".*/\1/p' "$tmp/facts" | tr '\n' ' ')" \
    "$(seq -s ' ' 1 "${acts:-1}") "
is "$LAB: there are facts" "$(grep -c '^{"fact"' "$tmp/facts" | sed 's/^[1-9].*/some/')" some
is "$LAB: every fact says how" \
    "$(grep '^{"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0

for act in $(seq 1 "${acts:-1}"); do
    "$LAB_DEMO" --act "$act" --json >"$tmp/one" </dev/null
    is "$LAB: --act $act alone" "$? $(grep -o '^{"act":[0-9]*' "$tmp/one" | sort -u)" "0 {\"act\":$act"
done

"$LAB_DEMO" --auto --act 1 >/dev/full 2>"$tmp/err" </dev/null
is "$LAB: standard output that takes nothing: one line, exit status" \
    "$? $(grep -c 'standard output' "$tmp/err")" '1 1'

# Killed in the middle of an act: nothing of it is left.
# An act need not make a child.
is_under_way() { [ -n "$(all_below "$demo")" ] || grep -q '"state":"\(hold\|done\)"' "$tmp/one"; }
for sig in INT TERM HUP KILL; do
    # bash starts background jobs with INT ignored: put it back
    : >"$tmp/one"
    env --default-signal=INT "$LAB_DEMO" --auto --json --pace 60 --act 1 >"$tmp/one" </dev/null &
    demo=$!
    until_true 10 is_under_way || fail "$LAB: SIG$sig" 'the act did not begin'
    children=$(all_below "$demo")
    kill -s "$sig" "$demo" 2>/dev/null
    wait "$demo" 2>/dev/null
    left=
    for child in $children; do
        until_true 5 is_gone "$child" || left+=" $child"
    done
    is "$LAB: SIG$sig: no child left" "$left" ''
done
