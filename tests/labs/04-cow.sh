# 04-cow.sh - lab 04's demo, against an independent look at the kernel; run by tests/labs/run.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
"${CC:-cc}" -std=c17 -O1 -o "$tmp/look" tests/labs/04-cow.c || exit 1

# fact NAME [FILE]: the first one, as JSON
# fact_in ACT NAME: that of one act
fact_in() { sed -n "/\"act\":$1,.*\"state\":\"run\"/,/\"act\":$1,.*\"state\":\"done\"/p" "$tmp/facts" >"$tmp/act"; fact "$2" "$tmp/act"; }
says() { grep -c "\"fact\":\"$1\".*$2" "$tmp/facts"; }

"$LAB_DEMO" --auto --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'json: exit status' $? 0
is 'json: nothing on standard error' "$(cat "$tmp/err")" ''
is 'json: every line is an object' "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is 'json: the last line' "$(tail -n 1 "$tmp/facts")" '{"end":true}'
is 'json: acts done' "$(grep -o '"act":[0-9]*,.*"state":"done"' "$tmp/facts" | sed 's/"act":\([0-9]*\),.*/\1/' | tr -d '\n')" 123456
is 'json: every fact says how' \
    "$(grep '"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0
is 'json: every act shows memory' "$(grep '"state":"run"' "$tmp/facts" | grep -vc '"shows":"memory"')" 0
for act in 1 2 3 4 5 6; do
    sed -n "/\"act\":$act,.*\"state\":\"run\"/,/\"act\":$act,.*\"state\":\"done\"/p" "$tmp/facts" >"$tmp/act"
    is "json: act $act states its region" "$(grep -c '^{"region":"[^"]*","pid":[1-9][0-9]*,"start":"0x[0-9a-f]*000","bytes":[1-9]' "$tmp/act" | sed 's/^[1-9][0-9]*$/some/')" some
done

while read -r name value; do
    is "agrees with an independent look: $name" "$(fact "$name")" "$value"
done < <("$tmp/look" | grep -v '^faults')

is 'act 1: before and after the first write' "$(fact mapped) $(fact written)" \
    '"0 private, 0 shared, 64 absent" "64 private, 0 shared, 0 absent"'
is 'act 1: after fork, both' "$(fact_in 1 after_fork_parent) $(fact_in 1 after_fork_child)" \
    '"0 private, 64 shared, 0 absent" "0 private, 64 shared, 0 absent"'
is 'act 1: reading copies nothing' "$(fact child_reads) $(fact after_reading_child)" '"P" "0 private, 64 shared, 0 absent"'
is 'act 3: who writes first pays' "$(fact frames_after_12_writes)" 76
is 'act 3: the last owner copies nothing' "$(fact frames_after_its_writes)" 76
is 'act 3: four prices, each a number or said to be too noisy' \
    "$(grep '"fact":"write_' "$tmp/facts" | grep -c '"value":[0-9]\|too noisy')" 4
is 'act 4: 11 figures, each a number or said why not' \
    "$(grep '"fact":"fork_' "$tmp/facts" | grep -c '"value":[0-9]\|too noisy\|left out\|no huge pages\|Cannot allocate')" 11
if [ "$(fact huge_before)" = 16384 ]; then
    is 'act 4: 8 bytes into 8 huge pages copy 8 small ones' "$(fact copied_by_8_writes) $(fact huge_after)" '32 0'
else
    is 'act 4: without huge pages it says so' "$(says copied_by_8_writes 'no huge pages')" 1
fi
for rate in 0 10 100 1000; do
    is "act 5: the snapshot at $rate is right" "$(fact right_at_$rate)" 256
    is "act 5: what was changed was copied, at $rate" "$(says copied_at_$rate "\"value\":\([0-9]*\),.*has changed \1\"")" 1
done
is 'act 5: more writes, more copies' \
    "$([ "$(fact copied_at_0)" = 0 ] && [ "$(fact copied_at_10)" -lt "$(fact copied_at_100)" ] && [ "$(fact copied_at_100)" -lt "$(fact copied_at_1000)" ] && echo yes)" yes
is 'act 6: no copy' "$(fact_in 6 after_writes_child)" '"0 private, 12 shared, 52 absent"'

# A fault for each page. What the kernel faults for itself meanwhile only adds to it: the least counts.
least() { # ACT FACT
    for _ in 1 2 3 4 5; do
        "$LAB_DEMO" --act "$1" --json >"$tmp/one" </dev/null
        fact "$2" "$tmp/one"
    done | sort -n | head -n 1
}
looks=$(for _ in 1 2 3 4 5; do "$tmp/look" | sed -n 's/^faults_of_12_writes //p'; done | sort -n | head -n 1)
is 'act 2: a fault a write, as by an independent look' "$(least 2 faults_of_12_writes)" "$looks"
is 'act 2: a fault a write' "$looks" 12
is 'act 3: who writes first pays a fault a page' "$(least 3 faults_of_parent)" 12
is 'act 3: the last owner faults as well' "$(least 3 faults_last_owner)" 12
is 'act 6: a fault a page' "$(least 6 faults_of_12_writes)" 12

for act in 1 2 3 5 6; do
    "$LAB_DEMO" --act "$act" --json >"$tmp/one" </dev/null
    is "--act $act alone" "$(grep -o '"act":[0-9]*' "$tmp/one" | sort -u)" "\"act\":$act"
done
"$LAB_DEMO" --auto --act 1 >"$tmp/text" </dev/null
is 'as text, without a terminal' "$? $(grep -c 'after fork child *0 private, 64 shared' "$tmp/text")" '0 1'

# Little memory: what does not fit is left out, and it says by whose word. (A sanitizer needs more.)
if [[ $LAB_DEMO != */san-* ]]; then
    (ulimit -v 60000 && "$LAB_DEMO" --act 4 --json >"$tmp/facts" 2>"$tmp/err" </dev/null)
    is 'in 60 MB of addresses: exit status, no complaint' "$? $(cat "$tmp/err")" '0 '
    is 'in 60 MB of addresses: what is left out' "$(says 'fork_1024_MiB' 'null.*left out.*RLIMIT_AS') $(says fork_16_MiB 'left out')" '1 0'
    is 'in 60 MB of addresses: how much it may fill' "$([ "$(fact memory_that_can_be_had)" -lt 60 ] && echo little)" little
fi

# Its own /proc files are hidden from a user whose program file cannot be read: it is not dumpable.
as_user=()
[ "$(id -u)" != 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups env) # setpriv itself may still read it
chmod 711 "$tmp" && cp "$LAB_DEMO" "$tmp/demo" && chmod 0111 "$tmp/demo"
"${as_user[@]}" "$tmp/demo" --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'where /proc is hidden: exit status' "$?" 0
is 'where /proc is hidden: unknown, and why' "$(says after_fork_child 'null.*Permission denied')" 3
is 'where /proc is hidden: what can be seen all the same' "$(fact faults_of_12_writes | grep -c '^1[2-9]$') $(fact right_at_100)" '1 256'

if taskset -c 0 true 2>/dev/null; then
    taskset -c 0 "$LAB_DEMO" --act 5 --json >"$tmp/facts" </dev/null
    is 'on one CPU' "$? $(fact right_at_100)" '0 256'
else
    skip_here 'on one CPU' 'taskset: no CPU 0 for us'
fi

# Killed in the middle of an act: nothing of it is left.
for act in 2 3 5; do
    ends_whole "$act" 1 INT TERM KILL
done
