import type { Call, Evidence, Fields } from "../../../tools/live-test/evidence.mjs";

/** A call, a second after the one before it in the list. */
export type Sample = Partial<Omit<Call, "operation">> & Pick<Call, "operation">;

/** Returns what a live test has seen. */
export function evidenceOf(samples: readonly Sample[], more: Partial<Evidence> = {}): Evidence {
    return {
        instanceId: "i-1",
        excludeDisks: [],
        steps: [],
        calls: samples.map((sample, index) => {
            const time = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
            return {
                ...{ time, tookMs: 10, region: "cn-hangzhou", step: "up", parameters: {} },
                ...(sample.message === "no answer" ? {} : { status: sample.code === undefined ? 200 : 403 }),
                ...sample,
            };
        }),
        ...more,
    };
}

/** A group as the API shows it. */
export function group(fields: object = {}, ...memberTags: string[]): Fields {
    const Tag = memberTags.map((Key) => ({ Key, Value: "True" }));
    return {
        ...{ SnapshotGroupId: "ssg-1", Name: "a-name", Status: "progressing", Tags: { Tag: [] } },
        Snapshots: {
            Snapshot: [{ SnapshotId: "s-1", SourceDiskId: "d-1", Available: true, Tags: { Tag } }],
        },
        ...fields,
    };
}

/** A look at groups. */
export function look(groups: readonly object[], more: Partial<Sample> = {}): Sample {
    return {
        operation: "DescribeSnapshotGroups",
        parameters: { "SnapshotGroupId.1": "ssg-1" },
        body: { SnapshotGroups: { SnapshotGroup: groups } },
        ...more,
    };
}

/** The calls of a run of the plugin: its order, and what it printed. */
export function run(exitCode: number, output = "", more: Partial<Sample> = {}): Sample[] {
    const InvokeId = `t-${exitCode}`;
    const result = {
        ...{ InvokeId, ExitCode: exitCode },
        ...{ StartTime: "2026-01-01T00:00:02Z", FinishedTime: "2026-01-01T00:00:05Z" },
    };
    return [
        {
            operation: "RunCommand",
            parameters: { Name: "snapshot-20260101T000000Z-abcdef" },
            body: { InvokeId },
            ...more,
        },
        {
            operation: "DescribeInvocationResults",
            ...{ probe: "output", output },
            body: { Invocation: { InvocationResults: { InvocationResult: [result] } } },
            ...more,
        },
    ];
}
