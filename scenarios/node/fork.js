// fork(): another node, and a channel for messages both ways.
const { fork } = require('child_process');
const enter = require('./enter');

async function parent() {
    console.log('node is ready');
    await enter();
    const child = fork(__filename);
    child.on('message', (message) => console.log('parent got', message));
    child.on('exit', (status) => console.log(`the child exited ${status}`));
    await enter();
    child.send({ question: 42 });
    await enter();
    child.kill('SIGSTOP');
    child.send({ question: 43 });
    await enter();
    child.kill('SIGCONT');
    await enter();
    child.disconnect();
    await enter();
}

function child() {
    process.title = 'child'; // the kernel's name of it, too
    process.on('message', (message) => {
        console.log('child got', message);
        process.send({ answer: message.question });
    });
    console.log('the child listens');
}

if (process.send)
    child();
else
    parent();
