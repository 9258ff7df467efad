import { randomUUID } from "node:crypto";
import type { Agent } from "../agent/agent";
import { ApiError, type Body } from "../api-error";
import { Authenticator } from "../auth/authenticate";
import { readPresented } from "../auth/presented";
import { pause } from "../clock";
import type { Fault, FaultPlan } from "../faults";
import type { FixtureCredential } from "../fixture/fixture";
import type { LedgerEntry } from "../ledger";
import { regionIds } from "../operations/instances";
import type { Context, Operation } from "../operations/operation";
import { operations } from "../operations/table";
import { checkClientToken } from "../parameters/rules";
import { validate } from "../parameters/validate";
import { allows } from "../world/policy";
import { type Surroundings, World } from "../world/world";
import { type Answer, failure, faultAnswer, success, takesEffect } from "./answer";
import { Idempotency } from "./idempotency";
import type { WireRequest } from "./request";

/** Everything between the wire and the operations: who calls, may they, what goes wrong, and the record of it all. */
export class Gateway {
    readonly ledger: LedgerEntry[] = [];
    private readonly authenticator: Authenticator;
    private readonly idempotency = new Idempotency();
    private readonly worlds: Map<string, World>;
    private readonly closing = new AbortController();

    constructor(
        private readonly home: World,
        private readonly agent: Agent,
        private readonly faults: FaultPlan,
        credentials: readonly FixtureCredential[],
        private readonly log: (line: string) => void = () => undefined,
    ) {
        this.authenticator = new Authenticator(credentials);
        this.worlds = new Map([[home.regionId, home]]);
    }

    private get surroundings(): Surroundings {
        return this.home.surroundings;
    }

    /** Ends the delays that are under way. */
    close(): void {
        this.closing.abort();
    }

    /** Answers one request. Never throws. */
    async handle(request: WireRequest): Promise<Answer> {
        const entry: LedgerEntry = {
            sequence: this.ledger.length + 1,
            time: new Date(this.home.now).toISOString(),
            action: request.action,
            params: Object.fromEntries(request.params),
            accessKeyId: "",
            signatureVersion: undefined,
            status: 0,
            body: undefined,
        };
        this.ledger.push(entry);
        const requestId = randomUUID().toUpperCase();
        let fault: Fault | undefined;
        let answer: Answer;
        try {
            const [operation, credential] = this.admit(request, entry);
            fault = this.faults.take(request.action, entry.params);
            if (fault !== undefined) {
                entry.faulted = fault.kind;
            }
            const body =
                fault === undefined || takesEffect(fault)
                    ? await this.process(operation, request, credential, fault?.delayMs ?? 0)
                    : {};
            answer = success(body, requestId);
        } catch (error) {
            answer = failure(asApiError(error), requestId);
        }
        if (answer.kind === "json" && (fault === undefined || takesEffect(fault))) {
            entry.body = answer.body;
        }
        const replaced = fault && faultAnswer(fault, this.surroundings.behaviour.throttlingStatus, requestId);
        return this.record(entry, replaced ?? answer);
    }

    private record(entry: LedgerEntry, answer: Answer): Answer {
        entry.status = answer.kind === "reset" ? 0 : answer.status;
        if (answer.kind === "json") {
            entry.body ??= answer.body;
            if (answer.status >= 400 && typeof answer.body.Code === "string") {
                entry.code = answer.body.Code;
            }
        }
        const outcome = entry.code ?? (entry.status === 0 ? "connection reset" : "");
        this.log(`${entry.time} ${entry.action} ${entry.status} ${outcome}`.trimEnd());
        return answer;
    }

    private admit(request: WireRequest, entry: LedgerEntry): [Operation, FixtureCredential] {
        const presented = readPresented(request);
        entry.accessKeyId = presented.accessKeyId;
        entry.signatureVersion = presented.signatureVersion;
        if ((request.method !== "GET" && request.method !== "POST") || request.path !== "/") {
            throw new ApiError(405, "UnsupportedHTTPMethod", "Only GET and POST of / are supported.");
        }
        const credential = this.authenticator.authenticate(presented, this.home.now);
        if (request.version !== "2014-05-26") {
            throw new ApiError(400, "InvalidVersion", "Specified parameter Version is not valid.");
        }
        const operation = Object.hasOwn(operations, request.action) ? operations[request.action] : undefined;
        if (operation === undefined) {
            throw new ApiError(
                404,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            );
        }
        authorise(credential, `ecs:${request.action}`);
        return [operation, credential];
    }

    private async process(
        operation: Operation,
        request: WireRequest,
        credential: FixtureCredential,
        delayMs: number,
    ): Promise<Body> {
        const args = validate(request.params, operation.parameters, operation.family);
        const world = this.world(args.text("RegionId"));
        const context: Context = {
            world,
            worlds: [...this.worlds.values()],
            agent: this.agent,
            require: (action, code) => {
                authorise(credential, action, code);
            },
        };
        const call = async () => {
            await pause(this.surroundings.clock, delayMs, this.closing.signal);
            return operation.run(args, context);
        };
        const token = args.text("ClientToken");
        if (token === undefined || operation.idempotent !== true) {
            return call();
        }
        checkClientToken(token);
        const { accessKeyId } = credential;
        return this.idempotency.once({ accessKeyId, action: request.action, token }, request.params, call);
    }

    private world(regionId = this.home.regionId): World {
        const known = this.worlds.get(regionId);
        if (known !== undefined) {
            return known;
        }
        if (!regionIds.includes(regionId)) {
            throw new ApiError(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
        }
        const empty = new World(regionId, this.surroundings, []);
        this.worlds.set(regionId, empty);
        return empty;
    }
}

function authorise(credential: FixtureCredential, action: string, code = "Forbidden.RAM"): void {
    if (!allows(credential.allow ?? ["*"], action)) {
        throw new ApiError(
            403,
            code,
            `User not authorized to operate on the specified resource, or this API doesn't support RAM. Action: ${action}`,
        );
    }
}

function asApiError(error: unknown): ApiError {
    if (error instanceof ApiError) {
        return error;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // A mistake of the emulator itself: said plainly, it would be taken for a fault of the cloud otherwise.
    return new ApiError(500, "EmulatorError", text);
}
