// cluster: one process listens and accepts, and hands each connection on to a worker.
const { spawn } = require('child_process');
const cluster = require('cluster');
const { once } = require('events');
const net = require('net');
const os = require('os');
const path = require('path');
const enter = require('./enter');

const address = path.join(os.tmpdir(), 'socket');

async function primary() {
    cluster.on('listening', (worker) => console.log(`worker ${worker.id} has called listen()`));
    cluster.on('exit', (worker, status, signal) => {
        console.log(`worker ${worker.id} was ended by ${signal}`);
        cluster.fork();
    });
    console.log('node is ready');
    await enter();
    await once(cluster.fork(), 'listening');
    await once(cluster.fork(), 'listening');
    for (let i = 0; i < 2; i++) {
        await enter();
        spawn(process.execPath, [__filename, 'client'], { stdio: 'inherit' });
    }
    await enter();
    cluster.workers[1].process.kill('SIGKILL');
    await enter();
}

function worker() {
    process.title = 'worker'; // the kernel's name of it, too
    const server = net.createServer((connection) => {
        connection.write(`worker ${cluster.worker.id} serves you`);
    });
    server.listen(address);
}

function client() {
    process.title = 'client';
    const connection = net.connect(address);
    connection.on('data', (text) => console.log(`client ${process.pid} reads: ${text}`));
    connection.on('close', () => console.log(`client ${process.pid} reads end of file`));
}

if (process.argv[2] === 'client')
    client();
else if (cluster.isPrimary)
    primary();
else
    worker();
