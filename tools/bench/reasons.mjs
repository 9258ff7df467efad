// Why a row misses its goal, by the row's id. The report prints it below the table, for rows that do miss it.

/** @type {Readonly<Record<string, string>>} */
export const REASONS = {};
