import type { EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";
import { world, type ProviderOptions, type World } from "../provider";
import { PatientClock } from "./patient-clock";
import { RequestsInFlight } from "./requests-in-flight";

export interface PatientWorld extends World {
    readonly clock: PatientClock;
}

/** Longer than any test takes: who gets no answer gives up by the clock of the world. */
const requestTimeouts = { connectMs: 3_600_000, readMs: 3_600_000 };

/** How long nothing has to happen until somebody may wonder why. */
const wonderMilliseconds = 60_000;

/** A world with a clock of its own, for the provider and the emulator, which is never ahead of what they do. */
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

/** Says what a test hangs on. */
function wonder(clock: PatientClock): NodeJS.Timeout {
    let before = clock.happened;
    return setInterval(() => {
        if (clock.happened === before) {
            console.error(`nothing happens by the clock of a test; ${clock.toString()}`);
        }
        before = clock.happened;
    }, wonderMilliseconds).unref();
}
