# Copy-on-write, as the dashboard shows it: 64 pages, a fork, a child that writes to 12 of them.

write_cow() {
    cat >"$T/cow.py" <<'PY'
import mmap, os, signal
pages = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
pages.madvise(mmap.MADV_NOHUGEPAGE)
for i in range(64):
    pages[i * mmap.PAGESIZE] = 1
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
child = os.fork()
if child == 0:
    signal.sigwait([signal.SIGUSR1])
    for i in range(12):
        pages[i * mmap.PAGESIZE] = 2
    signal.pause()
input()
os.kill(child, signal.SIGUSR1)
input()
os.kill(child, signal.SIGKILL)
PY
}

test_memory_of_a_fork() {
    [ -x /usr/bin/python3 ] || { echo "/usr/bin/python3 is not there" && exit 77; }
    write_cow
    open_terminal 120x36
    line "x \$PROCLAB watch -- /usr/bin/python3 $T/cow.py"
    expect 'python3'
    keys 2 g
    expect '2 Memory'
    expect ' 0 private 64 shared'
    expect 'child'
    expect 'still shared'
    expect 'a cell: [0-9]+ pages'
    keys Enter
    expect '12 private 52 shared'
    expect '12 pages are this process.s own, 52 are shared'
    keys 1
    expect '1 Pipes'
    keys q
    expect_whole
    expect_none python3
}
