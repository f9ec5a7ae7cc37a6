# However it ends, the terminal is whole and nothing is left running.

watch_something() {
    open_terminal 100x30
    # One that is in the tree, one that is not any more, one that has left its session.
    line "x \$PROCLAB watch -- sh -c 'sleep 1005 & (sleep 1006 &) ; setsid nohup sleep 1007 >/dev/null 2>&1 & yes | sleep 1008'"
    expect 'sleep 1008'
    eventually test -n "$(named yes)" || fail 'yes does not run'
}

expect_nothing_left() {
    expect_none sleep
    expect_none yes
    expect_none proclab
}

test_ends_by_q() {
    watch_something
    keys q
    expect_status 0
    expect_whole
    expect_nothing_left
}

test_ends_by_ctrl_c() {
    watch_something
    keys C-c
    expect_whole
    expect_nothing_left
}

test_ends_by_sigterm() {
    watch_something
    kill -TERM "$(pid)"
    expect_status 143
    expect_whole
    expect_nothing_left
}

# A shell whose child died of SIGINT gives up the line that it was at, the keeping of $? included.
test_ends_by_sigint() {
    watch_something
    local proclab
    proclab=$(pid)
    kill -INT "$proclab"
    eventually has_ended "$proclab" || fail 'it did not end'
    expect 'READY'
    line 'true'
    expect_whole
    expect_nothing_left
}

test_ends_by_sighup() {
    watch_something
    kill -HUP "$(pid)"
    expect_status 129
    expect_whole
    expect_nothing_left
}

test_ends_by_sigkill() {
    watch_something
    kill -KILL "$(pid)"
    expect_status 137
    expect_whole
    expect_nothing_left
}

test_ends_by_a_crash_of_its_own() {
    watch_something
    kill -SEGV "$(pid)"
    expect_status 139
    expect_whole
    expect_nothing_left
}

test_ends_when_the_terminal_goes_away() {
    watch_something
    local proclab
    proclab=$(pid)
    tm kill-server
    eventually has_ended "$proclab" || fail 'proclab goes on without a terminal'
    eventually none_left || fail "left: $(ours)"
}

test_stops_by_ctrl_z_and_comes_back() {
    watch_something
    keys C-z
    eventually flags_are_back || fail "stopped, and the terminal is not whole: $(flags)"
    expect 'Stopped'
    expect_whole
    [ -n "$(named yes)" ] || fail 'the watched program was ended'
    line fg
    expect 'sleep 1008'
    expect 'FULL'
    keys q
    expect_whole
    expect_nothing_left
}

test_stops_by_sigtstp_and_comes_back_after_a_resize() {
    watch_something
    kill -TSTP "$(pid)"
    expect 'Stopped'
    resize_terminal 80x24
    line fg
    expect '─ sleep'
    [ "$(screen | grep -c .)" = 24 ] || fail 'not the whole screen is used'
    keys q
    expect_whole
    expect_nothing_left
}

test_resize_down_and_up() {
    watch_something
    resize_terminal 40x12
    expect '^└.*┘$|^\+-.*\+$'
    sees FULL || sees yes || sees sleep || fail 'nothing is shown at 40x12'
    resize_terminal 12x4
    resize_terminal 1x1
    resize_terminal 160x50
    expect 'sleep 1008'
    expect '┘$'
    resize_terminal 80x24
    expect '^┌ Processes.{0,30}┐┌ 1 Pipes.{0,30}┐$'
    keys q
    expect_whole
    expect_nothing_left
}

# A terminal may keep what it showed in columns that went and came back: nothing of it may be left in a picture.
test_resize_leaves_nothing_of_the_old_picture() {
    open_terminal 80x24
    line "x \$PROCLAB watch -- sh -c 'yes | sleep 1008'"
    expect FULL
    text ' '
    expect PAUSED
    resize_terminal 40x12
    expect '^└.{38}┘$'
    resize_terminal 120x36
    expect '^┌ Paused ─+┐$'
    expect '^┌ Processes[^│┌┐]*┐┌ 1 Pipes[^│┌┐]*┐$'
    sees '^└─+┘└─+┘$' || fail 'the old picture shows through'
    sees_not '^│.*└──' || fail 'the old picture shows through'
    keys q
    expect_whole
    expect_nothing_left
}

# The program's terminal has the size of its pane, and is told when that changes.
test_resize_reaches_the_program() {
    open_terminal 80x24
    line "x \$PROCLAB watch -- bash --norc --noprofile -c 'trap \"stty size\" WINCH; while :; do read -t 1 x; done'"
    expect 'tty|poll|read|bash'
    resize_terminal 120x40
    expect '[0-9]+ 118'
    keys q
    expect_whole
}
