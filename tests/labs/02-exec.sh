# 02-exec.sh - lab 02's demo, against an independent look at the kernel; run by tests/labs/run.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

heap='[heap]'
is_sanitized=$(grep -ca __asan_init "$LAB_DEMO")
((is_sanitized == 0)) || heap='(no file)' # its malloc has no heap


"$LAB_DEMO" --auto --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'json: exit status' $? 0
is 'json: nothing on standard error' "$(cat "$tmp/err")" ''
is 'json: every line is an object' "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is 'json: the last line' "$(tail -n 1 "$tmp/facts")" '{"end":true}'
is 'json: acts done' "$(grep -o '"act":[0-9]*,.*"state":"done"' "$tmp/facts" | sed 's/"act":\([0-9]*\),.*/\1/' | tr -d '\n')" 12345
is 'json: every fact says how' \
    "$(grep '"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0

is 'act 1: the program before' "$(fact before_exe)" "\"$LAB_DEMO\""
is 'act 1: the program after' "$(fact after_exe)" "\"$(realpath "$(type -P sleep)")\""
is 'act 1: its arguments' "$(fact after_cmdline)" '"sleep 1000"'
is 'act 1: the same process' "$(fact after_started_at_tick)" "$(fact before_started_at_tick)"
is 'act 1: the buffer was the heap, and is nothing' "$(fact before_at_its_buffer) $(fact after_at_its_buffer)" "\"$heap\" \"(nothing)\""
is 'act 1: a region of 16 pages' "$(grep -c "\"region\".*\"bytes\":$((16 * $(getconf PAGESIZE)))" "$tmp/facts")" 1

# What sh and sleep, started by this shell, have of the same things.
sh -c "cd / && umask 027 && trap '' USR1 && PROCLAB_DEMO='handed over' exec sleep 1000" 3</dev/null &
other=$!
other_runs_sleep() { [ "$(cat "/proc/$other/comm")" = sleep ]; }
until_true 10 other_runs_sleep || fail 'act 2' 'the independent sleep does not run'
status() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$other/status"; }
is 'act 2: working folder' "$(fact working_folder)" "\"kept: $(readlink "/proc/$other/cwd")\""
is 'act 2: umask' "$(fact umask)" "\"kept: $(status Umask)\""
is 'act 2: an fd' "$(fact fd)" "\"kept: $(readlink "/proc/$other/fd/3")\""
is 'act 2: an ignored signal' "$(fact SIGUSR1) $(((0x$(status SigIgn) >> ($(kill -l USR1) - 1)) & 1))" '"kept: ignored" 1'
is 'act 2: the environment' "$(fact environment)" "\"$(tr '\0' '\n' <"/proc/$other/environ" | grep ^PROCLAB_DEMO)\""
kill "$other"
wait "$other" 2>/dev/null
is 'act 2: a blocked signal' "$(fact SIGWINCH)" '"kept: blocked"'
is 'act 2: a handler' "$(fact SIGUSR2)" '"was a handler, is default"'
is 'act 2: a close-on-exec fd' "$(fact close_on_exec_fd)" '"was /dev/null, is closed"'
is 'act 2: the buffer' "$(fact at_the_buffer)" "\"was $heap, is (nothing)\""

is 'act 3: processes' "$(fact direct_processes) $(fact shell_processes)" '1 2'
is 'act 3: a shell may exec its last command, or not' "$(fact shell_last_command | grep -c '^[12]$')" 1
is 'act 3: the name is a command to a shell alone' "$(fact direct_exit_code) $(fact shell_exit_code)" '1 42'
is 'act 3: two figures, each a number or said to be too noisy' \
    "$(grep '"fact":"\(fork_exec_direct\|system_by_a_shell\)"' "$tmp/facts" | grep -c '"value":[0-9]\|too noisy')" 2

is 'act 4: errno' "$(fact not_there) $(fact no_permission) $(fact no_format)" '"ENOENT" "EACCES" "ENOEXEC"'
is 'act 4: execvp runs a shell on it' "$(fact execvp_of_it)" 7
is 'act 4: eight came to the end of the loop' "$(fact at_the_loops_end) $(fact its_tree)" '8 8'

is 'act 5: 16 figures, each a number or said why not' \
    "$(grep '"fact":"\(fork_exec\|vfork_exec\|posix_spawn\|system\)_[0-9]*_MiB"' "$tmp/facts" |
        grep -c '"value":[0-9]\|too noisy')" $((16 - 4 * $(grep -c '"fact":"prices_.*left out' "$tmp/facts")))
is 'act 5: more is resident' "$(($(fact resident_32_MiB) - $(fact resident_0_MiB) >= 32 * 1024))" 1
if ((is_sanitized == 0)); then # a sanitizer reserves terabytes
    (ulimit -v 524288 && "$LAB_DEMO" --act 5 --json >"$tmp/one" </dev/null)
    is 'act 5, with 512 MiB of addresses: what is left out, and why' \
        "$? $(grep -c '"prices_\(128\|512\)_MiB".*left out.*RLIMIT_AS' "$tmp/one")" '0 2'
fi

for act in 1 2 3 4 5; do
    "$LAB_DEMO" --act "$act" --json >"$tmp/one" </dev/null
    is "--act $act alone" "$(grep -o '"act":[0-9]*' "$tmp/one" | sort -u)" "\"act\":$act"
done

"$LAB_DEMO" --auto --act 4 >"$tmp/text" </dev/null
is 'as text, without a terminal' "$? $(grep -c 'at the loops end *8 processes' "$tmp/text")" '0 1'
"$LAB_DEMO" --auto --json >/dev/full 2>/dev/null </dev/null
is 'standard output that takes nothing: exit status' $? 1
"$LAB_DEMO" --auto --act 1 >&- 2>&- <&-
is 'standard fds closed' $? 0
(ulimit -n 16 && "$LAB_DEMO" --auto --json >"$tmp/one" 2>&1 </dev/null)
is 'with 16 file descriptors' "$? $(tail -n 1 "$tmp/one")" '0 {"end":true}'
if taskset -c 0 true 2>/dev/null; then
    taskset -c 0 "$LAB_DEMO" --act 5 --json >"$tmp/facts" </dev/null
    is 'on one CPU' "$? $(fact placement)" '0 "demo and program on CPU 0"'
else
    skip_here 'on one CPU' 'taskset: no CPU 0 for us'
fi

# Killed in the middle of an act: nothing of it is left.
for act in 1:1 2:1 3:1 4:8; do
    ends_whole "${act%:*}" "${act#*:}" INT TERM HUP KILL
done
