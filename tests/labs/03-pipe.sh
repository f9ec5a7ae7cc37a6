# 03-pipe.sh - lab 03's demo, against an independent look at the kernel; run by tests/labs/run.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
"${CC:-cc}" -std=c17 -O1 -o "$tmp/look" tests/labs/03-pipe.c || exit 1


"$LAB_DEMO" --auto --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'json: exit status' $? 0
is 'json: nothing on standard error' "$(cat "$tmp/err")" ''
is 'json: every line is an object' "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is 'json: the last line' "$(tail -n 1 "$tmp/facts")" '{"end":true}'
is 'json: acts done' "$(grep -o '"act":[0-9]*,.*"state":"done"' "$tmp/facts" | sed 's/"act":\([0-9]*\),.*/\1/' | tr -d '\n')" 123456
is 'json: every fact says how' \
    "$(grep '"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0

while read -r name value; do
    is "agrees with an independent look: $name" "$(fact "$name")" "$value"
done < <("$tmp/look")

is 'act 1: four ends after fork' "$(fact after_fork_open_ends)" 4
is 'act 1: two ends after close' "$(fact after_close_open_ends)" 2
is 'act 1: what the reader got' "$(fact reader_got)" 5
is 'act 2: the writer sleeps' "$(fact fast_writer | grep -c 'asleep')" 1
is 'act 2: what went in is what is in it' "$(fact written_until_then)" "$(fact fill_when_it_blocks)"
is 'act 2: a reader that waits, an empty pipe' "$(fact fill_slow_writer)" 0
is 'act 2: no shrinking below what is in it' "$(fact shrunk_below_content)" '"EBUSY"'
is 'act 3: the reader has a write end' "$(fact reader_holds | grep -c 'read end.*write end')" 1
is 'act 3: it sleeps when the last other end is closed' "$(fact reader_after_our_close | grep -c asleep)" 1
is 'act 4: SIGPIPE' "$(fact writer_killed_by)" '"SIGPIPE"'
is 'act 4: EPIPE' "$(fact with_SIGPIPE_ignored) $(fact and_errno)" '-1 "EPIPE"'
is 'act 5: whole at PIPE_BUF' "$(fact torn_at_4096_bytes)" 0
if [ "$(fact torn_at_8192_bytes)" -gt 0 ]; then
    ok 'act 5: torn above'
else # the kernel promises nothing here, and the fact then says in how many rounds none was
    is 'act 5: none torn, and it says after how many rounds' \
        "$(grep -c 'torn_at_8192.*10 rounds' "$tmp/facts")" 1
fi
is 'act 6: 12 figures, each a number or said to be too noisy' \
    "$(grep '"fact":"\(pipe\|socketpair\|memory\)_[0-9]' "$tmp/facts" | grep -c '"value":[0-9]\|too noisy')" 12

is 'act 6: the latency, a number or said to be too noisy' \
    "$(grep '"fact":"round_trip"' "$tmp/facts" | grep -c '"value":[0-9]\|too noisy')" 1

for act in 1 2 3 4 5; do
    "$LAB_DEMO" --act "$act" --json >"$tmp/one" </dev/null
    is "--act $act alone" "$(grep -o '"act":[0-9]*' "$tmp/one" | sort -u)" "\"act\":$act"
done

"$LAB_DEMO" --auto --act 1 >"$tmp/text" </dev/null
is 'as text, without a terminal' "$? $(grep -c 'after fork open ends *4 ends' "$tmp/text")" '0 1'
"$LAB_DEMO" --auto --json >/dev/full 2>/dev/null </dev/null
is 'standard output that takes nothing: exit status' $? 1
"$LAB_DEMO" --auto --act 1 >/dev/full 2>"$tmp/err" </dev/null
is 'standard output that takes no text: one line, exit status' "$? $(grep -c 'standard output' "$tmp/err")" '1 1'
"$LAB_DEMO" --auto --act 1 >&- 2>&- <&-
is 'standard fds closed' $? 0
(ulimit -n 16 && "$LAB_DEMO" --auto --json >"$tmp/one" 2>&1 </dev/null)
is 'with 16 file descriptors' "$? $(tail -n 1 "$tmp/one")" '0 {"end":true}'
(ulimit -n 4 && "$LAB_DEMO" --act 2 --json >/dev/null 2>"$tmp/err" </dev/null)
is 'with too few: one line that says why' "$? $(cat "$tmp/err")" '1 demo: pipe2: [EMFILE Too many open files]'
if taskset -c 0 true 2>/dev/null; then
    taskset -c 0 "$LAB_DEMO" --json >"$tmp/facts" </dev/null
    is 'on one CPU' "$? $(fact placement)" '0 "writer on CPU 0, reader on CPU 0"'
else
    skip_here 'on one CPU' 'taskset: no CPU 0 for us'
fi

# Killed in the middle of an act: nothing of it is left.
for act in 1 2 3 5; do
    ends_whole "$act" 1 INT TERM HUP KILL
done
