// One task that only computes: in the event loop's thread, in children, in worker threads.
const { fork } = require('child_process');
const { once } = require('events');
const fs = require('fs');
const { setTimeout } = require('timers/promises');
const { Worker, isMainThread, workerData } = require('worker_threads');
const enter = require('./enter');

let ticks = 0;

function fibonacci(n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

async function fiveTicks(what) {
    for (const last = ticks + 5; ticks < last;)
        await setTimeout(50);
    console.log(`\n5 ticks while ${what}`);
}

function tasks() {
    return fs.readdirSync('/proc/self/task').length;
}

function mebibytes(pid) {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'ascii');
    return Math.round(status.match(/VmRSS:\s*(\d+) kB/)[1] / 1024);
}

async function main() {
    setInterval(() => process.stdout.write(`\rtick ${++ticks} `), 100);
    await enter();

    const before = ticks;
    console.log('\ncomputing');
    fibonacci(42);
    console.log(`${ticks - before} ticks while this thread computed`);
    await enter();

    const children = [fork(__filename, ['child']), fork(__filename, ['child'])];
    await fiveTicks('two children compute');
    await enter();
    for (const child of children) {
        console.log(`\nchild ${child.pid} has ${mebibytes(child.pid)} MiB`);
        child.kill();
    }
    await enter();

    const [tasksBefore, memoryBefore] = [tasks(), mebibytes('self')];
    const rounds = new Uint32Array(new SharedArrayBuffer(4));
    const workers = [0, 1].map(() => new Worker(__filename, { workerData: rounds }));
    await Promise.all(workers.map((worker) => once(worker, 'online')));
    await fiveTicks('two threads compute');
    await enter();
    console.log(`\n${tasks() - tasksBefore} tasks more, and ${mebibytes('self') - memoryBefore} MiB`);
    console.log(`they have counted to ${Atomics.load(rounds, 0)}, reads the main thread`);
    workers.forEach((worker) => worker.terminate());
    await enter();
}

function compute(rounds) {
    for (;;) {
        fibonacci(25);
        Atomics.add(rounds, 0, 1);
    }
}

if (!isMainThread) {
    compute(workerData);
} else if (process.argv[2] === 'child') {
    process.title = 'child'; // the kernel's name of it, too
    compute(new Uint32Array(1));
} else {
    main();
}
