/**
 * The program that freezes file systems for the plugin, as the real plugin has one: started by it, in the same process
 * group, but on its own. It takes orders from the emulator, thaws by itself when its time is over, whether or not
 * anybody is left to be told, and leaves everything frozen when it is killed.
 */
import { type Connection, connectToEmulator } from "../processes/connection";
import { fsfreeze } from "./fsfreeze";
import { whyNotFreezable } from "./loop-mount";
import type { FreezerOrder, FreezerReport } from "./messages";

const frozen: string[] = [];
let timer: NodeJS.Timeout | undefined;
/** The steps run one after the other: the timeout may come in the middle of a freeze. */
let work = Promise.resolve();

const emulator: Connection = connectToEmulator((message) => {
    const order = message as FreezerOrder;
    if ("freeze" in order) {
        timer = setTimeout(() => {
            then(() => thaw("timeout"));
        }, order.timeoutMs);
        then(() => freeze(order.freeze));
    } else {
        then(() => thaw("order"));
    }
});

function then(step: () => Promise<void>): void {
    work = work.then(step);
}

function tell(report: FreezerReport): void {
    emulator.send(report);
}

async function freeze(mountPoints: readonly string[]): Promise<void> {
    for (const mountPoint of mountPoints) {
        // Checked again, as the mount may have changed since the emulator started.
        const problem = refusal(mountPoint) ?? (await fsfreeze("-f", mountPoint));
        if (problem !== undefined) {
            const clean = await thawAll();
            tell({ report: "failed", problem, clean });
            finish();
            return;
        }
        frozen.push(mountPoint);
    }
    tell({ report: "frozen" });
}

function refusal(mountPoint: string): string | undefined {
    try {
        const reason = whyNotFreezable(mountPoint);
        return reason === undefined ? undefined : `${mountPoint} ${reason}`;
    } catch (thrown) {
        return (thrown as Error).message;
    }
}

async function thaw(by: "order" | "timeout"): Promise<void> {
    if (frozen.length > 0) {
        tell({ report: "thawed", by, clean: await thawAll() });
    }
    finish();
}

async function thawAll(): Promise<boolean> {
    let clean = true;
    for (const mountPoint of frozen.splice(0).reverse()) {
        clean = (await fsfreeze("-u", mountPoint)) === undefined && clean;
    }
    return clean;
}

function finish(): void {
    clearTimeout(timer);
    emulator.end();
}
