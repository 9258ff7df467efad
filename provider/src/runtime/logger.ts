/**
 * Where the core says what it is doing. There is no error level: an error is thrown, and the engine would take
 * a logged one for the failure of the whole update.
 */
export interface Logger {
    /** What is going on right now; each line replaces the one before it. */
    status(message: string): void;
    /** Worth keeping in the output. */
    info(message: string): void;
    /** Something the user should act on, though the operation goes on. */
    warn(message: string): void;
    /** Details for `--logtostderr` and `--debug`. */
    debug(message: string): void;
}

export function warnAll(log: Logger, warnings: readonly string[]): void {
    warnings.forEach((warning) => {
        log.warn(warning);
    });
}

/** The same, whose row says something more besides what is going on. */
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
