/** Why the command can't go on, in words for whoever ran it. */
export class CommandError extends Error {}

/** A command line that makes no sense. */
export class UsageError extends CommandError {}
