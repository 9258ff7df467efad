import {
    resolveSettings,
    type ConfigReader,
    type Environment,
    type Settings,
} from "../../cloud/configuration/settings";
import { connectedContext, type ConnectionOptions } from "../../cloud/connected-context";
import { createSdk, type RequestTimeouts, type Sdk } from "../../cloud/ecs/sdk-client";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { stackOf } from "../../core/run/run";
import { RecordedRuns } from "../../core/lifecycle/recorded-runs";
import { PendingCommits } from "../recording/pending-commits";
import { StateMemory } from "../../core/lifecycle/state-memory";
import { systemClock, type Clock } from "../../runtime/clock";
import type { Context } from "../../cloud/context";
import type { Logger } from "../../runtime/logger";
import { connectToEngine, type EngineConnection } from "./engine-connection";
import { EngineWatchdog, type HostProcess } from "./engine-watchdog";
import { resourceLogger } from "./resource-logger";

/** What differs between the provider's own process and a test. */
export interface SessionOptions {
    /** Default: none, so that nothing is hooked. */
    readonly host?: HostProcess;
    /** Default: the machine's. */
    readonly clock?: Clock;
    readonly requestTimeouts?: RequestTimeouts;
}

/** Where, and as which resource, to work. */
export interface Scope {
    readonly regionId: string | undefined;
    readonly resourceUrn: string | undefined;
    readonly organization?: string | undefined;
}

/**
 * What one process of the dynamic provider keeps between calls: the settings, one SDK client per region, and what
 * is known of the engine's state.
 */
export class Session {
    /** What the engine showed of its state. */
    readonly memory = new StateMemory();
    private readonly recordedRuns = new RecordedRuns(this.memory);
    private readonly pendingCommits: PendingCommits;
    private readonly watchdog: EngineWatchdog;
    private readonly clock: Clock;
    private readConfig: ConfigReader = () => undefined;
    private cachedSettings: Settings | undefined;
    private readonly clients = new Map<string, Promise<Sdk>>();
    private readonly committers = new Map<string, Context>();
    private engine: EngineConnection | undefined;
    private connected = false;

    constructor(
        private readonly environment: Environment,
        private readonly argv: readonly string[],
        private readonly options: SessionOptions = {},
    ) {
        this.clock = options.clock ?? systemClock;
        this.pendingCommits = new PendingCommits(this.clock);
        this.watchdog = new EngineWatchdog(
            () => this.connection(),
            options.host,
            this.clock,
            async () => {
                await this.pendingCommits.flush();
                await this.connection()?.allSent();
            },
        );
    }

    /**
     * Must have its effect before it returns: the runtime calls other methods of the provider while a promise of
     * `configure` is pending.
     */
    configure(readConfig: ConfigReader): void {
        this.readConfig = readConfig;
        this.cachedSettings = undefined;
        this.clients.clear();
        this.committers.clear();
        this.watchdog.watch();
    }

    /** Resolved at the first call that needs them, so that a wrong setting fails there and says so. */
    get settings(): Settings {
        this.cachedSettings ??= resolveSettings(this.readConfig, this.environment);
        return this.cachedSettings;
    }

    /**
     * Works in one region for the engine, as long as that is there.
     *
     * @throws AppSnapshotError MissingRegion when neither the caller nor the settings name one.
     */
    async work<T>(place: Scope, task: (context: Context) => Promise<T>): Promise<T> {
        const regionId = this.regionOf(place);
        const log = this.logger(place.resourceUrn);
        const context = connectedContext({
            ...this.inRegion(regionId),
            signal: this.watchdog.signal,
            log,
            beforeChange: () => this.watchdog.confirm(),
        });
        const { resourceUrn: urn, organization } = place;
        if (urn === undefined || this.memory.recordedRegions.length === 0) {
            return this.watchdog.run(() => task(context));
        }
        const stack = stackOf({ urn, organization, namespace: context.namespace });
        return this.watchdog.run(async () => {
            await this.recordedRuns.commit(context, stack);
            return task(context);
        });
    }

    /**
     * Has a snapshot committed as soon as the engine has recorded it.
     *
     * @param afterwards what is to be done then. Default: nothing.
     */
    async commitWhenRecorded(
        place: Scope,
        invokeId: string,
        afterwards: (context: Context) => Promise<void> = () => Promise.resolve(),
    ): Promise<void> {
        // Without an engine nobody records anything.
        if (this.connection() === undefined) {
            return;
        }
        const log = this.logger(place.resourceUrn);
        const committer = this.committer(this.regionOf(place));
        await this.pendingCommits.expect({
            api: committer.api,
            invokeId,
            log,
            afterwards: () => afterwards({ ...committer, log }),
        });
    }

    /** It goes on when everything else is to end, and has nothing to ask the engine. */
    private committer(regionId: string): Context {
        let committer = this.committers.get(regionId);
        if (committer === undefined) {
            const { signal } = new AbortController();
            committer = connectedContext({
                ...this.inRegion(regionId),
                signal,
                log: this.logger(undefined),
            });
            this.committers.set(regionId, committer);
        }
        return committer;
    }

    /** Messages to one resource's row; to the stack's, where no URN is given. */
    logger(resourceUrn: string | undefined): Logger {
        return resourceLogger(this.connection(), resourceUrn);
    }

    private regionOf(place: Scope): string {
        const regionId = place.regionId ?? this.settings.regionId;
        if (regionId === undefined) {
            throw new AppSnapshotError(ownErrors.MissingRegion);
        }
        return regionId;
    }

    private inRegion(
        regionId: string,
    ): Pick<ConnectionOptions, "connect" | "regionId" | "namespace" | "clock"> {
        const { namespace } = this.settings;
        return { connect: (region) => this.client(region), regionId, namespace, clock: this.clock };
    }

    private connection(): EngineConnection | undefined {
        if (!this.connected) {
            this.connected = true;
            this.engine = connectToEngine(this.argv);
        }
        return this.engine;
    }

    private client(regionId: string): Promise<Sdk> {
        let client = this.clients.get(regionId);
        if (client === undefined) {
            client = createSdk(this.settings, regionId, this.options.requestTimeouts);
            this.clients.set(regionId, client);
            // A failure is not kept: credentials may be there at the next call.
            client.catch(() => this.clients.delete(regionId));
        }
        return client;
    }
}
