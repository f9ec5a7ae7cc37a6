# Keys do what the help says.

watch_two() { # a tree with a known shape: sh with two sleeps
    open_terminal "${1:-100x30}"
    echo 'sleep 99911 & sleep 99912 & wait' >"$T/two"
    line 'x $PROCLAB watch -- sh "$T/two"'
    expect 'sleep 99912'
}

test_keys_select_moves_and_detail_shows_it() {
    watch_two
    keys Down
    expect '▸.*sh'
    keys Down
    expect '▸.*sleep 99911'
    keys j
    expect '▸.*sleep 99912'
    keys k
    expect '▸.*sleep 99911'
    keys 5
    expect '5 Detail'
    keys 3
    expect '3 Switches'
    keys 1
    expect '1 Pipes'
    keys q
    expect_whole
    expect_status 0
}

test_keys_search() {
    watch_two
    text '/99912'
    expect '/99912'
    keys Enter
    expect '▸.*sleep 99912'
    text '/nosuch'
    keys Enter
    expect "nosuch"
    text '/abc'
    keys Escape
    expect_not '/abc'
    keys q
    expect_whole
}

# The clock of the title bar stands still, and goes on.
clock() {
    screen | head -n 1 | grep -oE '[0-9]+:[0-9]{2}\.[0-9]' | tail -n 1
}

clock_is() {
    [ "$(clock)" = "$1" ]
}

clock_is_not() {
    [ "$(clock)" != "$1" ]
}

test_keys_pause_time_and_back() {
    watch_two
    expect '00:0[1-9]'
    keys Space
    expect PAUSED
    local stopped
    stopped=$(clock)
    keys Left Left Left Left # a step is a twentieth of a second, and the clock shows tenths
    eventually clock_is_not "$stopped" || fail 'Left does not go back'
    keys Right Right Right Right
    eventually clock_is "$stopped" || fail 'Right does not come back'
    sees PAUSED || fail 'it went on by itself'
    keys Space
    expect 'LIVE'
    eventually clock_is_not "$stopped" || fail 'the clock stands'
    keys Left
    expect PAUSED
    keys End
    expect LIVE
    keys q
    expect_whole
}

# A fork bomb of short children: go to what happened, to the oldest, and back to live.
test_keys_events_home_and_end() {
    open_terminal 100x30
    cat >"$T/bomb" <<'BOMB'
i=0
while [ $i -lt 200 ]; do
    sleep 0.02 &
    i=$((i + 1))
    [ $((i % 8)) = 0 ] && wait
done
echo all born
sleep 1005
BOMB
    line 'x $PROCLAB watch -- sh "$T/bomb"'
    expect 'all born'
    expect 'sleep 1005'
    keys Home
    expect 'PAUSED.*BACK [0-9.]+ s'
    expect 'The oldest that is kept'
    keys Left
    expect 'this is the oldest that is kept'
    keys ]
    expect_not 'the oldest that is kept|The oldest that is kept'
    expect '│[»+ ] *[0-9]+ .*(├|└|✝)─ ' # a child, alive or ended already
    sees PAUSED || fail 'an event is not live'
    expect 'End or space goes back to live'
    keys 3 # all panels go back
    expect '3 Switches'
    sees 'sleep 1005' && fail 'the present in the past'
    keys End
    expect LIVE
    keys 1
    expect 'sleep 1005'
    keys '['
    expect 'PAUSED.*BACK'
    keys Space
    expect LIVE
    keys q
    expect_whole
    expect_none sleep
}

test_keys_pause_drains_the_program() {
    open_terminal 100x30
    line "x \$PROCLAB watch -- sh -c 'read x; seq 100000; echo done >$T/done; sleep 100'"
    expect 'tty .*sh'
    keys Space
    expect PAUSED
    keys Enter
    eventually test -e "$T/done" || fail 'the program is stuck in writing to its terminal'
    keys q
    expect_whole
}

test_keys_help() {
    watch_two
    keys '?'
    expect 'Keys and signs'
    keys Escape
    expect_not 'Keys and signs'
    keys '?'
    expect 'Keys and signs'
    keys '?'
    expect_not 'Keys and signs'
    keys q
    expect_whole
}

test_keys_modes() {
    watch_two
    keys t
    expect 'Processes and threads'
    keys p
    expect '━|┏|═'
    keys p
    expect '─'
    keys c
    expect 'colours: light'
    keys c
    expect 'colours: mono'
    colored_screen | grep -q $'\033\\[38' && fail 'colours in mono'
    keys c
    expect 'colours: dark'
    keys o
    expect 'Output'
    keys +
    expect '30 looks a second'
    keys - -
    expect '10 looks a second'
    keys f
    expect 'follow (on|off)'
    keys C-l
    expect 'sleep 99912'
    keys q
    expect_whole
}

test_keys_unknown_one_says_so() {
    watch_two
    keys F7
    keys X
    expect 'no such key'
    keys q
    expect_whole
}

test_keys_save_a_picture() {
    open_terminal 100x30
    line "cd \"\$T\"; x \$PROCLAB watch -- sh -c 'sleep 99911'"
    expect 'sleep 99911'
    keys s
    expect 'saved as proclab-sh-'
    local file
    file=$(ls "$T"/proclab-*.txt) || fail 'no file'
    [ "$(wc -l <"$file")" = 30 ] || fail "$(wc -l <"$file") lines"
    grep -q 'sleep 99911' "$file" || fail 'not the picture'
    grep -q '</svg>' "${file%.txt}.svg" || fail 'no SVG beside it'
    keys q
    expect_whole
}

test_keys_typed_into_bash() {
    open_terminal 100x30
    line 'x $PROCLAB watch -- bash --norc --noprofile'
    expect 'bash-[0-9.]+[$#]'
    keys i
    expect 'Ctrl-\]'
    text 'echo $((6*7))q; cat'
    keys Enter
    expect '42q'
    expect 'cat$|cat  |─ cat'
    keys C-c
    eventually runs_none cat || fail 'Ctrl-C did not reach cat'
    text 'sleep 1003'
    keys Enter
    expect 'sleep 1003'
    keys C-z
    expect 'T stopped'
    keys C-]
    expect_not 'the keyboard is the program'
    keys q
    expect_whole
    expect_none sleep
}

test_keys_enter_goes_on() {
    open_terminal 100x30
    line "x \$PROCLAB watch -- sh -c 'echo before; read x; echo after; sleep 1004'"
    expect before
    keys Enter
    expect after
    keys q
    expect_whole
}

test_keys_mouse_selects() {
    watch_two 100x30
    local row
    row=$(screen | grep -n 'sleep 99912' | head -n 1 | cut -d : -f 1)
    # What a terminal sends for a press and a release of the first button there: X10 coordinates.
    text $'\033[M '"$(printf '%b' "\\x2a\\x$(printf %x $((row + 32)))")"
    text $'\033[M#'"$(printf '%b' "\\x2a\\x$(printf %x $((row + 32)))")"
    expect '▸.*sleep 99912'
    keys q
    expect_whole
}
