// A process that keeps a processor busy for as long as its parent lives, and no longer than a limit. Arguments: the
// parent's process id, and the limit in milliseconds.
const [parent, limit] = process.argv.slice(2).map(Number);
const LOOK_EVERY_MS = 100;

const end = Date.now() + Number(limit);
// When the parent has ended, for whatever reason, this process has another one.
while (process.ppid === parent && Date.now() < end) {
    const next = Date.now() + LOOK_EVERY_MS;
    while (Date.now() < next);
}
