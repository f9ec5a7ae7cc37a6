# A scenario in the dashboard.

test_play_goes_on_and_back_as_it_was() {
    open_terminal 100x36
    line 'x $PROCLAB play full-pipe'
    expect 'Step 1 of 2: seen'
    expect 'FULL'
    keys Enter
    expect 'Step 2 of 2: seen'
    expect 'statuses 141 0'
    expect_not 'FULL'
    keys PPage
    expect 'Step 1 of 2, as it was'
    expect 'PAUSED'
    expect 'FULL'
    keys PPage
    expect 'this is the first step'
    keys NPage
    expect 'Step 2 of 2: seen'
    expect_not 'PAUSED'
    keys PPage
    expect 'Step 1 of 2, as it was'
    keys End
    expect 'Step 2 of 2: seen'
    keys Enter
    expect 'this is the last step'
    keys q
    expect_status 0
    expect_whole
}

# Pressed before the first look, Enter is told that the step has just begun.
enter_in_vain() {
    sees 'not yet: expected the line' || { keys Enter && false; }
}

test_play_waits_for_what_is_to_be_seen() {
    open_terminal 100x36
    printf 'title: t\nrun: [sh, -c, "read _; echo there; read _"]\nsteps:\n  - say: One.\n    until: {line: never}\n    within: 600s\n  - say: Two.\n' >"$T/s.yaml"
    line 'x $PROCLAB play $T/s.yaml'
    expect 'Step 1 of 2'
    eventually enter_in_vain || fail 'it does not say what is awaited'
    expect 'Step 1 of 2'
    keys q
    expect_status 0
    expect_whole
}

test_play_shows_the_pages_of_whom_a_step_is_about() {
    open_terminal 80x24
    line 'x $PROCLAB play cow'
    expect 'Step 1 of 4: seen'
    keys Enter
    expect 'Step 2 of 4: seen'
    expect 'All pages are still shared'
    keys q
    expect_status 0
    expect_whole
}

test_play_auto_goes_through_and_ends() {
    open_terminal 80x24
    line 'x $PROCLAB play --auto yes-head'
    expect 'Step 2 of 2'
    expect_status 0
    expect_whole
}

test_play_auto_fails_where_a_step_does() {
    open_terminal 80x24
    printf 'title: t\nrun: [sh, -c, "read _"]\nsteps:\n  - say: One.\n    until: {line: never}\n    within: 100ms\n' >"$T/s.yaml"
    line 'x $PROCLAB play --auto $T/s.yaml'
    expect_status 1
    expect_whole
    expect "expected the line 'never'"
}

is_recorded() { # STEP
    grep -qs "\"Step $1\"" "$T/a"
}

# What is recorded is what was live, whatever was looked at meanwhile.
test_play_is_recorded() {
    open_terminal 100x36
    line 'x $PROCLAB play --record $T/a full-pipe'
    eventually is_recorded '1 of 2: seen' || fail 'the end of step 1 is not in it'
    keys Enter
    eventually is_recorded '2 of 2: seen' || fail 'the end of step 2 is not in it'
    keys PPage
    expect 'Step 1 of 2, as it was'
    keys q
    expect_status 0
    expect_whole
    is_recorded '1 of 2' || fail 'step 1 is not in it'
    is_recorded '2 of 2' || fail 'step 2 is not in it'
    ! grep -q 'as it was' "$T/a" || fail 'what was looked at again is in it'
    grep -q '"size":\[' "$T/a" || fail 'the size of its terminal is not in it'
    line 'x $PROCLAB play --record $T/a full-pipe'
    expect_status 1
    expect 'EEXIST.*--force'
}

test_play_ended_by_a_signal_leaves_a_whole_recording() {
    open_terminal 100x36
    line 'x $PROCLAB play --record $T/a full-pipe'
    eventually is_recorded '1 of 2: seen' || fail 'step 1 is not in it'
    kill -TERM "$(pid)"
    expect_status 143
    expect_whole
    tail -n 1 "$T/a" | grep -q '^{"end":null' || fail 'it has no end'
}
