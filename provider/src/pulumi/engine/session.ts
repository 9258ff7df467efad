import {
    type ConfigReader,
    type Environment,
    resolveSettings,
    type Settings,
} from "../../cloud/configuration/settings";
import type { ConnectionOptions } from "../../cloud/connected-context";
import type { Context } from "../../cloud/context";
import type { RequestTimeouts, Sdk } from "../../cloud/ecs/sdk-client";
import { RecordedRuns } from "../../core/lifecycle/recorded-runs";
import { StateMemory } from "../../core/lifecycle/state-memory";
import { stackOf } from "../../core/run/run";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { type Clock, systemClock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { SharedByRegion } from "../../runtime/shared";
import { PendingCommits, type Recording } from "../recording/pending-commits";
import { connectToEngine, type EngineConnection } from "./engine-connection";
import { EngineWatchdog, type HostProcess } from "./engine-watchdog";
import { cloudWork } from "./late-cloud-work";
import { resourceLogger } from "./resource-logger";

/** Settings that differ between the provider's own process and a test. */
export interface SessionOptions {
    /** Default: none, so that no signal handler is installed. */
    readonly host?: HostProcess;
    /** Default: the system clock. */
    readonly clock?: Clock;
    readonly requestTimeouts?: RequestTimeouts;
    /** See `Context`. A test sets it, so that a small fleet takes several runs. */
    readonly instancesPerRun?: number;
}

/** The region to work in, and the resource to work for. */
export interface Scope {
    readonly regionId: string | undefined;
    readonly resourceUrn: string | undefined;
    readonly organization?: string | undefined;
}

/**
 * The data that a process of the dynamic provider keeps between calls: the settings, one SDK client per region, and its
 * knowledge of the engine's state.
 */
export class Session {
    /** The parts of its state that the engine has shown. */
    readonly memory = new StateMemory();
    private readonly recordedRuns = new RecordedRuns(this.memory);
    private readonly pendingCommits: PendingCommits;
    private readonly watchdog: EngineWatchdog;
    /** One function for all contexts: calls share requests only with those that check the same. */
    private readonly beforeChange = (): Promise<void> => this.watchdog.confirm();
    private readonly clock: Clock;
    private readConfig: ConfigReader = () => undefined;
    private cachedSettings: Settings | undefined;
    private readonly clients = new Map<string, Promise<Sdk>>();
    private readonly committers = new Map<string, Context>();
    private shared = new SharedByRegion();
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

    /** Takes effect before it returns: the runtime calls other methods while a promise of `configure` is pending. */
    configure(readConfig: ConfigReader): void {
        this.readConfig = readConfig;
        this.cachedSettings = undefined;
        this.clients.clear();
        this.committers.clear();
        this.shared = new SharedByRegion();
        this.watchdog.watch();
    }

    /** The settings, resolved by the first call that needs them, so that a wrong one fails that call. */
    get settings(): Settings {
        this.cachedSettings ??= resolveSettings(this.readConfig, this.environment);
        return this.cachedSettings;
    }

    /**
     * Runs a task of the engine in one region, until the engine exits.
     *
     * @throws AppSnapshotError MissingRegion if neither the caller nor the settings name a region.
     */
    async work<T>(scope: Scope, task: (context: Context) => Promise<T>): Promise<T> {
        const regionId = this.regionOf(scope);
        const log = this.logger(scope.resourceUrn);
        const context = cloudWork().connectedContext({
            ...this.inRegion(regionId),
            signal: this.watchdog.signal,
            log,
            beforeChange: this.beforeChange,
        });
        const { resourceUrn: urn, organization } = scope;
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
     * Commits the runs of a result as soon as the engine has recorded it.
     *
     * @param afterwards runs after the commit. Default: nothing.
     */
    async commitWhenRecorded(
        scope: Scope,
        recording: Recording,
        afterwards: (context: Context) => Promise<void> = () => Promise.resolve(),
    ): Promise<void> {
        // Without an engine nothing is recorded.
        if (this.connection() === undefined) {
            return;
        }
        const log = this.logger(scope.resourceUrn);
        const committer = this.committer(this.regionOf(scope));
        await this.pendingCommits.expect({
            ...recording,
            api: committer.api,
            log,
            afterwards: () => afterwards({ ...committer, log }),
        });
    }

    /** Returns a context that works on during a shutdown, and does not ask the engine. */
    private committer(regionId: string): Context {
        let committer = this.committers.get(regionId);
        if (committer === undefined) {
            const { signal } = new AbortController();
            committer = cloudWork().connectedContext({
                ...this.inRegion(regionId),
                signal,
                log: this.logger(undefined),
            });
            this.committers.set(regionId, committer);
        }
        return committer;
    }

    /** Returns a logger for a resource's row, or for the stack's row if no URN is given. */
    logger(resourceUrn: string | undefined): Logger {
        return resourceLogger(this.connection(), resourceUrn);
    }

    private regionOf(scope: Scope): string {
        const regionId = scope.regionId ?? this.settings.regionId;
        if (regionId === undefined) {
            throw new AppSnapshotError(ownErrors.MissingRegion);
        }
        return regionId;
    }

    private inRegion(
        regionId: string,
    ): Pick<
        ConnectionOptions,
        "connect" | "shared" | "regionId" | "namespace" | "clock" | "instancesPerRun"
    > {
        const { namespace } = this.settings;
        const { instancesPerRun } = this.options;
        return {
            connect: (region) => this.client(region),
            shared: this.shared,
            regionId,
            namespace,
            clock: this.clock,
            ...(instancesPerRun === undefined ? {} : { instancesPerRun }),
        };
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
            client = cloudWork().createSdk(
                this.settings,
                regionId,
                this.options.requestTimeouts,
                (message) => {
                    this.logger(undefined).warn(message);
                },
            );
            this.clients.set(regionId, client);
            // A failure is not cached: the next call may find credentials.
            client.catch(() => this.clients.delete(regionId));
        }
        return client;
    }
}
