import { randomUUID } from "node:crypto";

import type { Agent } from "../agent/agent";
import { Authenticator } from "../auth/authenticate";
import { readPresented } from "../auth/presented";
import { pause } from "../clock/clock";
import type { FixtureCredential } from "../fixture/fixture";
import type { Context, Operation } from "../operations/operation";
import { operations } from "../operations/table";
import { checkClientToken } from "../parameters/rules";
import { validate } from "../parameters/validate";
import { ApiError, type Body } from "../refusals/api-error";
import { isKnownRefusal } from "../refusals/known";
import { mayUse } from "../world/policy";
import { regionIds } from "../world/regions";
import { type Services, World } from "../world/world";
import { type Answer, faultAnswer, type JsonAnswer, reachesOperation, refused, success } from "./answer";
import type { CallListener, EmulatorCall } from "./call";
import { Costs } from "./costs";
import type { Fault, FaultPlan } from "./faults";
import { emptied, runFaulty } from "./faulty-operation";
import { Idempotency } from "./idempotency";
import type { LedgerEntry } from "./ledger";
import type { Quotas } from "./quotas";
import type { WireRequest } from "./request";
import type { RequestHandler } from "./server";

/** An admitted call. */
interface Call {
    readonly request: WireRequest;
    readonly entry: LedgerEntry;
    readonly operation: Operation;
    readonly credential: FixtureCredential;
    /** False if the caller lacks the permission, and only an empty list tells so. */
    readonly permitted: boolean;
    readonly requestId: string;
}

/** Everything between the wire and the operations: authentication, permissions, faults and the ledger. */
export class Gateway implements RequestHandler {
    readonly ledger: LedgerEntry[] = [];
    readonly costs: Costs;
    private readonly authenticator: Authenticator;
    private readonly idempotency = new Idempotency();
    private readonly worlds: Map<string, World>;
    private readonly closing = new AbortController();

    constructor(
        private readonly home: World,
        private readonly agent: Agent,
        private readonly faults: FaultPlan,
        private readonly quotas: Quotas,
        private readonly listener: CallListener = () => undefined,
    ) {
        this.costs = new Costs(() => agent.processes);
        this.authenticator = new Authenticator(home.services.credentials);
        this.worlds = new Map([[home.regionId, home]]);
    }

