import { flag, integer, list, object, text } from "../fixture/schema";
import type { Answer } from "../gateway/answer";
import type { FaultPlan } from "../gateway/faults";
import type { Gateway } from "../gateway/gateway";
import type { Quotas } from "../gateway/quotas";
import type { WireRequest } from "../gateway/request";
import { controlPath, type RequestHandler } from "../gateway/server";
import { faultList } from "./fault-list";
import type { State } from "./state";
import type { TestControls } from "./test-controls";

/** Lets a test in another process see and change what there is, without a signature and without a ledger entry. */
export class RemoteControl implements RequestHandler {
    constructor(
        private readonly faults: FaultPlan,
        private readonly quotas: Quotas,
        private readonly state: State,
        private readonly gateway: Pick<Gateway, "ledger" | "costs">,
        private readonly controls: TestControls,
    ) {}

    /** Answers one request. Never throws. */
    handle(request: WireRequest): Answer {
        switch (`${request.method} ${request.path.slice(controlPath.length)}`) {
            case "GET state":
                return json(200, this.state);
            case "GET ledger":
                return json(200, this.gateway.ledger);
            case "GET cost":
                return json(200, this.gateway.costs.total);
            case "POST faults":
                return changed(request, (body) => {
                    this.faults.add(...faultList(body, ""));
                    return { pending: this.faults.pending };
                });
            case "POST quotas":
                return changed(request, (body) => {
                    this.quotas.set(...quotaList(body, ""));
                    return {};
                });
            case "POST release":
                return changed(request, (body) => {
                    this.controls.releasePlugin(release(body, "").instanceId);
                    return {};
                });
            default:
                return problem(
                    404,
                    "there are GET state, GET ledger, GET cost, POST faults, POST quotas and POST release",
                );
        }
    }
}

const quotaList = list(object({ action: text, callsPerMinute: integer(0, 1_000_000) }, { retryAfter: flag }));

/** The instance whose plugin is released. */
const release = object({ instanceId: text }, {});

/** Makes the change that a request's body describes. */
function changed(request: WireRequest, change: (body: unknown) => unknown): Answer {
    // A page in a browser cannot send this type to another site without asking first, and nobody answers that.
    if (request.headers.get("content-type") !== "application/json") {
        return problem(415, "the content type must be application/json");
    }
    try {
        return json(200, change(JSON.parse(request.body.toString("utf8"))));
    } catch (thrown) {
        return problem(400, (thrown as Error).message.replace(/^fixture: /, ""));
    }
}

function json(status: number, value: unknown): Answer {
    return { kind: "raw", status, contentType: "application/json", text: JSON.stringify(value) };
}

function problem(status: number, message: string): Answer {
    return json(status, { problem: message });
}
