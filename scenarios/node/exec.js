// exec() hands its command to a shell, and its output back in one piece when all is over.
const { exec } = require('child_process');
const { createInterface } = require('readline');

console.log('node is ready');
createInterface({ input: process.stdin }).once('line', () => {
    exec('ls -l', (error, stdout, stderr) => {
        console.log(`${stdout.length} bytes at once, status ${error ? error.code : 0}`);
    });
});
