/**
 * The shim of `acs-plugin-manager`. It hands its arguments to the emulator over a loopback connection, prints what comes
 * back, starts what it is told to and ends with the exit code it is told. As a real process it can be quoted wrongly,
 * killed and outlived like the real one; all decisions are the emulator's.
 */
import { spawn } from "node:child_process";

import type { ManagerShimOrder } from "./channel";
import { connectToEmulator } from "./connection";

let exitCode: number | undefined;

// The reader of our output may be gone (the shell was killed): the plugin goes on regardless.
process.stdout.on("error", () => undefined);

const emulator = connectToEmulator((message) => {
    const order = message as ManagerShimOrder;
    if ("output" in order) {
        process.stdout.write(order.output);
    } else if ("start" in order) {
        const options = { env: { ...process.env, ...order.environment }, stdio: "ignore" } as const;
        // It may outlive this process, which does not wait for it.
        spawn(process.execPath, [order.start], options).unref();
    } else {
        exitCode = order.exitCode;
    }
});
emulator.gone.addEventListener("abort", () => {
    if (exitCode === undefined) {
        process.stdout.write("the emulator is not reachable\n");
    }
    process.exitCode = exitCode ?? 255;
});
