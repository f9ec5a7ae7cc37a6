# One process closely, read while it is shown.

test_detail_of_the_selected_process() {
    open_terminal 120x60
    line "x \$PROCLAB watch -- sh -c 'trap : USR2; ulimit -n 77; cd /proc; sleep 100 & wait; wait'"
    expect 'sleep'
    keys 5 g
    expect '5 Detail'
    expect 'caught .*USR2'
    expect 'user +uid [0-9]+; gid [0-9]+'
    expect 'limits +open files 77'
    expect '↓ [0-9]+ more'
    sees 'folder' && fail 'it has no room for that'
    text JJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJ
    expect 'folder +/proc +│'
    expect 'environ +[0-9]+ variables'
    expect 'libraries +[0-9]+ '
    keys q
    expect_whole
    expect_none sleep
}
