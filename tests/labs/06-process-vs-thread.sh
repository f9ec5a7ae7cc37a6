# 06-process-vs-thread.sh - lab 06's demo, from outside; run by tests/labs/run.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
is_sanitized=$(grep -ca __asan_init "$LAB_DEMO")


"$LAB_DEMO" --auto --json --pace 0 >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'json: exit status' $? 0
is 'json: nothing on standard error' "$(cat "$tmp/err")" ''
is 'json: every line is an object' "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is 'json: the last line' "$(tail -n 1 "$tmp/facts")" '{"end":true}'
is 'json: acts done' "$(grep -o '"act":[0-9]*,.*"state":"done"' "$tmp/facts" | sed 's/"act":\([0-9]*\),.*/\1/' | tr -d '\n')" 123456
is 'json: every fact says how' \
    "$(grep '"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0
is 'json: a region is one of a process that was there' "$(grep -c '"region":"a child.s stack","pid":[1-9]' "$tmp/facts")" 1

is 'act 1: the demo sees what the thread wrote, not what the child did' \
    "$(fact thread_sees) $(fact after_the_thread) $(fact child_sees) $(fact after_the_child)" '1 1 2 1'
is 'act 1: at one address' "$(fact thread_address)" "$(fact child_address)"
demo=$(fact demo_getpid)
is 'act 2: the demo is its own first task' "$(fact demo_gettid)" "$demo"
is 'act 2: a thread has the PID of the demo' "$(fact thread_getpid) $(fact tgid_of_the_thread)" "$demo $demo"
[ "$(fact thread_gettid)" != "$demo" ] && ok 'act 2: and a TID of its own' || fail 'act 2: and a TID of its own' "$demo"
is 'act 2: a child has a PID that is its TID' "$(fact child_getpid)" "$(fact child_gettid)"
is 'act 2: and the demo as its parent' "$(fact parent_of_the_child)" "$demo"
is 'act 2: tasks' "$(fact tasks_of_the_demo) $(fact tasks_of_the_child)" '2 1'
if [ "$(fact thread_shares)" = null ]; then
    skip_here 'act 2: what is shared' 'kcmp(2) is refused here'
else
    is 'act 2: what is shared' "$(fact thread_shares) / $(fact child_shares)" \
        '"memory, descriptors, working folder, handlers" / "nothing"'
fi
is 'act 3: 12 figures, each a number or said to be too noisy' \
    "$(grep '"fact":"\(pthread_create\|fork\|vfork\|posix_spawn\)_[0-9]*_MiB"' "$tmp/facts" | grep -c '"value":[0-9]\|too noisy')" 12
# 64 KiB were written by each, in pages of its own: no less can have been needed
for unit in thread process; do
    pss=$(fact pss_per_$unit)
    if [ "${pss%.*}" -ge 64 ]; then ok "act 3: one more $unit needs 64 KiB and more"; else
        fail "act 3: one more $unit needs 64 KiB and more" "$pss"
    fi
done
is 'act 4: a crash takes all threads' "$(fact tasks_of_the_server) $(fact the_server)" '4 "killed by SIGSEGV"'
is 'act 4: but one process only' "$(fact the_crasher) $(fact other_workers_alive)" '"killed by SIGSEGV" 2'
is 'act 5: on one CPU' "$(fact one_CPU_ran_on)" "\"$(fact pinned_to_CPU)\""
is 'act 6: in slow motion 41 and two are 42' "$(fact a_read) $(fact b_read) $(fact after_both_added_1)" '41 41 42'
is 'act 6: three cures lose nothing' "$(fact lost_with_atomic) $(fact lost_with_mutex) $(fact lost_with_own_sums)" '0 0 0'
if [ "$(fact lost)" -gt 0 ]; then ok 'act 6: lost without'; else
    is 'act 6: none lost, and it says after how many tries' "$(grep -c '"fact":"lost",.*10 tries' "$tmp/facts")" 1
fi

for act in 1 2 4 6; do
    "$LAB_DEMO" --act "$act" --json --pace 0 >"$tmp/one" </dev/null
    is "--act $act alone" "$(grep -o '"act":[0-9]*' "$tmp/one" | sort -u)" "\"act\":$act"
done
"$LAB_DEMO" --auto --act 1 --pace 0 >&- 2>&- <&-
is 'standard fds closed' $? 0
(ulimit -n 16 && "$LAB_DEMO" --auto --json --pace 0 >"$tmp/one" 2>&1 </dev/null)
is 'with 16 file descriptors' "$? $(tail -n 1 "$tmp/one")" '0 {"end":true}'
if ((is_sanitized == 0)); then # a sanitizer reserves terabytes
    (ulimit -v 200000 && "$LAB_DEMO" --act 3 --json --pace 0 >"$tmp/facts" 2>"$tmp/err" </dev/null)
    is 'with little memory: said, not measured' "$? $(fact fork_256_MiB) $(cat "$tmp/err")" '0 null '
fi
if taskset -c 0 true 2>/dev/null; then
    taskset -c 0 "$LAB_DEMO" --json --act 5 --pace 0 >"$tmp/facts" </dev/null
    is 'on one CPU: no figure for all' "$? $(fact CPUs) $(fact all_CPUs) $(fact all_CPUs_2_threads)" '0 1 null '
else
    skip_here 'on one CPU' 'taskset: no CPU 0 for us'
fi

# Killed in the middle of an act: nothing of it is left.
for act in 2 4; do
    ends_whole "$act" 1 INT TERM KILL
done
