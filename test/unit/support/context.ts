import type { Context } from "../../../provider/src/cloud/context";
import type { EcsApi } from "../../../provider/src/cloud/ecs/api";
import { Shared } from "../../../provider/src/runtime/shared";
import { FakeClock } from "./fake-clock";
import { RecordingLogger } from "./recording-logger";

export interface TestContext extends Context {
    readonly clock: FakeClock;
    readonly log: RecordingLogger;
}

/** Returns a context with virtual time, no randomness and ids that count up. */
export function testContext(api: EcsApi, more: Partial<Context> = {}): TestContext {
    let ids = 0;
    const context: TestContext = {
        api,
        regionId: "cn-hangzhou",
        namespace: undefined,
        shared: new Shared(),
        inRegion: (regionId) => ({ ...context, regionId }),
        // Also for a context that was derived from this one.
        until(this: Context) {
            return this;
        },
        signal: new AbortController().signal,
        random: () => 0.5,
        newId: () => {
            ids += 1;
            return `00000${ids}ab-0000-4000-8000-000000000000`;
        },
        ...more,
        clock: new FakeClock(),
        log: new RecordingLogger(),
    };
    return context;
}
