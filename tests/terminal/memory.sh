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

# A lab that says what to look at: 300 pages in the second act, which are not its largest region.
write_lab() {
    mkdir -p "$T/labs/77-pages" "$T/build/labs/77-pages"
    echo pages >"$T/labs/77-pages/README.md"
    cat >"$T/build/labs/77-pages/demo" <<'PY'
#!/usr/bin/python3
import ctypes, json, mmap, os
out = int(os.environ["PROCLAB_FACTS_FD"])

def tell(**line):
    os.write(out, (json.dumps(line) + "\n").encode())

def act(number, shows):
    tell(act=number, of=4, title="shows " + shows, says="Look.", asks="What?", state="ask",
         awaits_enter=True, shows=shows)
    if number == 4:
        tell(end=True)
        return
    input()

large = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
pages = mmap.mmap(-1, 300 * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
pages.madvise(mmap.MADV_NOHUGEPAGE)
for i in range(200):
    pages[i * mmap.PAGESIZE] = 1
act(1, "switches")
tell(region="the buffer", pid=os.getpid(), bytes=len(pages),
     start=hex(ctypes.addressof(ctypes.c_char.from_buffer(pages))))
act(2, "memory")
act(3, "no such subject")
act(4, "pipes")
input()
PY
    chmod +x "$T/build/labs/77-pages/demo"
}

test_memory_follows_what_a_lab_says() {
    [ -x /usr/bin/python3 ] || { echo "/usr/bin/python3 is not there" && exit 77; }
    write_lab
    open_terminal 120x36
    line 'x $PROCLAB run $T/labs/77-pages'
    expect '3 Switches' # as the act says, and not as it is at first
    keys Enter
    expect '2 Memory . the buffer' # and nobody has selected a process
    expect '200 private 0 shared'
    expect 'a cell: 1 page'
    keys 1 # a person's key wins, until the next act begins
    expect '1 Pipes'
    keys 2
    expect 'the buffer'
    keys Enter
    expect 'Act 3'
    sees '2 Memory' || fail 'what is not known has changed the subject'
    keys Enter
    expect '1 Pipes'
    keys q
    expect_whole
}

test_memory_of_a_lab_in_pictures() {
    [ -x /usr/bin/python3 ] || { echo "/usr/bin/python3 is not there" && exit 77; }
    write_lab
    # The lab waits for Enter, so it is still in act 1 while it is watched by time.
    (cd "$T" && "$PROCLAB" watch --frames 2 --size 120x36 -- build/labs/77-pages/demo </dev/null >out 2>err)
    grep -q 'Act 1 of 4: shows switches' "$T/out" && grep -q '3 Switches' "$T/out" ||
        fail "shows: $(cat "$T/out" "$T/err")"
    sed -i -e 's/^    input()/    time.sleep(1.5)/' -e 's/ctypes, json/ctypes, json, time/' -e '/^input()/d' \
        "$T/build/labs/77-pages/demo"
    (cd "$T" && "$PROCLAB" run labs/77-pages --frames 4 --size 120x36 </dev/null >out 2>err)
    grep -q '2 Memory . the buffer' "$T/out" && grep -q '200 private 0 shared' "$T/out" ||
        fail "shows: $(cat "$T/out" "$T/err")"
}
