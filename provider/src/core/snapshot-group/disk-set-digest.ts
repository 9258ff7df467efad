import { sha256 } from "../../runtime/digest";

/** Returns a digest that identifies a set of disks, because their ids are too long for a tag. */
export function diskSetDigestOf(diskIds: readonly string[]): string {
    return sha256([...diskIds].sort().join(",")).slice(0, 40);
}

/** The number of unexpected disks among which the expected ones are found. */
const maxSurplus = 2;

/**
 * Returns the subset of some disks that has a digest. Pure.
 *
 * @param digest see `diskSetDigestOf`.
 * @returns undefined if no subset that omits at most `maxSurplus` disks has it.
 */
export function subsetWithDigest(diskIds: readonly string[], digest: string): string[] | undefined {
    for (const subset of subsetsOmitting(diskIds, maxSurplus)) {
        if (diskSetDigestOf(subset) === digest) {
            return subset;
        }
    }
    return undefined;
}

/** Yields all subsets that omit up to `max` values, the complete set first. */
function* subsetsOmitting(values: readonly string[], max: number): Generator<string[]> {
    yield [...values];
    if (max > 0) {
        for (const at of values.keys()) {
            for (const rest of subsetsOmitting(values.slice(at + 1), max - 1)) {
                yield [...values.slice(0, at), ...rest];
            }
        }
    }
}
