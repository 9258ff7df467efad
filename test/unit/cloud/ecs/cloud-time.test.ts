import { expect } from "chai";

import { CloudTime } from "../../../../provider/src/cloud/ecs/cloud-time";

/** Returns the time after answers with these dates. */
function timeAfter(...dates: (string | undefined)[]): string | undefined {
    const time = new CloudTime();
    dates.forEach((date) => {
        time.answered(date);
    });
    return time.latest === undefined ? undefined : new Date(time.latest).toUTCString();
}

const tenOClock = "Thu, 02 Jan 2025 10:00:00 GMT";
const secondsLater = "Thu, 02 Jan 2025 10:00:05 GMT";
const minutesLater = "Thu, 02 Jan 2025 10:05:00 GMT";

describe("the cloud's time", () => {
    it("is unknown until an answer contains one", () => {
        expect(timeAfter(undefined, "nonsense")).to.equal(undefined);
        expect(timeAfter(tenOClock, undefined)).to.equal(tenOClock);
    });

    it("never goes back because one answer overtakes another", () => {
        expect(timeAfter(tenOClock, secondsLater)).to.equal(secondsLater);
        expect(timeAfter(secondsLater, tenOClock)).to.equal(secondsLater);
    });

    it("follows the cloud's clock when that is corrected", () => {
        expect(timeAfter(minutesLater, tenOClock)).to.equal(tenOClock);
    });
});
