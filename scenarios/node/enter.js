// await enter(): until a line is typed. In between, nobody reads the terminal.
module.exports = () => new Promise((resolve) => {
    process.stdin.once('data', () => {
        process.stdin.pause();
        resolve();
    });
    process.stdin.resume();
});
