# Programs under the dashboard: how they end, what they write.

test_program_exit_status_is_ours() {
    open_terminal 80x24
    line "x \$PROCLAB watch -- sh -c 'exit 42'"
    expect 'exited 42'
    keys q
    expect_status 42
    expect_whole
}

test_program_that_crashes() {
    open_terminal 80x24
    line "x \$PROCLAB watch -- sh -c 'kill -SEGV \$\$'"
    expect 'SIGSEGV'
    keys q
    expect_status 139
    expect_whole
}

test_program_not_found() {
    open_terminal 80x24
    line 'x $PROCLAB watch -- no-such-program'
    expect_status 127
    expect "proclab: cannot run 'no-such-program': \\[ENOENT"
    expect_whole
}

test_program_not_executable() {
    echo 'echo hello' >"$T/text"
    open_terminal 160x24
    line 'x $PROCLAB watch -- "$T/text"'
    expect_status 126
    expect 'EACCES'
    expect_whole
}

# What a program writes can draw in its pane, and nowhere else.
test_program_that_writes_escape_sequences() {
    open_terminal 80x24
    cat >"$T/garbage" <<'SH'
printf '\033[2J\033[H\033[?1049h\033[?1000h\033[31mred\033[0m\033]0;evil title\007\033[5;200r\033[999;999H'
printf '\033Pq#0;2;0;0;0\033\\ \033[?1003h\033[20h\017\016\033c after-reset \302\233\377\376\n'
head -c 100000 /dev/urandom
printf '\033c\nstill-here\n'
sleep 100
SH
    tm set-option -g allow-rename on
    line 'x $PROCLAB watch -- sh "$T/garbage"'
    expect 'still-here'
    expect '^ *proclab  sh'
    [ "$(tm display-message -p -t t '#{pane_title}')" != 'evil title' ] || fail 'a title got through'
    keys '?'
    expect 'Keys and signs'
    keys '?' q
    expect_whole
}

shows_three_threads() {
    [ "$(screen | grep -c '{python3}')" -ge 3 ]
}

test_program_with_threads() {
    open_terminal 100x30
    line "x \$PROCLAB watch --threads -- /usr/bin/python3 -c '
import threading, time
for _ in range(3): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
time.sleep(100)'"
    expect '\{python3\}'
    eventually shows_three_threads || fail 'not all threads are shown'
    keys q
    expect_whole
}

# 256 KiB a frame, and no more: the keys go on being answered.
test_program_that_floods_its_terminal() {
    open_terminal 80x24
    line 'x $PROCLAB watch -- yes flooding'
    expect flooding
    keys '?'
    expect 'Keys and signs'
    keys q
    expect_status 0
    expect_whole
}

test_watch_a_pid_that_ends() {
    open_terminal 80x24
    # setsid: it has no parent here that holds a pipe of its, and nothing of ours open.
    setsid env PROCLAB_TEST="$TEST_ID" sleep 1009 </dev/null >/dev/null 2>&1 251>&- 250>&- &
    local target=$!
    line "x \$PROCLAB watch $target"
    expect '[0-9] S sleep .*sleep'
    kill "$target"
    wait "$target" 2>/dev/null
    expect 'No process is left'
    keys q
    expect_status 0
    expect_whole
}

test_watch_the_whole_system() {
    open_terminal 120x36
    line 'x $PROCLAB watch'
    expect 'Processes · [0-9]+'
    expect 'proclab'
    keys q
    expect_status 0
    expect_whole
}
