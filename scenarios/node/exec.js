// exec(): a shell runs the command, and what it has printed comes in one piece at the end.
const { exec } = require('child_process');
const enter = require('./enter');

function run(command) {
    return new Promise((resolve) => {
        const shell = exec(command, (error, stdout) => {
            console.log(`${stdout}'${command}' printed all that`);
            resolve();
        });
        shell.stdin.end();
        shell.stdout.once('data', (piece) => console.log(`node keeps ${piece.length} bytes`));
    });
}

async function main() {
    console.log('node is ready');
    await enter();
    const over = run('echo first; read _ </dev/tty; ls -l');
    console.log('exec() has returned');
    await over; // it reads the terminal, too
    await enter();
    await run('ls -l');
    await enter();
}

main();
