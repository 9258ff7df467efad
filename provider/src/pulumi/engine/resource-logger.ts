import type { Logger } from "../../runtime/logger";
import type { EngineConnection, EngineMessage } from "./engine-connection";

/**
 * Creates a logger whose messages appear in the resource's own row of `pulumi up`.
 *
 * A message that does not reach the engine is dropped: logging must never make a snapshot fail. Nothing is sent as an
 * error, because the engine would treat it as the failure of the whole update.
 */
export function resourceLogger(engine: EngineConnection | undefined, urn: string | undefined): Logger {
    let lastStatus = "";
    const send = (severity: EngineMessage["severity"], message: string, ephemeral: boolean): void => {
        engine?.send({ severity, message, urn, ephemeral }).catch(() => {
            // The watchdog handles an engine that has exited.
        });
    };
    return {
        status: (message) => {
            if (message !== lastStatus) {
                lastStatus = message;
                send("info", message, true);
            }
        },
        info: (message) => {
            send("info", message, false);
        },
        warn: (message) => {
            send("warning", message, false);
        },
        debug: (message) => {
            send("debug", message, false);
        },
    };
}
