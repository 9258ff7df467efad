// Why a row misses its goal, by the row's id. The report prints it below the table, for rows that do miss it.

/** @type {Readonly<Record<string, string>>} */
export const REASONS = {
    "single-time":
        "Two moments are noticed by looks: the end of the command, and the availability of its group. Each look may come " +
        "a few tenths of a second late; more of them would cost more calls.",
    "fleet-memory":
        "A dynamic provider that makes no call at all, and returns the outputs of such a fleet from a file, peaks 84 MB " +
        "above an idle one: Pulumi's runtime holds the 1.2 MB of outputs several times while it turns them into a message " +
        "for the engine. The package's own work, with the cloud's SDK, adds about 16 MB to that.",
};
