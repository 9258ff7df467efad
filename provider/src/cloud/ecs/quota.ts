/** The API counts the requests of an operation in windows of this length. */
const windowMs = 60_000;

/** The least pause after a throttled request: no longer than the least delay before the retry of the call itself. */
const pauseMs = 500;

/**
 * The intervals at which one request more than the known quota is tried, to learn whether it has grown. They are no
 * longer than the delays of a call that is throttled again and again, so a call alone never waits for them.
 */
const probes = { shortestMs: 20, firstMs: pauseMs, longestMs: 10_000 };

/** A request that was sent and is not answered yet. */
export interface Sent {
    readonly at: number;
    /** Tells whether it is one more than the known quota. */
    readonly isProbe: boolean;
}

/**
 * Knowledge of an operation's quota, and the decision when the next request may be sent; the time is passed in. Nothing
 * waits until a request is throttled. From then on, no more requests are sent within a minute than were accepted within
 * one, whether the API counts in fixed windows or in sliding ones, and whoever else uses the quota. Single requests
 * beyond that show whether there is more: often as long as they succeed, rarely when they don't.
 */
export class Quota {
    /** The most requests within a minute, as far as known. */
    private known = Infinity;
    private lastAnswer = -Infinity;
    private unanswered = 0;
    private probing = false;
    /** The times of the answers of the last minute, the oldest first. They are later than the API's own count. */
    private answers: number[] = [];
    private heldUntil = -Infinity;
    private throttledAt = -Infinity;
    private isRising = false;
    private probeMs = probes.firstMs;
    private probeAt = Infinity;
    /** The numbers of the calls that wait, in order. */
    private readonly queue: number[] = [];

    /** The time of the last answer other than throttling. */
    get acceptedAt(): number {
        return this.lastAnswer;
    }

    /** Queues a call. Numbers are in the order of the first requests, so a call that was throttled comes first again. */
    enter(number: number): void {
        const index = this.queue.findIndex((other) => other > number);
        this.queue.splice(index < 0 ? this.queue.length : index, 0, number);
    }

    /**
     * The call that is the next to be tried beyond the known quota; undefined if none waits. As long as that fails, it is
     * the last one, which loses least if it is throttled.
     */
    get prober(): number | undefined {
        return this.isRising ? this.queue[0] : this.queue.at(-1);
    }

    leave(number: number): void {
        const index = this.queue.indexOf(number);
        if (index >= 0) {
            this.queue.splice(index, 1);
        }
    }

    /** Returns the time after which a call that is queued can be sent at the earliest; 0 if it is its turn. */
    waitMs(number: number, now: number): number {
        if (now < this.heldUntil) {
            return this.heldUntil - now;
        }
        this.forget(now);
        const before = this.queue.indexOf(number);
        // The number of answers that must become older than a window first.
        const excess = before - (this.known - this.unanswered - this.answers.length) + 1;
        if (excess <= 0) {
            return 0;
        }
        const freeing = this.answers[excess - 1];
        const slotMs = freeing === undefined ? windowMs : freeing + windowMs - now;
        return number === this.prober && !this.probing
            ? Math.max(0, Math.min(slotMs, this.probeAt - now))
            : slotMs;
    }

    /** Takes a call whose turn it is out of the queue, and counts its request. */
    send(number: number, now: number): Sent {
        this.leave(number);
        const isProbe = this.unanswered + this.answers.length >= this.known;
        this.unanswered += 1;
        this.probing ||= isProbe;
        return { at: now, isProbe };
    }

    /** Takes back a request that was not made. */
    unsent(sent: Sent): void {
        this.unanswered -= 1;
        this.probing &&= !sent.isProbe;
    }

    /** Records an answer other than throttling. */
    answered(sent: Sent, now: number): void {
        this.unsent(sent);
        this.answers.push(now);
        this.lastAnswer = now;
        this.forget(now);
        if (this.known < Infinity) {
            this.known = Math.max(this.known, this.answers.length);
        }
        if (sent.isProbe) {
            this.isRising = true;
            this.probeNext(Math.max(probes.shortestMs, this.probeMs / 4), now);
        }
    }

    /** @param hintMs the wait that the API asks for; more than a window would hold back calls that may succeed. */
    throttled(sent: Sent, now: number, hintMs = 0): void {
        const hint = Math.min(windowMs, hintMs);
        this.unsent(sent);
        this.forget(now);
        this.known = this.answers.length;
        const isNews = sent.at > this.throttledAt;
        if (isNews) {
            this.throttledAt = now;
            this.isRising = false;
            this.probeNext(Math.min(probes.longestMs, this.probeMs * (sent.isProbe ? 2 : 1)), now);
        }
        this.heldUntil = Math.max(this.heldUntil, now + (isNews ? Math.max(pauseMs, hint) : hint));
    }

    private probeNext(intervalMs: number, now: number): void {
        this.probeMs = intervalMs;
        this.probeAt = now + intervalMs;
    }

    private forget(now: number): void {
        const kept = this.answers.findIndex((time) => time > now - windowMs);
        this.answers.splice(0, kept < 0 ? this.answers.length : kept);
    }
}
