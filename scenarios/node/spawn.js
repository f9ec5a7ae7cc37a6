// spawn(): no shell, and what the program prints comes in pieces while it still runs.
const { spawn } = require('child_process');
const { createInterface } = require('readline');
const enter = require('./enter');

function run(...options) {
    const ls = spawn('ls', options, { stdio: ['ignore', 'pipe', 'pipe'] });
    let pieces = 0;
    ls.stdout.on('data', () => pieces++);
    createInterface({ input: ls.stderr }).on('line', (line) => console.log(`on stderr: ${line}`));
    ls.on('close', (status) => console.log(`pieces: ${pieces}, status: ${status}`));
    return ls;
}

async function main() {
    console.log('node is ready');
    await enter();
    run('-lh', '/usr');
    await enter();
    const ls = run('-lhR', '/usr', '/no/such/folder');
    ls.stdout.once('data', () => ls.stdout.pause());
    await enter();
    ls.stdout.resume();
    await enter();
}

main();
