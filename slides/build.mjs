/*
 * build.mjs - makes the decks. Usage: node slides/build.mjs OUT [DECK...]
 *
 * A deck is Marp's Markdown with these, each alone on a line:
 *
 *   <!-- include: FILE#NAME -->        a function of a source file, or what stands in it between
 *                                      "slide: NAME" and "slide end" in comments; without NAME all of it
 *   <!-- facts: LAB NAME... -->        what the lab's demo says of these, as a table; ACT:NAME where
 *                                      more than one act says it (else the last one's)
 *   <!-- figure: LAB NAME -->          figures.mjs draws it from the demo's facts (gnuplot)
 *   <!-- dashboard: LAB ACT TEXT -->   the dashboard when the act's narration begins with TEXT
 *   <!-- program: TEXT | COMMAND -->   the dashboard on a program of slides/programs, when it shows TEXT (a pattern)
 *   <!-- run: COMMAND -->              a line for the shell, and what it says
 *   <!-- recording: LAB ACT -->        a page that plays the act, inside the slide
 *
 * Nothing is pasted: when a lab changes, its slides do. What cannot be had ends the build. It needs
 * B (the build folder); GNUPLOT and CHROME_PATH say where these are.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { plot } from "./figures.mjs";

const here = path.dirname(fileURLToPath(import.meta.url)); /* Node 18 has no import.meta.dirname */
const top = path.dirname(here);
const buildFolder = path.resolve(process.env.B ?? path.join(top, "build"));
const proclab = path.join(buildFolder, "proclab");
const out = path.resolve(process.argv[2]);
const work = path.join(out, "made");
const MAX_LINES = 20, MAX_COLUMNS = 80;
process.env.LC_ALL = "C.UTF-8"; /* elsewhere the pictures would be drawn in ASCII */

