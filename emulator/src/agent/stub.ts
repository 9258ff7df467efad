/**
 * The program that stands in for `acs-plugin-manager`. It hands its arguments to the emulator over a loopback
 * connection, prints what comes back and ends with the exit code it is told. As a real process it can be quoted
 * wrongly, killed and outlived like the real one; all decisions are the emulator's.
 */
import net from "node:net";

const port = Number(process.env.ACS_EMULATOR_PORT);
const ticket = process.env.ACS_EMULATOR_TICKET ?? "";

let pending = "";
let exitCode: number | undefined;

const socket = net.connect(port, "127.0.0.1", () => {
    socket.write(`${JSON.stringify({ ticket, arguments: process.argv.slice(2) })}\n`);
});
socket.setEncoding("utf8");

// Whoever read our output may be gone (the shell was killed): the plugin goes on regardless.
process.stdout.on("error", () => undefined);

socket.on("data", (chunk: string) => {
    pending += chunk;
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
        const message = JSON.parse(line) as { output?: string; exitCode?: number };
        if (message.output !== undefined) {
            process.stdout.write(message.output);
        }
        exitCode = message.exitCode ?? exitCode;
    }
});
socket.on("error", (error) => {
    process.stdout.write(`the emulator is not reachable: ${error.message}\n`);
});
socket.on("close", () => {
    process.exitCode = exitCode ?? 255;
});
