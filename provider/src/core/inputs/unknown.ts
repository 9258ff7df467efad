/**
 * The value that the engine sends in a preview instead of one of any type that is not known yet.
 * Source: the SDK's `runtime.unknownValue`; part of the engine's protocol.
 */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Tells whether a value is not known yet, so that it can't be checked. */
export function isUnknown(value: unknown): boolean {
    return value === unknownValue;
}
