import type { Measured } from "../../../tools/bench/setting.mjs";

/** Returns a complete measurement with these figures. */
export function measured(figures: Partial<Measured>): Measured {
    return {
        count: 1,
        slowestMs: 2_000,
        wallMs: 5_000,
        createMs: 2_400,
        failures: 0,
        calls: { RunCommand: 1 },
        overheadMs: 400,
        throttled: 0,
        provider: { peakMb: 150, cpuMs: 1_000 },
        stateBytes: 2_000,
        unchanged: { peakMb: 140, cpuMs: 500, tookMs: 20 },
        refreshCalls: { DescribeSnapshotGroups: 1 },
        destroyCalls: { DeleteSnapshotGroup: 1 },
        emulator: { requests: 10, cpuMs: 100, operationsMs: 5, processes: 1, commandsCpuMs: 300 },
        ...figures,
    };
}
