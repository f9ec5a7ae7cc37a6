# 01-fork.sh - lab 01's demo, against what must hold of it; run by tests/labs/run.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT


"$LAB_DEMO" --auto --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'json: exit status' $? 0
is 'json: nothing on standard error' "$(cat "$tmp/err")" ''
is 'json: every line is an object' "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is 'json: the last line' "$(tail -n 1 "$tmp/facts")" '{"end":true}'
is 'json: acts done' "$(grep -o '"act":[0-9]*,.*"state":"done"' "$tmp/facts" | sed 's/"act":\([0-9]*\),.*/\1/' | tr -d '\n')" 123456
is 'json: every fact says how' \
    "$(grep '"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0

is 'act 1: fork() returned the PID of the child' "$(fact fork_returned_in_parent)" "$(fact child_pid)"
is 'act 1: and 0 in the child' "$(fact fork_returned_in_child)" 0
is 'act 1: whose parent is the parent' "$(fact child_ppid)" "$(fact parent_pid)"
is 'act 1: one address' "$(fact address_in_child)" "$(fact address_in_parent)"
is 'act 1: two values' "$(fact number_in_parent) $(fact number_in_child)" '1 2'
is 'act 1: the region is the address' \
    "\"$(sed -n 's/.*"region":"number".*"start":"\([^"]*\)".*/\1/p' "$tmp/facts")\"" "$(fact address_in_parent)"
is 'act 2: eight, by generation' \
    "$(fact processes): $(fact children) $(fact grandchildren) $(fact great_grandchildren)" '8: 3 3 1'
is 'act 2: three of them the demo'"'"'s own' "$(fact with_the_demo_as_parent)" 3

# What this shell, another program than the demo, gets to see of the same ends.
(exit 3); is 'act 3: exit(3)' "$(fact exit_3 | grep -c "WEXITSTATUS $?\"")" 1
(exit 300) 2>/dev/null; is 'act 3: exit(300)' "$(fact exit_300 | grep -c "WEXITSTATUS $?\"")" 1
is 'act 3: SIGTERM' "$(fact raise_SIGTERM)" '"0x000f: killed, WTERMSIG 15, SIGTERM"'
is 'act 3: SIGSEGV, without a core' "$(fact write_to_NULL)" '"0x000b: killed, WTERMSIG 11, SIGSEGV"'
is 'act 3: stopped' "$(fact after_SIGSTOP) $(fact sleeper)" '"0x137f: stopped, WSTOPSIG 19, SIGSTOP" "stopped"'
is 'act 3: continued' "$(fact after_SIGCONT)" '"0xffff: continued"'
is 'act 3: killed' "$(fact after_SIGKILL)" '"0x0009: killed, WTERMSIG 9, SIGKILL"'
is 'act 4: a zombie, before kill -9 and after' "$(fact child_that_ended) $(fact after_kill_9)" '"zombie" "zombie"'
is 'act 4: without memory' "$(fact its_memory)" 0
is 'act 4: waited for' "$(fact wait_status) $(fact after_waitpid)" '"0x0700: exited, WEXITSTATUS 7" "gone"'
is 'act 4: of a parent that does not wait' "$(fact forgotten_child) $(fact its_parent | sed 's/ [0-9]*//')" '"zombie" "careless"'
is 'act 5: its parent, before and after' \
    "$(fact parent_before | sed 's/ [0-9]*//') $(fact parent_after | grep -c '"parent ')" '"parent" 0'
is 'act 5: adopted by the demo' "$(fact parent_after_again)" "\"demo $(fact parent_pid)\""
is 'act 6: one offset for both' "$(fact offset_before_fork) $(fact offset_after_the_write) $(fact offset_of_a_second_open)" '0 5 0'
is 'act 6: a buffer, written by exit(), _exit(), flushed before' \
    "$(fact left_by_exit) $(fact left_by_underscore_exit) $(fact flushed_before_fork)" '10 5 5'

# The nearest subreaper adopts: here it is another program than PID 1.
cat >"$tmp/adopt.c" <<'C'
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)argc;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "adopter");
    if (fork() == 0)
        execv(argv[1], argv + 1);
    dprintf(2, "adopter %d\n", (int)getpid());
    while (wait(NULL) > 0)
        ;
    return 0;
}
C
"${CC:-cc}" -D_GNU_SOURCE -o "$tmp/adopt" "$tmp/adopt.c" || exit 1
"$tmp/adopt" "$LAB_DEMO" --act 5 --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'act 5: a subreaper above adopts' "$(fact parent_after)" "\"$(cat "$tmp/err")\""
"$tmp/adopt" "$LAB_DEMO" --act 4 --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'act 4: and waits for the zombie that it got' "$(fact after_its_parents_end)" '"gone"'

for act in 1 2 3 4 5 6; do
    "$LAB_DEMO" --act "$act" --json >"$tmp/one" </dev/null
    is "--act $act alone" "$(grep -o '"act":[0-9]*' "$tmp/one" | sort -u)" "\"act\":$act"
done

"$LAB_DEMO" --auto --act 6 >"$tmp/text" </dev/null
is 'as text, without a terminal: nothing of it twice' "$? $(grep -c 'left by exit *10 bytes' "$tmp/text")" '0 1'
"$LAB_DEMO" --auto --json >/dev/full 2>/dev/null </dev/null
is 'standard output that takes nothing: exit status' $? 1
"$LAB_DEMO" --auto --act 1 >&- 2>&- <&-
is 'standard fds closed' $? 0
(ulimit -n 16 && "$LAB_DEMO" --auto --json >"$tmp/one" 2>&1 </dev/null)
is 'with 16 file descriptors' "$? $(tail -n 1 "$tmp/one")" '0 {"end":true}'
if taskset -c 0 true 2>/dev/null; then
    taskset -c 0 "$LAB_DEMO" --json >"$tmp/facts" </dev/null
    is 'on one CPU' "$? $(fact processes) $(fact number_in_parent)" '0 8 1'
else
    skip_here 'on one CPU' 'taskset: no CPU 0 for us'
fi

# Killed in the middle of an act: nothing of it is left, the orphan included.
for act in 1:1 2:7 3:4 4:1 5:2; do
    ends_whole "${act%:*}" "${act#*:}" INT TERM HUP KILL
done

# The orphan, when it is nobody's child below the demo any more.
for sig in INT TERM HUP KILL; do
    env --default-signal=INT "$tmp/adopt" "$LAB_DEMO" --auto --pace 2 --act 5 >/dev/null 2>&1 </dev/null &
    adopter=$!
    children=
    has_two() { children=$(cat "/proc/$adopter/task/$adopter/children" 2>/dev/null) && [ "$(wc -w <<<"$children")" = 2 ]; }
    until_true 20 has_two || fail "the orphan, SIG$sig" 'it was not adopted'
    read -r demo orphan <<<"$children"
    is "the orphan, SIG$sig: it is there" "$(cat "/proc/$orphan/comm" 2>/dev/null)" orphan
    kill -s "$sig" "$demo"
    until_true 5 is_gone "$orphan"
    is "the orphan, SIG$sig: it ends with the demo" "$(is_gone "$orphan" && echo gone)" gone
    kill -KILL "$orphan" 2>/dev/null
    wait "$adopter" # until it has no child left
done
