/**
 * What the engine sends in a preview for a value that is not known yet, whatever the value's type will be.
 * Source: the SDK's `runtime.unknownValue`; part of the engine's protocol.
 */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is not known yet: it is then neither right nor wrong. */
export function isUnknown(value: unknown): boolean {
    return value === unknownValue;
}
