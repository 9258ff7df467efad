import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import { create } from "../../../provider/src/core/lifecycle/create";
import { UnfinishedSnapshot } from "../../../provider/src/core/lifecycle/unfinished-snapshot";
import type { RunState } from "../../../provider/src/core/run/run";
import { FakeCloud, type Run } from "./fake-cloud";
import { rejectionOf } from "./rejection";
import { inputsOf } from "./samples";

export interface Abandoned {
    readonly inputs?: SnapshotInputs;
    /** The results of later runs. */
    readonly later?: readonly Run[];
    /** Tells whether the process was killed before or after it handed the run over. Default: before. */
    readonly state?: RunState;
}

/** Returns a cloud with an ended run whose process was killed before that. */
export async function abandoned(
    run: Run,
    { inputs = inputsOf(), later = [{}], state = "open" }: Abandoned = {},
): Promise<FakeCloud> {
    const cloud = new FakeCloud([{ ...run, looks: Infinity }, ...later]);
    await rejectionOf(UnfinishedSnapshot, create(cloud.context, inputs));
    cloud.endAll();
    cloud.setState("t-1", state);
    return cloud;
}
