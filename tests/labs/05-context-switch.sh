# 05-context-switch.sh - lab 05's demo, by what must be so whatever the machine; run by tests/labs/run.
set -u
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
is_sanitized=$(grep -ca __asan_init "$LAB_DEMO")

# holds NAME EXPRESSION: an awk expression that is true
holds() { if awk "BEGIN { exit !($2) }"; then ok "$1"; else fail "$1" "not so: $2"; fi; }
# A figure, or the word that it is too noisy.
is_figure() { grep -c "\"fact\":\"$1\",\"value\":\([0-9][0-9.e+]*,\|null,.*too noisy\)" "$tmp/facts"; }

"$LAB_DEMO" --auto --json >"$tmp/facts" 2>"$tmp/err" </dev/null
is 'json: exit status' $? 0
is 'json: nothing on standard error' "$(cat "$tmp/err")" ''
is 'json: every line is an object' "$(grep -cv '^{.*}$' "$tmp/facts")" 0
is 'json: the last line' "$(tail -n 1 "$tmp/facts")" '{"end":true}'
is 'json: acts done' "$(grep -o '"act":[0-9]*,.*"state":"done"' "$tmp/facts" | sed 's/"act":\([0-9]*\),.*/\1/' | tr -d '\n')" 123456
is 'json: every fact says how' \
    "$(grep '"fact"' "$tmp/facts" | grep -vc '"obtained":"\(exact\|sampled\|estimate\|bound\|unknown\)","note":"..*"')" 0
is 'json: every time has its unit' \
    "$(grep '"fact":".*_\(round_trip\|one_way\|alone\|switch\|slice\|KiB\)",' "$tmp/facts" | grep -v switches_per | grep -vc '"unit":"\(ns\|us\|ms\)"')" 0

holds 'act 1: a voluntary switch for each sleep' "$(fact switches_of_these) >= 95 && $(fact switches_of_these) <= 110"
holds 'act 1: the sleeper gives up the CPU' "$(fact sleeper_voluntary) > 10 * $(fact sleeper_involuntary)"
for s in a b; do
    holds "act 1: spinner $s loses the CPU" "$(fact spinner_${s}_involuntary) > $(fact spinner_${s}_voluntary)"
done
holds 'act 2: a round trip is two switches' "$(fact switches_per_round_trip) >= 1.99"
for f in process_round_trip process_one_way process_pipe_alone process_switch thread_round_trip thread_switch; do
    holds "acts 2 and 3: $f, or too noisy for one" "$(is_figure $f) >= 1"
done
if [ "$(fact process_round_trip)" != null ]; then
    holds 'act 2: one way is half of a round trip' \
        "($(fact process_one_way) * 2 - $(fact process_round_trip)) ^ 2 < 1"
fi
is 'act 2: the histogram has all 5,000' \
    "$(grep -o '"fact":"single_round_trips","value":"[^"]*"' "$tmp/facts" | grep -o ': [0-9]*' | awk '{ n += $2 } END { print n }')" 5000
is 'act 5: a figure for processes and one for threads' \
    "$(grep -c '"fact":"process_[0-9]*_KiB"' "$tmp/facts")" "$(grep -c '"fact":"thread_[0-9]*_KiB"' "$tmp/facts")"
if [ "$(fact cache_level_2)" != '' ]; then
    largest=$(grep -o '"fact":"process_[0-9]*_KiB"' "$tmp/facts" | grep -o '[0-9]*' | sort -n | tail -n 1)
    last=$(grep -o '"fact":"cache_level_[0-9]","value":[0-9]*' "$tmp/facts" | sed 's/.*://' | sort -n | tail -n 1)
    holds 'act 5: beyond the last cache' "$largest * 1024 > $last"
fi
holds 'act 6: both spinners lose the CPU' "$(fact a_lost_the_cpu) > 1 && $(fact b_lost_the_cpu) > 1"
holds 'act 6: two on one CPU have no more than that CPU' "$(fact both_ran) <= 2 * 1500"
holds 'act 6: a slice is time by switches' \
    "($(fact a_mean_slice) * $(fact a_lost_the_cpu) - $(fact a_ran)) ^ 2 < 0.01"

# The counts of another look: the sleeper's, while the act holds still.
"$LAB_DEMO" --auto --act 1 --pace 30 >/dev/null </dev/null &
demo=$!
child_named() { grep -lx "$1" $(sed 's/\([0-9]\+\) */\/proc\/\1\/comm /g' "/proc/$demo/task/$demo/children") 2>/dev/null; }
is_there() { [ -n "$(child_named "$1")" ]; }
until_true 10 is_there spinner-b || fail 'act 1: three children' 'they were not seen'
for who in sleeper spinner-a spinner-b; do
    pid=$(child_named $who | grep -o '[0-9]\+')
    is "act 1: $who is bound to one CPU" "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$pid/status" | grep -c '[-,]')" 0
done
kill "$demo"
wait "$demo" 2>/dev/null

if [ "$(nproc)" -gt 1 ]; then
    last=$(taskset -cp $$ | grep -o '[0-9]*$')
    for act in 1 2 4 6; do
        taskset -c "$last" "$LAB_DEMO" --act $act --json >"$tmp/facts" </dev/null
        is "act $act on CPU $last alone" "$? $(grep '"fact":"placement"' "$tmp/facts" | grep -o 'CPU [0-9]*' | sort -u | tr -d '\n')" \
            "0 $([ $act = 4 ] || echo "CPU $last")"
        [ $act = 4 ] && is 'act 4: one CPU, and so no figure' "$(fact two_cpus_round_trip)" null
    done
else
    skip_here 'on one CPU alone' 'there is no other one'
fi
if ((is_sanitized == 0)); then # a sanitizer reserves terabytes
    (ulimit -v 400000 && "$LAB_DEMO" --act 5 --json >"$tmp/facts" 2>"$tmp/err" </dev/null)
    is 'act 5 with 400 MB of address space' "$? $(cat "$tmp/err") $(tail -n 1 "$tmp/facts")" '0  {"end":true}'
    (ulimit -v 60000 && "$LAB_DEMO" --act 5 --json >"$tmp/facts" 2>"$tmp/err" </dev/null)
    is 'act 5 with 60 MB' "$? $(tail -n 1 "$tmp/facts")" '0 {"end":true}'
    holds 'act 5 with 60 MB: it says what cannot be had' "$(grep -c '"value":null.*address space is limited' "$tmp/facts") >= 2"
fi
(ulimit -n 6 && "$LAB_DEMO" --act 2 --json >/dev/null 2>"$tmp/err" </dev/null)
is 'with too few file descriptors: one line that says why' "$? $(cat "$tmp/err")" '1 demo: pipe: [EMFILE Too many open files]'

# Killed in the middle of an act: nothing of it is left.
for act in 1 2 4 6; do
    if [ "$act" = 4 ] && [ "$(nproc)" = 1 ]; then continue; fi # it has nothing to show there, and ends
    ends_whole "$act" 1 INT TERM KILL
done
