// A folder of files is compressed: one at a time, then by as many children as there are CPUs.
const { spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const enter = require('./enter');

const cpus = os.availableParallelism();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));

// Of two letters at random, so that gzip has something to find.
function makeFiles(count) {
    const text = crypto.randomBytes(4 << 20).map((byte) => byte & 1 ? 120 : 121);
    for (let i = 0; i < count; i++)
        fs.writeFileSync(path.join(folder, `file-${i}`), text);
}

function compress(file) {
    return new Promise((resolve) => {
        spawn('gzip', ['-kf', path.join(folder, file)], { stdio: 'inherit' }).on('exit', resolve);
    });
}

// Each of so many takes the next file when it is done with one.
async function compressAll(atATime) {
    const files = fs.readdirSync(folder).filter((name) => !name.endsWith('.gz'));
    const begin = Date.now();
    const takeNext = async () => {
        for (let file; (file = files.pop());)
            await compress(file);
    };
    await Promise.all(Array.from({ length: atATime }, takeNext));
    console.log(`done with ${atATime} at a time: ${(Date.now() - begin) / 1000} s`);
}

async function main() {
    makeFiles(Math.max(12, cpus));
    console.log(`the files are made; CPUs: ${cpus}`);
    await enter();
    await compressAll(1);
    await enter();
    await compressAll(cpus);
    fs.rmSync(folder, { recursive: true });
    console.log('the folder is removed');
    await enter();
}

main();
