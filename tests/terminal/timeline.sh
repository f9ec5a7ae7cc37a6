# Who runs when, as the dashboard shows it: two that spin on one CPU, and who made whom.

# A CPU that we may run on.
some_cpu() {
    taskset -cp $$ | sed 's/.*: *//; s/[,-].*//'
}

write_turns() {
    cat >"$T/turns.sh" <<'SH'
taskset -c "$1" sh -c 'while :; do :; done' turns-a &
taskset -c "$1" sh -c 'while :; do :; done' turns-b &
(yes | sleep 1000) &
read -r _ <"$2"
sleep 1001
SH
    mkfifo "$T/fork" # a line: it makes one more child
}


test_two_spinners_take_turns_on_a_cpu() {
    local cpu
    cpu=$(some_cpu)
    write_turns
    open_terminal 120x36
    line "x \$PROCLAB watch -- sh $T/turns.sh $cpu $T/fork"
    expect 'R running'
    keys 4
    expect '4 Timeline'
    expect '200 ms a cell .*-2 s +now'
    expect "2 (and others )?take turns on CPU $cpu" # on a busy machine others are there, too
    expect '[0-9]+ yes  .*w──'
    expect '[0-9]+ sh  .*[▁▂▃▄▅]'
    expect 'CPUs busy .*[▁▂▃▄▅▆▇1]'
    keys z
    expect '100 ms a cell'
    keys Z Z
    expect '500 ms a cell'
    keys Z Z
    expect '2 s a cell'
    echo >"$T/fork" # only the latest events have room: this one is among them
    expect 'ago \+ sh [0-9]+ forks '
    keys Space
    expect PAUSED
    keys Left
    expect '2 s a cell .*shown'
    keys Space 3
    expect '3 Switches'
    keys z
    expect '4 shows the timeline, which z zooms'
    expect 'VOL/s INV/s'
    expect "[1-9][0-9.k]* +[▁▂▃▄▅▆▇█·]+ +$cpu .* sh +CPU $cpu"
    expect 'yes +① sleep [0-9]+'
    keys q
    expect_whole
    expect_none yes
}

test_timeline_in_ascii_and_narrow() {
    local cpu
    cpu=$(some_cpu)
    write_turns
    TEST_LOCALE=C open_terminal 80x24
    line "x \$PROCLAB watch -- sh $T/turns.sh $cpu $T/fork"
    expect 'R running'
    keys 4
    expect '4 Timeline'
    expect '[0-9]+ yes .*w--'
    expect '[0-9]+ sh .*[1-9][1-9]'
    resize_terminal 40x12
    expect 'q[ -]'
    resize_terminal 80x24
    expect '4 Timeline'
    keys q
    expect_whole
    expect_none yes
}

# 200 children that exit at once: nobody has looked while one lived. Where the kernel tells, each birth is there all the same.
test_children_that_nobody_saw() {
    open_terminal 120x36
    line "x \$PROCLAB watch -- sh -c '$PWD/${B:-build}/tests/children 200; sleep 1005'"
    expect 'sleep 1005'
    if "$PROCLAB" events -o "$T/log" -- true && grep -q 'exact, by' "$T/log"; then
        expect 'exact (perf|connector)'
        keys 4 Z Z
        expect '│ *[0-9]+ child.* .*✝' # it is cut where PIDs are long
        sees 'births not seen' && fail 'all births were told'
    fi
    keys q
    expect_whole
    expect_none sleep
}

# Where it does not tell, how many may be missing is said.
test_children_that_nobody_told_of() {
    local tests=$PWD/${B:-build}/tests
    open_terminal 120x36
    line "x $tests/deny perf connector -- \$PROCLAB watch -- sh -c '$tests/children 200; sleep 1006'"
    expect 'sleep 1006'
    expect 'sampled +≤[0-9]+ births not seen'
    keys q
    expect_whole
    expect_none sleep
}
