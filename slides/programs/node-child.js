import { spawn } from "node:child_process";

const sort = spawn("sort");   // nothing said of stdio: "pipe"
sort.stdout.pipe(process.stdout);