const run = (program, args, options = {}) =>
    execFileSync(program, args, { cwd: top, encoding: "utf8", timeout: 120000,
        maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"], ...options });
const demoOf = lab => path.join(buildFolder, "labs", lab, "demo");
const escape = text => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/* ---- code -------------------------------------------------------------- */

function functionOf(lines, name) {
    const head = lines.findIndex(line => !/^\s|;\s*$/.test(line) && new RegExp(`\\b${name}\\(`).test(line));
    if (head === -1)
        return null;
    const end = lines.findIndex((line, i) => i > head && line === "}");
    return lines.slice(head, end + 1);
}

function regionOf(lines, name) {
    const begin = lines.findIndex(line => line.trim() === `/* slide: ${name} */`);
    if (begin === -1)
        return null;
    const end = lines.findIndex((line, i) => i > begin && line.trim() === "/* slide end */");
    return lines.slice(begin + 1, end);
}

function include(what) {
    const [file, name] = what.split("#");
    const lines = fs.readFileSync(path.join(top, file), "utf8").trimEnd().split("\n");
    const region = (name ? regionOf(lines, name) ?? functionOf(lines, name) : lines)?.filter(line => !/^\s*\/\* slide/.test(line));
    if (!region)
        throw new Error(`${file} has no function or region ${name}`);
    const indent = Math.min(...region.filter(Boolean).map(line => line.search(/\S/)));
    for (const [i, line] of region.entries())
        region[i] = line.slice(indent);
    if (region.length > MAX_LINES || region.some(line => line.length > MAX_COLUMNS))
        throw new Error(`${what}: ${region.length} lines; a slide has ${MAX_LINES} of ${MAX_COLUMNS} columns`);
    return "```" + path.extname(file).slice(1) + "\n" + region.join("\n") + "\n```\n\n<small>" + what.replace("#", ", ") + "</small>";
}

/* A command of the shell's, and what it says. */
function terminal(command) {
    const lines = [`$ ${command}`, ...run("sh", ["-c", command]).trimEnd().split("\n")];
    if (lines.length > MAX_LINES || lines.some(line => line.length > MAX_COLUMNS))
        throw new Error(`${command}: what it says does not fit on a slide`);
    return "```console\n" + lines.join("\n") + "\n```";
}

/* ---- facts and figures ------------------------------------------------- */

const known = new Map();
/* By name, of the last act that says it; and by "ACT:name". */
function factsOf(lab) {
    if (!known.has(lab)) {
        const found = new Map();
        let act = 0;
        for (const line of run(demoOf(lab), ["--json", "--auto"]).trim().split("\n").map(text => JSON.parse(text))) {
            act = line.act ?? act;
            if (line.fact)
                found.set(line.fact, line).set(`${act}:${line.fact}`, line);
        }
        known.set(lab, found);
    }
    return known.get(lab);
}

function factOf(lab, name) {
    const fact = factsOf(lab).get(name);
    if (!fact)
        throw new Error(`the demo of ${lab} says nothing of ${name}`);
    return fact;
}

/* Whole numbers whole; what was measured to three digits. */
const words = number => (Number.isInteger(number) || Math.abs(number) >= 1000 ? Math.round(number)
    : Number(number.toPrecision(3))).toLocaleString("en");

function facts(lab, names) {
    const rows = names.map(name => {
        const fact = factOf(lab, name);
        const value = fact.value === null ? (fact.note.startsWith("too noisy") ? "noisy" : "unknown")
            : typeof fact.value === "number" ? words(fact.value) : fact.value;
        return `| ${fact.fact.replaceAll("_", " ")} | **${value}**${fact.unit ? `${value === "noisy" ? "," : ""}&nbsp;${fact.unit.replace(/^us$/, "µs")}` : ""} | ${escape(fact.note)} |`;
    });
    /* A time is a machine's. */
    const machine = names.some(name => /^(median|too noisy)/.test(factOf(lab, name).note)) ? factOf(lab, "machine").value : "";
    return "| | | how it is known |\n| --- | --- | --- |\n" + rows.join("\n")
        + (machine ? `\n\n<small>${escape(machine)}</small>` : "");
}

const image = (svg, words) => `<img class="picture" alt="${escape(words)}" src="data:image/svg+xml;base64,`
    + Buffer.from(svg).toString("base64") + '">';

/* ---- the dashboard ----------------------------------------------------- */

/* Fewer rows than a terminal has: so its letters are as large as the code's. */
const PICTURE = ["export", "-f", "svg", "--theme", "light", "--size", "80x20"];

function recordingOf(lab, act) {
    const file = path.join(work, `${lab}-${act}.jsonl`);
    if (!known.has(file)) {
        /* From the build folder, so that the title is short; without an end of ours, which would be shown. */
        run(proclab, ["record", "--force", "--memory", "-o", file, "--", path.join("labs", lab, "demo"),
            "--auto", "--act", act], { cwd: buildFolder, stdio: "ignore" });
        known.set(file, true);
    }
    return file;
}

/* Seconds from the recording's beginning to the narration that begins so. */
function timeOf(file, text) {
    const looks = fs.readFileSync(file, "utf8").trim().split("\n").slice(1).map(line => JSON.parse(line))
        .map(look => [look.key ?? look.change, look.narration]);
    const found = looks.find(([, narration]) => narration?.text.startsWith(text));
    if (!found)
        throw new Error(`${file}: no narration begins with "${text}"`);
    return (found[0] - looks[0][0]) / 1e9;
}

function dashboard(lab, act, text) {
    const file = recordingOf(lab, act);
    /* Some looks later: rates and states have settled, and the act still holds. */
    return image(run(proclab, [...PICTURE, "--at", String(timeOf(file, text) + 0.5), file]), `the dashboard in act ${act} of ${lab}: ${text}`);
}

/*
 * The dashboard on a program that has come to where the dashboard's text matches. The program stays there: it is
 * ended when the picture is made. It is started in slides/programs.
 */
function program(pattern, command) {
    const file = path.join(work, `program-${known.size}.jsonl`);
    const recorder = spawn(proclab, ["record", "--force", "-o", file, "--", ...command.split(" ")],
        { cwd: path.join(here, "programs"), stdio: "ignore" });
    known.set(file, recorder);
    /* Of a recording that still grows the last line may be half there: export says so. */
    const quiet = { stdio: ["ignore", "pipe", "ignore"] };
    const isThere = () => fs.existsSync(file) && new RegExp(pattern, "u").test(
        spawnSync(proclab, ["export", "-f", "text", "--size", "80x20", file], quiet).stdout);
    try {
        /* Ten times in a row: by then rates are known, and nothing is new any more. */
        for (let tries = 0, seen = 0; tries < 300; tries++) {
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
            seen = isThere() ? seen + 1 : 0;
            if (seen === 10)
                return image(run(proclab, [...PICTURE, file], quiet), `the dashboard on ${command}`);
        }
        throw new Error(`${command}: the dashboard never showed ${pattern}`);
    } finally {
        recorder.kill("SIGTERM");
    }
}

function recording(lab, act) {
    const page = run(proclab, ["export", "-f", "html", "--theme", "light", recordingOf(lab, act)]);
    /* A blank line would end the block of HTML for Markdown: a reference stands for each newline. */
    return `<iframe title="a recording of act ${act}" sandbox="allow-scripts" srcdoc="`
        + escape(page).replace(/\n/g, "&#10;") + '"></iframe>';
}

/* ---- decks ------------------------------------------------------------- */

const makers = {
    include: rest => include(rest),
    facts: rest => { const [lab, ...names] = rest.split(/\s+/); return facts(lab, names); },
    figure: rest => {
        const [lab, name] = rest.split(" ");
        return image(plot(lab, name, factsOf(lab)), `figure: ${name} of ${lab}`);
    },
    dashboard: rest => { const [, lab, act, text] = /^(\S+) (\S+) (.*)$/.exec(rest); return dashboard(lab, act, text); },
    recording: rest => recording(...rest.split(" ")),
    program: rest => program(...rest.split(" | ")),
    run: terminal,
};

fs.mkdirSync(work, { recursive: true });
const chosen = process.argv.slice(3);
const decks = fs.readdirSync(here).filter(name => /^(\d\d-.*|myths)\.md$/.test(name))
    .map(name => name.slice(0, -3)).filter(name => chosen.length === 0 || chosen.includes(name));
if (decks.length === 0)
    throw new Error(`no such deck: ${chosen}`);
for (const deck of decks)
    fs.writeFileSync(path.join(work, `${deck}.md`), fs.readFileSync(path.join(here, `${deck}.md`), "utf8")
        .replace(/^<!-- (include|facts|figure|dashboard|recording|program|run): (.*) -->$/gm, (_, kind, rest) => makers[kind](rest)));

/* All at once, one browser for all: by now nothing is measured any more. */
function marp(kind, ...args) {
    run(process.execPath, [path.join(here, "node_modules/@marp-team/marp-cli/marp-cli.js"), "--no-stdin", "--config-file",
        path.join(here, "marp.config.mjs"), ...args, ...decks.map(deck => path.join(work, `${deck}.md`))],
        { timeout: 300000, env: { CHROME_PATH: "/usr/bin/chromium", CHROME_NO_SANDBOX: "1", ...process.env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const deck of decks)
        fs.renameSync(path.join(work, `${deck}.${kind}`), path.join(out, `${deck}.${kind}`));
}
marp("html");
marp("pdf", "--pdf", "--pdf-notes");
for (const deck of decks)
    console.log(path.join(path.relative(top, out), `${deck}.{html,pdf}`));
