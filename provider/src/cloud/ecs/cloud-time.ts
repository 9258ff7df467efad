/** The most by which one answer of the API overtakes another: longer than a request may take. */
const overtakingMs = 60_000;

/**
 * The cloud's time, from the `Date` headers of its answers. Answers may overtake each other, so the latest of their
 * times counts; but a time that is a minute earlier means that the cloud's clock was corrected.
 */
export class CloudTime {
    private time: number | undefined;

    /** The latest time, in epoch milliseconds; undefined if no answer contained one. */
    get latest(): number | undefined {
        return this.time;
    }

    answered(date: string | undefined): void {
        const time = Date.parse(date ?? "");
        if (Number.isNaN(time)) {
            return;
        }
        const isOvertaken = this.time !== undefined && time < this.time && time > this.time - overtakingMs;
        if (!isOvertaken) {
            this.time = time;
        }
    }
}
