import { expect } from "chai";

import type { Context } from "../../../../provider/src/cloud/context";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import {
    dynamicProvider,
    type RecordingTask,
    type ResourceKind,
    type Scoped,
} from "../../../../provider/src/pulumi/engine/provider";
import { type Scope, Session } from "../../../../provider/src/pulumi/engine/session";
import type { Recording } from "../../../../provider/src/pulumi/recording/pending-commits";
import { rejection } from "../../support/rejection";

interface State extends Scoped {
    readonly id: string;
    readonly runs?: readonly string[];
}

/** A session without a cloud, which lists what it was asked for. */
class ListingSession extends Session {
    readonly requests: unknown[] = [];

    constructor() {
        super({ ALIBABA_CLOUD_REGION: "cn-hangzhou" }, []);
    }

    override work<T>({ regionId }: Scope, task: (context: Context) => Promise<T>): Promise<T> {
        this.requests.push(["work", regionId]);
        return task({} as Context);
    }

    override commitWhenRecorded({ regionId }: Scope, recording: Recording): Promise<void> {
        this.requests.push(["commit", regionId, recording]);
        return Promise.resolve();
    }
}

function recordingOf({ runs = [] }: State): RecordingTask | undefined {
    return runs.length === 0 ? undefined : { key: "recording", invokeIds: runs };
}

/** A kind of resource whose core returns what the test says. */
function kindOf(more: Partial<ResourceKind<Scoped, State>>): ResourceKind<Scoped, State> {
    const none = (): Promise<never> => Promise.reject(new Error("not expected"));
    return {
        inputsFrom: (values) => values,
        stateFrom: (values) => values as unknown as State,
        withSecrets: (outputs) => ({ ...outputs, marked: true }),
        idOf: ({ id }) => id,
        check: () => [],
        difference: () => ({ kind: "none" }),
        isUnfinished: () => false,
        regionWords: { replaced: () => "", stays: () => "" },
        ...{ create: none, read: none, update: none, remove: none },
        noteState: () => undefined,
        createdRuns: (_inputs, outputs) => recordingOf(outputs),
        updatedRuns: (_before, outputs) => recordingOf(outputs),
        ...more,
    };
}

describe("the provider of any kind of resource", () => {
    const outputs: State = { id: "new", regionId: "r1", runs: ["t-1", "t-2"] };
    const marked = { ...outputs, marked: true };
    const commit = ["commit", "r1", { key: "recording", invokeIds: ["t-1", "t-2"] }];

    it("waits for the record of a create and of an update, before the engine gets the outputs", async () => {
        const session = new ListingSession();
        const core = { create: () => Promise.resolve(outputs), update: () => Promise.resolve(outputs) };
        const provider = dynamicProvider(session, kindOf(core));
        expect(await provider.create({ regionId: "r1" })).to.deep.equal({ id: "new", outs: marked });
        expect(session.requests).to.deep.equal([["work", "r1"], commit]);
        expect(await provider.update("old", { regionId: "r1" }, {})).to.deep.equal({ outs: marked });
        expect(session.requests.slice(2)).to.deep.equal([["work", "r1"], commit]);
    });

    it("waits for nothing if there is nothing to commit", async () => {
        for (const more of [
            { update: () => Promise.resolve({ id: "same" }) },
            { update: () => Promise.resolve(outputs), updatedRuns: () => undefined },
        ]) {
            const session = new ListingSession();
            await dynamicProvider(session, kindOf(more)).update("old", { regionId: "r1" }, {});
            expect(session.requests).to.deep.equal([["work", "r1"]]);
        }
    });

    it("remembers a state before anything is done with it", async () => {
        for (const call of ["diff", "read", "update", "delete"] as const) {
            const noted: unknown[] = [];
            const work = (): Promise<never> => Promise.reject(new Error(`noted ${noted.length}`));
            const provider = dynamicProvider(
                new ListingSession(),
                kindOf({
                    ...{ read: work, update: work, remove: work },
                    difference: () => {
                        throw new Error(`noted ${noted.length}`);
                    },
                    noteState: (state) => noted.push(state),
                }),
            );
            const error = await rejection(provider[call]("id", { id: "state" }, {}));
            expect(error.message, call).to.include("noted 1");
            expect(noted).to.deep.equal([{ id: "state" }]);
        }
    });

    it("keeps the id of a resource that is read, unless its outputs change it, and forgets one that is gone", async () => {
        for (const [read, answer] of [
            [outputs, { id: "new", props: marked }],
            [undefined, {}],
        ] as const) {
            const kind = kindOf({ read: () => Promise.resolve(read) });
            expect(await dynamicProvider(new ListingSession(), kind).read("old", {})).to.deep.equal(answer);
        }
        const kind = kindOf({ read: () => Promise.resolve(outputs), idOf: () => undefined });
        const { id } = await dynamicProvider(new ListingSession(), kind).read("old", {});
        expect(id).to.equal("old");
    });

    it("turns every error into one for the engine", async () => {
        const remove = (): Promise<never> =>
            Promise.reject(new AppSnapshotError({ code: "Code", cause: "cause", remedy: "remedy" }));
        const provider = dynamicProvider(new ListingSession(), kindOf({ remove }));
        const error = await rejection(provider.delete("ssg-1", {}));
        expect(error.message).to.include("snapshot group ssg-1");
        expect(error.stack).to.equal("see the error of the resource");
    });
});
