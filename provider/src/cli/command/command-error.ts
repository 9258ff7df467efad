/** An error that ends the command, with a message for its user. */
export class CommandError extends Error {}

/** An error in the command line. */
export class UsageError extends CommandError {}
