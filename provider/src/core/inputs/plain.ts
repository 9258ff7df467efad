import { isObject } from "../../runtime/json";

/**
 * Returns values from the wire without nulls, which stand for inputs that are not set, and without the engine's own
 * keys, which begin with two underscores.
 */
export function plain(values: unknown): Record<string, unknown> {
    return isObject(values)
        ? Object.fromEntries(
              Object.entries(values)
                  .filter(([key, value]) => value !== null && value !== undefined && !key.startsWith("__"))
                  .map(([key, value]) => [key, isObject(value) ? plain(value) : value]),
          )
        : {};
}