    private get services(): Services {
        return this.home.services;
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
            status: 0,
            body: undefined,
        };
        this.ledger.push(entry);
        const requestId = randomUUID().toUpperCase();
        let answer: Answer;
        try {
            answer = await this.serve({ request, entry, requestId, ...this.admit(request, entry) });
        } catch (thrown) {
            answer = refused(this.refusal(thrown, entry.action), requestId);
        }
        noteAnswer(entry, answer);
        return answer;
    }

    /** Serves an admitted call, with all that a listener or a fault does to it. */
    private async serve(call: Call): Promise<Answer> {
        const { entry, requestId, request } = call;
        const heard = async (phase: EmulatorCall["phase"]) =>
            (await this.listener({ phase, entry, clientPort: request.clientPort })) === "drop";
        if (await heard("received")) {
            return { kind: "reset" };
        }
        const fault =
            this.quotas.take(entry.action, entry.params.RegionId ?? this.home.regionId) ??
            this.faults.take(entry.action, entry.params);
        if (fault !== undefined) {
            entry.faulted = fault.kind;
        }
        const regular =
            fault === undefined || reachesOperation(fault) ? await this.process(call, fault) : undefined;
        entry.body = regular?.body;
        const answer =
            (fault && faultAnswer(fault, this.services.behaviour.throttlingStatus, requestId)) ??
            regular ??
            success({}, requestId);
        noteAnswer(entry, answer);
        this.costs.count(entry.action, entry.code);
        if (regular !== undefined && (await heard("processed"))) {
            return { kind: "reset" };
        }
        if (answer.kind === "silence" && (await heard("unanswered"))) {
            return { kind: "reset" };
        }
        return answer;
    }

    private admit(
        request: WireRequest,
        entry: LedgerEntry,
    ): Pick<Call, "operation" | "credential" | "permitted"> {
        const presented = readPresented(request);
        entry.accessKeyId = presented.accessKeyId;
        if ((request.method !== "GET" && request.method !== "POST") || request.path !== "/") {
            throw new ApiError(405, "UnsupportedHTTPMethod", "Only GET and POST of / are supported.");
        }
        const { clock } = this.services;
        const credential = this.authenticator.authenticate(presented, clock.signingTime?.() ?? clock.now());
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
        const permitted = mayUse(credential, `ecs:${request.action}`);
        if (!permitted && !this.hidesRefusal(operation, request)) {
            throw forbidden(`ecs:${request.action}`);
        }
        return { operation, credential, permitted };
    }

    /** Tells whether a call without the permission gets an empty list; a dry run has no list to answer with. */
    private hidesRefusal(operation: Operation, { params }: WireRequest): boolean {
        return (
            operation.authorisedByItem === true &&
            this.services.behaviour.unpermittedList === "empty" &&
            params.get("DryRun") !== "true"
        );
    }

    private async process(call: Call, fault: Fault | undefined): Promise<JsonAnswer> {
        try {
            return success(await this.run(call, fault), call.requestId);
        } catch (thrown) {
            return refused(this.refusal(thrown, call.entry.action), call.requestId);
        }
    }

    private async run(call: Call, fault: Fault | undefined): Promise<Body> {
        const { request, operation, credential, permitted } = call;
        const { action } = request;
        const args = this.costs.time(action, () => validate(request.params, operation.parameters));
        const world = this.world(args.text("RegionId"));
        const context: Context = {
            world,
            worlds: [...this.worlds.values()],
            agent: this.agent,
            require: (action, code) => {
                if (!mayUse(credential, action)) {
                    throw forbidden(action, code);
                }
            },
        };
        const perform = async () => {
            await pause(this.services.clock, fault?.delayMs ?? 0, this.closing.signal);
            const run: Operation["run"] = (...call) => this.costs.time(action, () => operation.run(...call));
            const body = await runFaulty({ ...operation, run }, args, context, fault);
            return permitted ? body : emptied(body);
        };
        const token = args.text("ClientToken");
        if (token === undefined || !this.isIdempotent(operation)) {
            return perform();
        }
        checkClientToken(token);
        const caller = { accessKeyId: credential.accessKeyId, action, token };
        return this.idempotency.once(caller, request.params, perform);
    }

    /** Returns what the client is told of an error. A refusal that the API is not known to make is a mistake, too. */
    private refusal(thrown: unknown, action: string): ApiError {
        const told = asApiError(thrown);
        const { status, code, message } = told;
        return isKnownRefusal(action, status, code)
            ? told
            : asApiError(new Error(`${action} must not answer ${status} ${code}: ${message}`));
    }

    private isIdempotent({ idempotent }: Operation): boolean {
        return typeof idempotent === "function" ? idempotent(this.services.behaviour) : idempotent === true;
    }

    private world(regionId = this.home.regionId): World {
        const known = this.worlds.get(regionId);
        if (known !== undefined) {
            return known;
        }
        if (!regionIds.has(regionId)) {
            throw new ApiError(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
        }
        const empty = new World(regionId, this.services, []);
        this.worlds.set(regionId, empty);
        return empty;
    }
}

/** Notes an answer in the ledger; the last one noted counts, but the body stays the emulator's own. */
function noteAnswer(entry: LedgerEntry, answer: Answer): void {
    entry.status = answer.kind === "json" || answer.kind === "raw" ? answer.status : 0;
    delete entry.code;
    if (answer.kind === "json") {
        entry.body ??= answer.body;
        if (answer.status >= 400 && typeof answer.body.Code === "string") {
            entry.code = answer.body.Code;
        }
    }
}

function forbidden(action: string, code = "Forbidden.RAM"): ApiError {
    return new ApiError(
        403,
        code,
        `User not authorized to operate on the specified resource, or this API doesn't support RAM. Action: ${action}`,
    );
}

function asApiError(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) {
        return thrown;
    }
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    // A mistake of the emulator itself must not be taken for a fault of the cloud.
    return new ApiError(500, "EmulatorError", text);
}
