import { sha256 } from "../../runtime/digest";

/** Returns a digest that tells two sets of disks apart. Their ids themselves are too long for a tag. */
export function diskSetDigestOf(diskIds: readonly string[]): string {
    return sha256([...diskIds].sort().join(",")).slice(0, 40);
}

/** So many disks more than expected are told apart from other disks. */
const maxSurplus = 2;

/**
 * Those of some disks that a digest stands for, if there are not too many others among them; a pure decision.
 *
 * @param digest see `diskSetDigestOf`.
 * @returns undefined where the digest is that of other disks, or of many fewer.
 */
export function subsetWithDigest(diskIds: readonly string[], digest: string): string[] | undefined {
    for (const subset of subsetsOmitting(diskIds, maxSurplus)) {
        if (diskSetDigestOf(subset) === digest) {
            return subset;
        }
    }
    return undefined;
}

/** All that can be left of some values when up to `max` of them are taken away, the whole first. */
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
