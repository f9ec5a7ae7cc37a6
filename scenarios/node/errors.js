// How the end of a child is told: by an 'error', a status, or a signal.
const { exec, spawn } = require('child_process');
const enter = require('./enter');

function run(...command) {
    const child = spawn(...command);
    child.on('error', (error) => console.log(`error: ${error.code}, PID ${child.pid}`));
    child.on('exit', (status, signal) => console.log(`exit: status ${status}, signal ${signal}`));
    return child;
}

function end(child) {
    return new Promise((resolve) => child.once('exit', resolve));
}

async function main() {
    console.log('node is ready');
    await enter();
    run('no-such-command');
    await enter();
    exec('no-such-command', (error, stdout, stderr) => {
        console.log(`by a shell: status ${error.code}, "${stderr.trim()}"`);
    });
    await enter();
    await end(run('sh', ['-c', 'read _ </dev/tty; exit 3'])); // it reads the terminal, too
    await enter();
    const sleep = run('sleep', ['1000']);
    await enter();
    sleep.kill();
    await enter();
}

main();
