import type { EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";

import { type ProviderOptions, type World, world } from "../provider";
import { PatientClock } from "./patient-clock";
import { RequestsInFlight } from "./requests-in-flight";

export interface PatientWorld extends World {
    readonly clock: PatientClock;
}

/** Longer than any test: a request without an answer is given up by the clock of the world. */
const requestTimeouts = { connectMs: 3_600_000, readMs: 3_600_000 };

/** The time without any event after which a hint is printed. */
const wonderMs = 60_000;

/** Runs a test in a world with its own clock, which never runs ahead of the provider and the emulator. */
export async function patientWorld<T>(
    options: Omit<EmulatorOptions, "clock" | "onCall">,
    test: (world: PatientWorld) => Promise<T>,
    provider: Omit<ProviderOptions, "clock" | "requestTimeouts"> = {},
): Promise<T> {
    const clock = new PatientClock();
    const wondering = wonder(clock);
    let requests: RequestsInFlight | undefined;
    try {
        return await world(
            {
                ...options,
                clock,
                onCall: ({ phase, clientPort }) => {
                    if (phase === "unanswered") {
                        requests?.giveUp(clientPort);
                    }
                },
            },
            async (place) => {
                requests = new RequestsInFlight(clock, new URL(place.emulator.url).host);
                try {
                    return await test({ ...place, clock });
                } finally {
                    clock.stop();
                }
            },
            { ...provider, clock, requestTimeouts },
        );
    } finally {
        requests?.close();
        clearInterval(wondering);
    }
}

/** Reports why a test hangs. */
function wonder(clock: PatientClock): NodeJS.Timeout {
    let before = clock.happened;
    return setInterval(() => {
        if (clock.happened === before) {
            console.error(`nothing happens by the clock of a test; ${clock.toString()}`);
        }
        before = clock.happened;
    }, wonderMs).unref();
}
