import { EventEmitter } from "node:events";

import { expect } from "chai";

import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { EngineWatchdog, hostProcess } from "../../../../provider/src/pulumi/engine/engine-watchdog";
import { FakeEngine, FakeHost } from "../../support/fake-host";
import { ManualClock } from "../../support/manual-clock";
import { rejection, rejectionOf } from "../../support/rejection";

/** The time that the engine itself leaves a process after asking it to end. */
const engineWaits = 5_000;

class Scene {
    readonly clock = new ManualClock();
    readonly engine = new FakeEngine();
    readonly host = new FakeHost();
    /** The time at which the last tasks began. */
    readonly lastTasks: number[] = [];
    readonly watchdog: EngineWatchdog;
    private readonly start = this.clock.now();

    constructor(lastTask: (clock: ManualClock) => Promise<void> = () => Promise.resolve()) {
        this.watchdog = new EngineWatchdog(
            () => this.engine,
            this.host,
            this.clock,
            () => {
                this.lastTasks.push(this.elapsed);
                return lastTask(this.clock);
            },
        );
        this.watchdog.watch();
    }

    get elapsed(): number {
        return this.clock.now() - this.start;
    }

    /** Starts a long wait for the cloud; returns its result. */
    wait(): { readonly result: string } {
        return this.run(() => this.clock.sleep(3_600_000, this.watchdog.signal));
    }

    /** Starts a request that ignores the signal. */
    request(durationMs: number): { readonly result: string } {
        return this.run(() => this.clock.sleep(durationMs));
    }

    private run(work: () => Promise<void>): { readonly result: string } {
        const seen = { result: "" };
        this.watchdog.run(work).then(
            () => {
                seen.result = "done";
            },
            (thrown: unknown) => {
                seen.result = String(thrown);
            },
        );
        return seen;
    }
}

describe("the watch over the engine", () => {
    it("passes on the result of the work, or its error", async () => {
        const { watchdog } = new Scene();
        expect(await watchdog.run(() => Promise.resolve(42))).to.equal(42);
        const error = await rejection(watchdog.run(() => Promise.reject(new Error("no"))));
        expect(error.message).to.equal("no");
    });

    it("hooks nothing without an engine, or without a process of its own", async () => {
        const host = new FakeHost();
        const clock = new ManualClock();
        const engine = new FakeEngine();
        const lastTasks = (): Promise<void> => Promise.resolve();
        const alone = new EngineWatchdog(() => undefined, host, clock, lastTasks);
        const guest = new EngineWatchdog(() => engine, undefined, clock, lastTasks);
        for (const watchdog of [alone, guest]) {
            watchdog.watch();
            expect(await watchdog.run(() => Promise.resolve(42))).to.equal(42);
            await watchdog.confirm();
        }
        expect(host.hooks).to.equal(0);
        expect(clock.sleeping).to.equal(0);
    });

    it("hooks once, and checks the engine every two seconds, for all its work", async () => {
        const scene = new Scene();
        scene.watchdog.watch();
        scene.wait();
        scene.wait();
        await scene.clock.advance(10_000);
        expect(scene.host.hooks).to.equal(1);
        expect(scene.engine.asked).to.equal(5);
        expect(scene.host.exits).to.equal(0);
        expect(scene.watchdog.signal.aborted).to.equal(false);
    });

    it("allows changes as long as the engine is alive", async () => {
        const scene = new Scene();
        const { asked } = scene.engine;
        await scene.watchdog.confirm();
        expect(scene.engine.asked).to.equal(asked + 1);
    });

    it("allows no change once the engine is gone, and ends all waits", async () => {
        const scene = new Scene();
        const waiting = scene.wait();
        await scene.clock.advance(100);
        scene.engine.there = false;
        const error = await rejectionOf(AppSnapshotError, scene.watchdog.confirm());
        expect(error.code).to.equal("Interrupted");
        expect(error.message).to.include("engine").and.to.include("is gone").and.to.include("`pulumi up`");
        await scene.clock.advance(0);
        expect(waiting.result).to.include("is gone");
        // Its return makes no difference.
        scene.engine.there = true;
        expect((await rejection(scene.watchdog.confirm())).message).to.include("is gone");
    });
});

