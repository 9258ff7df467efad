import { expect } from "chai";

import { isNews, progressLine, type Sight, timeSpent } from "../../../provider/src/runtime/progress";

const second = 1_000;
const minute = 60 * second;

/** Returns the times of the reports about a wait that is polled every 100 milliseconds, in milliseconds. */
function tellings(until: number, seenAt: (elapsed: number) => string = () => "Running"): number[] {
    const times: number[] = [];
    let told: Sight | undefined;
    for (let elapsed = 0; elapsed <= until; elapsed += 100) {
        const now = { lastSeen: seenAt(elapsed), elapsedMs: elapsed };
        if (isNews(told, now)) {
            told = now;
            times.push(elapsed);
        }
    }
    return times;
}

describe("the reports of a wait", () => {
    it("come every second at first, and every minute in the end", () => {
        expect(tellings(3 * second)).to.deep.equal([0, second, 2 * second, 3 * second]);
        const times = tellings(60 * minute);
        const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
        expect(gaps).to.deep.equal([...gaps].sort((one, other) => one - other));
        expect(gaps.at(-1)).to.equal(minute);
        expect(times.filter((time) => time <= minute)).to.have.length.below(12);
        expect(times).to.have.length.below(75);
    });

    it("show a change at once, and do not become more frequent after it", () => {
        const changed = 30 * minute + 7 * second;
        const times = tellings(40 * minute, (elapsed) => (elapsed < changed ? "Pending" : "Running"));
        expect(times).to.include(changed);
        const later = times.filter((time) => time > changed);
        expect(later[0]).to.equal(changed + minute);
    });
});

describe("the line of a wait", () => {
    it("begins with the action and its duration, and ends with the ids", () => {
        expect(progressLine("running", 200 * second, "the snapshot plugin")).to.equal(
            "running 3m20s: the snapshot plugin",
        );
        expect(progressLine("uploading 40%,", 5 * second, "ssg-1")).to.equal("uploading 40%, 5s: ssg-1");
    });

    it("has the time in two units at most", () => {
        for (const [durationMs, text] of [
            [0, "0s"],
            [400, "0s"],
            [59_400, "59s"],
            [59_500, "1m00s"],
            [3_599_000, "59m59s"],
            [3_600_000, "1h00m"],
            [(26 * 60 + 5) * minute, "26h05m"],
        ] as const) {
            expect(timeSpent(durationMs)).to.equal(text);
        }
    });
});
