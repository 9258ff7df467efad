import { systemClock, type Clock } from "../../../provider/src/runtime/clock";

/**
 * A clock that runs faster than the machine's: whoever sleeps a second by it really waits a fraction of that, and
 * finds that a second has passed. Requests take their real time, so by this clock they are slow ones.
 */
export function fastClock(speed: number): Clock {
    const start = Date.now();
    return {
        now: () => start + (Date.now() - start) * speed,
        sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
    };
}
