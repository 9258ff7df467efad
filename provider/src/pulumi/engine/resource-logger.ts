import type { Logger } from "../../runtime/logger";
import type { EngineConnection, EngineMessage } from "./engine-connection";

/**
 * A logger whose messages appear at the resource's own row in `pulumi up`.
 *
 * A message that does not reach the engine is dropped: logging must never decide how a snapshot ends. Nothing is
 * ever sent as an error, because the engine takes one for the failure of the whole update.
 */
export function resourceLogger(engine: EngineConnection | undefined, urn: string | undefined): Logger {
    let lastStatus = "";
    const send = (severity: EngineMessage["severity"], message: string, ephemeral: boolean): void => {
        engine?.send({ severity, message, urn, ephemeral }).catch(() => {
            // The engine is gone; what that means is decided where it matters.
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
