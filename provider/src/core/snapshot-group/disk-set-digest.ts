import { sha256 } from "../../runtime/digest";

/** Returns a digest that tells two sets of disks apart. Their ids themselves are too long for a tag. */
export function diskSetDigestOf(diskIds: readonly string[]): string {
    return sha256([...diskIds].sort().join(",")).slice(0, 40);
}

/** So many disks more than expected are told apart from other disks. */
const mostSurplus = 2;

/**
 * Those of some disks that a digest stands for, if there are not too many others among them; a pure decision.
 *
 * @param digest see `diskSetDigestOf`.
 * @returns undefined where the digest is that of other disks, or of many fewer.
 */
export function expectedAmong(diskIds: readonly string[], digest: string): string[] | undefined {
    for (const rest of without(diskIds, mostSurplus)) {
        if (diskSetDigestOf(rest) === digest) {
            return rest;
        }
    }
    return undefined;
}

/** All that can be left of some values when up to `most` of them are taken away, the whole first. */
function* without(values: readonly string[], most: number): Generator<string[]> {
    yield [...values];
    if (most > 0) {
        for (const at of values.keys()) {
            for (const rest of without(values.slice(at + 1), most - 1)) {
                yield [...values.slice(0, at), ...rest];
            }
        }
    }
}
