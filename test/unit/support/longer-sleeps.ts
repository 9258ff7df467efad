import { gatheringMs } from "../../../provider/src/cloud/ecs/gathering";

/** Returns the sleeps of a clock without those in which a call waits for others like it. */
export function longerSleeps({ sleeps }: { readonly sleeps: readonly number[] }): readonly number[] {
    return sleeps.filter((durationMs) => durationMs !== gatheringMs);
}
