/**
 * Reports what the core is doing. There is no error level: errors are thrown, and the engine would treat a logged one
 * as the failure of the whole update.
 */
export interface Logger {
    /** Shows the current step; each line replaces the previous one. */
    status(message: string): void;
    /** Adds a line to the output. */
    info(message: string): void;
    /** Warns of something that the user should act on, although the operation continues. */
    warn(message: string): void;
    /** Adds details for `--logtostderr` and `--debug`. */
    debug(message: string): void;
}

export function warnAll(log: Logger, warnings: readonly string[]): void {
    warnings.forEach((warning) => {
        log.warn(warning);
    });
}

/** Returns a logger that adds a phrase to each status line. */
export function withStatus(log: Logger, more: string): Logger {
    return {
        status: (message) => {
            log.status(`${message}; ${more}`);
        },
        info: (message) => {
            log.info(message);
        },
        warn: (message) => {
            log.warn(message);
        },
        debug: (message) => {
            log.debug(message);
        },
    };
}

/** Returns a logger that reports everything to each of these, once. */
export function toAll(logs: readonly Logger[]): Logger {
    const distinct = [...new Set(logs)];
    const report =
        (level: keyof Logger) =>
        (message: string): void => {
            distinct.forEach((log) => {
                log[level](message);
            });
        };
    return {
        status: report("status"),
        info: report("info"),
        warn: report("warn"),
        debug: report("debug"),
    };
}
