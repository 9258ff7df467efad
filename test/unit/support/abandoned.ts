import type { RunState } from "../../../provider/src/core/run/run";
import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import { create } from "../../../provider/src/core/lifecycle/create";
import { UnfinishedSnapshot } from "../../../provider/src/core/lifecycle/unfinished";
import { FakeCloud, type Run } from "./fake-cloud";
import { rejectionOf } from "./rejection";
import { inputsOf } from "./samples";

export interface Abandoned {
    readonly inputs?: SnapshotInputs;
    /** What later runs come to. */
    readonly later?: readonly Run[];
    /** Whether it was killed before it handed the run over, or after that. Default: before. */
    readonly state?: RunState;
}

/** A cloud in which a run was started by somebody who did not live to see its end; it has ended by now. */
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
