/*
 * figures.mjs - draws figures from a demo's facts with gnuplot. A figure names the machine that its
 * numbers are of; where a figure was too noisy, the range that the demo gives in its place is drawn.
 */
import { execFileSync } from "node:child_process";

/* [value or NaN, low, high] of a measured fact. */
function range(fact) {
    const numbers = /: ([\d.,]+) to ([\d.,]+)$/.exec(fact.note);
    if (!numbers)
        throw new Error(`${fact.fact}: no range in "${fact.note}"`);
    const [low, high] = numbers.slice(1).map(text => Number(text.replaceAll(",", "")));
    return [fact.value ?? NaN, low, high];
}

function speed(factOf) {
    const ways = ["pipe", "socketpair", "memory"], blocks = [64, 1024, 4096, 65536];
    const data = ways.map((way, w) => `$${way} << E\n` + blocks.map(block =>
        [block * 1.12 ** (w - 1), ...range(factOf(`${way}_${block}`))].join(" ")).join("\n") + "\nE\n").join("");
    return data + `
set title "${factOf("machine").value}; ${factOf("placement").value}"
set logscale xy
set xrange [40:110000]
set xtics ("64 B" 64, "1 KiB" 1024, "4 KiB" 4096, "64 KiB" 65536)
set xlabel "bytes in each write"
set ylabel "MB/s: half of 15 rounds lay so"
set key top left
plot ` + ways.map((way, w) => `$${way} using 1:3:3:4:4 with candlesticks lw 3 lc ${w + 1} title "${way === "memory" ? "shared memory" : way}", ` +
        `$${way} using 1:2 with points pt 7 ps 1.2 lc ${w + 1} notitle`).join(", ") + "\n";
}

const figures = { speed };

/* An SVG; factOf(name): the fact as the demo wrote it. */
export function plot(name, factOf) {
    const script = `set terminal svg size 1000,500 font "DejaVu Sans,18"
set linetype 1 lc rgb "#0072b2"
set linetype 2 lc rgb "#d55e00"
set linetype 3 lc rgb "#007a5a"
set boxwidth 0.1 relative
set grid
` + figures[name](factOf);
    return execFileSync(process.env.GNUPLOT ?? "gnuplot", [], { input: script, encoding: "utf8", timeout: 20000 });
}
