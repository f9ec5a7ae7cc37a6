/*
 * figures.mjs - draws figures from a demo's facts with gnuplot. A figure names the machine that its
 * numbers are of, the unit, and how many rounds they were; where the rounds disagreed too much for
 * one figure, the range that the demo gives in its place is drawn, and called noisy.
 */
import { execFileSync } from "node:child_process";

/* Of a measured fact {median (null: too noisy), low, high, rounds, unit}; or null: it is not known at all. */
function range(fact) {
    const found = /(?:median|half) of (\d+): (-?[\d.,]+) to (-?[\d.,]+)(?:;|$)/.exec(fact.note);
    if (!found) {
        if (fact.value !== null)
            throw new Error(`${fact.fact}: no range in "${fact.note}"`);
        return null;
    }
    const [rounds, low, high] = found.slice(1).map(text => Number(text.replaceAll(",", "")));
    return { median: fact.value, low, high, rounds, unit: fact.unit };
}

const quote = text => `"${text.replaceAll('"', "'").replaceAll("\n", "\\n")}"`;
const size = kib => kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
const short = number => Number(number.toPrecision(3)).toLocaleString("en");

/* gnuplot groups digits only where the locale does. */
const ticks = values => `(${values.map(y => `${quote(y.toLocaleString("en"))} ${y}`).join(", ")})`;
const decades = (low, high) => Array.from({ length: Math.ceil(Math.log10(high / low)) + 1 }, (_, i) => low * 10 ** i);
function steps(high) {
    const rough = high / 5, ten = 10 ** Math.floor(Math.log10(rough));
    const step = ten * [1, 2, 5, 10].find(n => n * ten >= rough);
    return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/* What has to be said above each figure. seen: its ranges. */
function title(lab, placement, seen, mark) {
    const rounds = [...new Set(seen.map(r => r.rounds))].sort((a, b) => a - b);
    const box = `box: where half of ${rounds.length > 1 ? rounds[0] + " to " : ""}${rounds.at(-1)} rounds lay; ${mark}: the median`;
    const noisy = seen.some(r => r.median === null) ? "; hollow: too noisy for one" : "";
    return `set title ${quote(`${lab("machine").value}${placement ? "; " + placement : ""}\n${box}${noisy}`)}\n`;
}

/*
 * Ways side by side for each of some sizes. ways: [words, size => fact]; xs: [words, size].
 * marks: [position among the xs, words] of dashed lines.
 */
function curves(lab, { ways, xs, xlabel, ylabel, placement, key = "left top", marks = [] }) {
    const series = ways.map(([, factOf]) => xs.map(([, x]) => { const fact = factOf(x); return fact && range(fact); }));
    const seen = series.flat().filter(Boolean);
    if (seen.length === 0)
        throw new Error(`${ylabel}: nothing is known`);
    /* A difference of two times can fall below zero, which a logarithmic axis has not. */
    const floor = 10 ** Math.floor(Math.log10(Math.min(...seen.flatMap(r => [r.low, r.high]).filter(y => y > 0))));
    const width = 0.7 / ways.length;
    let script = "", plots = [];
    for (const [w, ranges] of series.entries()) {
        const rows = ranges.map((r, i) => r && [i + (w - (ways.length - 1) / 2) * width,
            r.median > 0 ? r.median : "NaN", Math.max(r.low, floor), Math.max(r.high, floor), r.median === null]);
        for (const noisy of [false, true])
            script += `$${noisy ? "noisy" : "sure"}${w} << E\n`
                + rows.map(row => (row && row[4] === noisy ? row.slice(0, 4) : [w, "NaN", "NaN", "NaN"]).join(" ")).join("\n") + "\nE\n";
        plots.push(`$sure${w} using 1:3:3:4:4 with candlesticks lc ${w + 1} lw 2 fs solid 0.3 border notitle`,
            `$noisy${w} using 1:3:3:4:4 with candlesticks lc ${w + 1} lw 2 fs empty border notitle`,
            `$sure${w} using 1:2 with linespoints pt 7 ps 0.9 lw 2 lc ${w + 1} title ${quote(ways[w][0])}`);
    }
    return script + title(lab, placement, seen, "point") + `
set logscale y
set ytics ${ticks(decades(floor, Math.max(...seen.map(r => r.high))))}
set xrange [-0.6:${xs.length - 0.4}]
set yrange [${floor * 0.999}:*]
set xtics (${xs.map(([words], i) => `${quote(words)} ${i}`).join(", ")}) nomirror
set xlabel ${quote(xlabel)}${xs.some(([words]) => words.includes("\n")) ? " offset 0,-1\nset bmargin 5.5" : ""}
set ylabel ${quote(ylabel)}
set key ${key}
set boxwidth ${width * 0.9} absolute
` + marks.map(([x, words]) => `set arrow from ${x}, graph 0 to ${x}, graph 1 nohead dt 2 lc rgb "#777777"
set label ${quote(words)} at ${x}, graph 0.04 rotate by 90 offset 0.7,0 font ",15" textcolor rgb "#555555"\n`).join("") + "plot " + plots.join(", ") + "\n";
}

/* A bar each, with its figure above it. bars: [words, fact, colour]. */
function bars(lab, { bars: wanted, ylabel, placement }) {
    const rows = wanted.map(([words, fact, colour]) => ({ words, colour, ...range(fact) })).filter(r => r.rounds);
    const most = Math.max(...rows.map(r => Math.max(r.high, r.median ?? 0)));
    return title(lab, placement, rows, "bar") + `
set xrange [-0.6:${rows.length - 0.4}]
set yrange [0:${most * 1.25}]
set ytics ${ticks(steps(most))}
set bmargin 3.5
set xtics (${rows.map((r, i) => `${quote(r.words)} ${i}`).join(", ")}) nomirror
set ylabel ${quote(ylabel)}
set boxwidth 0.6 absolute
unset key
` + rows.map((r, i) => `set label ${quote(r.median === null ? `noisy:\n${short(r.low)} to ${short(r.high)}` : short(r.median))} at ${i}, `
        + `${Math.max(r.high, r.median ?? 0)} center offset 0,${r.median === null ? 1.7 : 0.7}\n`).join("")
        + rows.map((r, i) => `$bar${i} << E\n${i} ${r.median ?? "NaN"} ${Math.max(r.low, 0)} ${r.high}\nE\n`).join("") + "plot "
        + rows.map((r, i) => r.median === null
            ? `$bar${i} using 1:3:3:4:4 with candlesticks lc ${r.colour} lw 2 fs empty border`
            : `$bar${i} using 1:2 with boxes lc ${r.colour} fs solid 0.45 border, `
                + `$bar${i} using 1:3:3:4:4:(0.2) with candlesticks lc ${r.colour} lw 2 fs empty border`).join(", ") + "\n";
}

/* What each lab's demo measures. */
const figures = {
    "02-exec": {
        start: lab => curves(lab, {
            ways: [["fork + exec", x => lab(`fork_exec_${x}_MiB`)], ["system: a shell, too", x => lab(`system_${x}_MiB`)],
                ["vfork + exec", x => lab(`vfork_exec_${x}_MiB`)]],
            xs: [0, 32, 128, 512].map(x => [`${short(lab(`resident_${x}_MiB`).value / 1024)} MiB`, x]),
            xlabel: "resident in the process that starts /bin/true", ylabel: "µs of CPU time", placement: lab("placement").value }),
    },
    "03-pipe": {
        speed: lab => curves(lab, {
            ways: ["pipe", "socketpair", "memory"].map(way => [way === "memory" ? "shared memory" : way, x => lab(`${way}_${x}`)]),
            xs: [["64 B", 64], ["1 KiB", 1024], ["4 KiB", 4096], ["64 KiB", 65536]],
            xlabel: "bytes in each write", ylabel: "MB/s", placement: lab("placement").value }),
    },
    "04-cow": {
        fork: lab => curves(lab, {
            ways: [["pages of 4 KiB", x => lab(`fork_${x}_MiB`)], ["huge pages of 2 MiB", x => lab(`fork_${x}_MiB_huge`, null)]],
            xs: [1, 4, 16, 64, 256, 1024].filter(x => lab(`fork_${x}_MiB`, null)).map(x => [`${x} MiB`, x]),
            xlabel: "resident in the process that forks", ylabel: "µs of its CPU time in fork", placement: "both on one CPU" }),
        faults: lab => bars(lab, {
            bars: [["absent:\na page of zeros", lab("write_to_absent"), 1], ["shared:\ncopied", lab("write_to_shared"), 2],
                ["shared once,\nlast owner", lab("write_by_last_owner"), 3], ["its own:\nno fault", lab("write_to_own"), 4]],
            ylabel: "µs of CPU time for the first byte" }),
    },
    "05-context-switch": {
        switch: lab => bars(lab, {
            bars: [["pipe alone,\nno switch", lab("3:process_pipe_alone"), 4], ["processes:\none way", lab("3:process_one_way"), 1],
                ["threads:\none way", lab("3:thread_one_way"), 2], ["processes:\nthe switch", lab("3:process_switch"), 1],
                ["threads:\nthe switch", lab("3:thread_switch"), 2]],
            ylabel: "ns", placement: lab("3:placement").value }),
        sets: lab => {
            const sizes = lab.names(/^process_(\d+)_KiB$/);
            const place = bytes => { /* among the sizes, by its logarithm */
                const i = sizes.findIndex(kib => kib * 1024 >= bytes);
                return i < 1 ? NaN : i - 1 + Math.log(bytes / 1024 / (sizes[i - 1] || 1)) / Math.log(sizes[i] / (sizes[i - 1] || 1));
            };
            return curves(lab, {
                ways: [["between processes", x => lab(`process_${x}_KiB`)], ["between threads", x => lab(`thread_${x}_KiB`)]],
                xs: sizes.map(kib => [kib ? size(kib).replace(" ", "\n") : "none", kib]),
                xlabel: "what each side reads of its own before it answers", ylabel: "ns a switch", placement: lab("5:placement").value,
                marks: [1, 2, 3].map(level => [level, lab(`cache_level_${level}`, null)]).filter(([, fact]) => fact)
                    .map(([level, fact]) => [place(fact.value), `L${level} ${size(fact.value / 1024)}`]).filter(([x]) => !Number.isNaN(x)) });
        },
    },
    "06-process-vs-thread": {
        making: lab => curves(lab, {
            ways: ["fork", "posix_spawn", "vfork", "pthread_create"].map(way => [way, x => lab(`${way}_${x}_MiB`)]),
            xs: [1, 64, 256].map(x => [`${x} MiB`, x]), key: "left top horizontal",
            xlabel: "resident in the process that makes it", ylabel: "µs of CPU time: make one, wait for its end",
            placement: `on CPU ${lab("3:pinned_to_CPU").value}` }),
        speed_up: lab => {
            const of = (where, n) => lab(`${where}_${n}_threads`, null);
            const counts = [1, 2, 4, 8].filter(n => of("one_CPU", n));
            return bars(lab, {
                bars: [...counts.map(n => [`${n} on\none CPU`, of("one_CPU", n), 1]),
                    ...counts.filter(n => of("all_CPUs", n)).map(n => [`${n} on\nall CPUs`, of("all_CPUs", n), 3])],
                ylabel: "ms; work cut among threads" });
        },
    },
};

/*
 * An SVG. facts: Map of a demo's facts by name and by "ACT:name".
 */
export function plot(labName, name, facts) {
    const lab = (wanted, otherwise) => {
        const fact = facts.get(wanted) ?? otherwise;
        if (fact === undefined)
            throw new Error(`the demo of ${labName} says nothing of ${wanted}`);
        return fact;
    };
    lab.names = pattern => [...facts.keys()].map(key => pattern.exec(key)).filter(Boolean).map(found => Number(found[1])).sort((a, b) => a - b);
    const draw = figures[labName]?.[name];
    if (!draw)
        throw new Error(`there is no figure ${name} of ${labName}`);
    /* noenhanced: or x86_64 would have an index. */
    const script = `set terminal svg noenhanced size 1000,520 font "DejaVu Sans,19"
set linetype 1 lc rgb "#0072b2"
set linetype 2 lc rgb "#d55e00"
set linetype 3 lc rgb "#007a5a"
set linetype 4 lc rgb "#6b4c9a"
set title font ",16"
set grid y
` + draw(lab);
    return execFileSync(process.env.GNUPLOT ?? "gnuplot", [], { input: script, encoding: "utf8", timeout: 20000 });
}
