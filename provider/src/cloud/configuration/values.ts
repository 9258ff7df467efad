import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";

/** Reads one key of the stack's configuration, such as "alicloud:region"; a structured value is JSON. */
export type ConfigReader = (key: string) => string | undefined;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns a trimmed setting. An empty one is not set: pipelines pass unset variables as empty strings. */
export function filled(value: string | undefined): string | undefined {
    return value === undefined || value.trim() === "" ? undefined : value.trim();
}

/** Returns the first of these variables that is set. */
export function firstOf(environment: Environment, names: readonly string[]): string | undefined {
    return names.map((name) => filled(environment[name])).find((value) => value !== undefined);
}

/** @param detail names the setting and the remedy, never the value, which may be a secret. */
export function invalidSetting(detail: string): AppSnapshotError {
    return new AppSnapshotError(ownErrors.InvalidSetting, { detail });
}