describe("work whose engine is gone", () => {
    it("stops waiting within two seconds, does its last tasks, and ends with its process, once", async () => {
        const scene = new Scene();
        const waiting = scene.wait();
        await scene.clock.advance(9_000);
        scene.engine.there = false;
        await scene.clock.advance(900);
        expect(scene.watchdog.signal.aborted).to.equal(false);
        await scene.clock.advance(200);
        expect(scene.watchdog.signal.aborted).to.equal(true);
        expect(waiting.result).to.include("is gone").and.to.include("`pulumi up`");
        await scene.clock.advance(60_000);
        expect(scene.lastTasks).to.deep.equal([10_000]);
        expect(scene.host.exits).to.equal(1);
    });

    it("ends its process also before there was any", async () => {
        const scene = new Scene();
        scene.engine.there = false;
        await scene.clock.advance(3_000);
        expect(scene.host.exits).to.equal(1);
    });

    it("has time to finish: the process ends only after its tasks", async () => {
        const scene = new Scene();
        const request = scene.request(4_000);
        await scene.clock.advance(0);
        scene.engine.there = false;
        await scene.clock.advance(3_990);
        expect(scene.watchdog.signal.aborted).to.equal(true);
        expect(scene.host.exits).to.equal(0);
        await scene.clock.advance(100);
        expect(request.result).to.equal("done");
        expect(scene.host.exits).to.equal(1);
    });

    it("does not keep its process for a task that does not end", async () => {
        const scene = new Scene();
        scene.request(3_600_000);
        await scene.clock.advance(0);
        scene.engine.there = false;
        await scene.clock.advance(2_000 + engineWaits);
        expect(scene.host.exits).to.equal(1);
    });
});

describe("a process that is asked to end", () => {
    it("stops waiting at once, does its last tasks, and exits, once", async () => {
        const scene = new Scene();
        const waiting = scene.wait();
        await scene.clock.advance(10_000);
        scene.host.end();
        await scene.clock.advance(100);
        expect(waiting.result).to.include("Interrupted").and.to.include("`pulumi up`");
        expect(scene.lastTasks).to.have.length(1);
        expect(scene.host.exits).to.equal(1);
        scene.engine.there = false;
        await scene.clock.advance(60_000);
        expect(scene.host.exits).to.equal(1);
        expect(scene.lastTasks).to.have.length(1);
    });

    it("first lets running work finish, since its answer names what exists", async () => {
        const scene = new Scene();
        scene.wait();
        const request = scene.request(2_000);
        await scene.clock.advance(0);
        scene.host.end();
        await scene.clock.advance(1_900);
        expect(scene.lastTasks).to.deep.equal([]);
        expect(scene.host.exits).to.equal(0);
        await scene.clock.advance(200);
        expect(request.result).to.equal("done");
        expect(scene.lastTasks).to.deep.equal([2_000]);
        expect(scene.host.exits).to.equal(1);
    });

    it("gives that three seconds and no more, and then does its last tasks nevertheless", async () => {
        const scene = new Scene();
        scene.request(3_600_000);
        await scene.clock.advance(0);
        scene.host.end();
        await scene.clock.advance(engineWaits);
        expect(scene.lastTasks).to.deep.equal([3_000]);
        expect(scene.host.exits).to.equal(1);
    });

    it("ends before the engine kills it, even if its last tasks hang or fail", async () => {
        const hanging = new Scene((clock) => clock.sleep(3_600_000));
        hanging.request(3_600_000);
        await hanging.clock.advance(0);
        hanging.host.end();
        await hanging.clock.advance(3_100);
        expect(hanging.host.exits, "the last tasks have a moment").to.equal(0);
        await hanging.clock.advance(engineWaits - 3_100 - 300);
        expect(hanging.host.exits).to.equal(1);

        const failing = new Scene(() => Promise.reject(new Error("no")));
        failing.wait();
        await failing.clock.advance(0);
        failing.host.end();
        await failing.clock.advance(100);
        expect(failing.host.exits).to.equal(1);
    });

    it("sends its answers before it exits", async () => {
        const scene = new Scene();
        scene.wait();
        await scene.clock.advance(0);
        scene.host.end();
        await scene.clock.advance(5);
        expect(scene.host.exits).to.equal(0);
        await scene.clock.advance(100);
        expect(scene.host.exits).to.equal(1);
    });

    it("allows no more changes, without asking the engine", async () => {
        const scene = new Scene();
        scene.wait();
        await scene.clock.advance(0);
        scene.host.end();
        const { asked } = scene.engine;
        const error = await rejectionOf(AppSnapshotError, scene.watchdog.confirm());
        expect(error.code).to.equal("Interrupted");
        expect(scene.engine.asked).to.equal(asked);
    });
});

describe("the provider's own process", () => {
    it("is asked to end by a signal of the operating system, including Ctrl-Break on Windows", () => {
        for (const signal of ["SIGINT", "SIGTERM", "SIGBREAK"]) {
            const process = new EventEmitter();
            let asked = 0;
            hostProcess(process as unknown as NodeJS.Process).onEnd(() => {
                asked += 1;
            });
            process.emit(signal);
            expect(asked, signal).to.equal(1);
        }
    });

    it("exits when it is told to", () => {
        let exits = 0;
        const process = Object.assign(new EventEmitter(), {
            exit: () => {
                exits += 1;
            },
        });
        hostProcess(process as unknown as NodeJS.Process).exit();
        expect(exits).to.equal(1);
    });
});
