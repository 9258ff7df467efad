import { randomUUID } from "node:crypto";
import {
    resolveSettings,
    type ConfigReader,
    type Environment,
    type Settings,
} from "../configuration/settings";
import { createSdk, type Sdk } from "../ecs/sdk-client";
import { createEcsApi } from "../ecs/sdk-api";
import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { systemClock } from "../runtime/clock";
import type { Context } from "../runtime/context";
import { connectToEngine, type EngineConnection } from "./engine-connection";
import { resourceLogger } from "./resource-logger";

/** What one process of the dynamic provider keeps between calls: the settings, and one SDK client per region. */
export class Session {
    private readConfig: ConfigReader = () => undefined;
    private cachedSettings: Settings | undefined;
    private readonly clients = new Map<string, Promise<Sdk>>();
    private engine: EngineConnection | undefined;
    private connected = false;

    constructor(
        private readonly environment: Environment,
        private readonly argv: readonly string[],
    ) {}

    /**
     * Must have its effect before it returns: the runtime calls other methods of the provider while a promise of
     * `configure` is pending.
     */
    configure(readConfig: ConfigReader): void {
        this.readConfig = readConfig;
        this.cachedSettings = undefined;
        this.clients.clear();
    }

    /** Resolved at the first call that needs them, so that a wrong setting fails there and says so. */
    get settings(): Settings {
        this.cachedSettings ??= resolveSettings(this.readConfig, this.environment);
        return this.cachedSettings;
    }

    /**
     * What the core works with in one region.
     *
     * @throws AppSnapshotError MissingRegion when neither the caller nor the settings name one.
     */
    context(options: {
        readonly regionId: string | undefined;
        readonly resourceUrn: string | undefined;
    }): Context {
        const regionId = options.regionId ?? this.settings.regionId;
        if (regionId === undefined) {
            throw new AppSnapshotError(ownErrors.MissingRegion);
        }
        const engine = this.connection();
        const log = resourceLogger(engine, options.resourceUrn);
        const { signal } = new AbortController();
        const clock = systemClock;
        const random = Math.random;
        return {
            api: createEcsApi({
                connect: () => this.client(regionId),
                regionId,
                retry: { clock, random, signal, log },
            }),
            regionId,
            clock,
            random,
            signal,
            log,
            newId: randomUUID,
            confirmEngineIsThere: async () => {
                await engine?.send({
                    severity: "debug",
                    message: "still there",
                    urn: options.resourceUrn,
                    ephemeral: true,
                });
            },
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
            client = createSdk(this.settings, regionId);
            this.clients.set(regionId, client);
            // A failure is not kept: credentials may be there at the next call.
            client.catch(() => this.clients.delete(regionId));
        }
        return client;
    }
}
