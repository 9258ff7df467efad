import type { Edit } from "../edit";
import type { FaultPlan } from "../faults";
import type { LedgerEntry } from "../ledger";
import { object, text } from "../fixture/schema";
import { faultList } from "../settings";
import type { State } from "../state";
import type { Answer } from "./answer";
import { editRemotely } from "./remote-edits";
import type { WireRequest } from "./request";

/** Where requests go that are no calls of the API. */
export const controlPath = "/_emulator/";

/** Lets a test in another process see and change what there is. Signatures and the ledger are not concerned. */
export class Control {
    constructor(
        private readonly faults: FaultPlan,
        private readonly state: State,
        private readonly ledger: readonly LedgerEntry[],
        private readonly edit: Edit,
    ) {}

    /** Answers one request. Never throws. */
    handle(request: WireRequest): Answer {
        switch (`${request.method} ${request.path.slice(controlPath.length)}`) {
            case "GET state":
                return json(200, this.state);
            case "GET ledger":
                return json(200, this.ledger);
            case "POST faults":
                return changed(request, (body) => {
                    this.faults.add(...faultList(body, ""));
                    return { pending: this.faults.pending };
                });
            case "POST edit":
                return changed(request, (body) => {
                    const result = editRemotely(this.edit, body);
                    return result === undefined ? {} : { result };
                });
            case "POST release":
                return changed(request, (body) => {
                    this.edit.releasePlugin(instanceOf(body, ""));
                    return {};
                });
            default:
                return problem(
                    404,
                    "there are GET state, GET ledger, POST faults, POST edit and POST release",
                );
        }
    }
}

/** Whose plugin is released. */
const release = object({ instanceId: text }, {});

function instanceOf(body: unknown, path: string): string {
    return release(body, path).instanceId;
}

/** What comes of a change that a request's body describes. */
function changed(request: WireRequest, change: (body: unknown) => unknown): Answer {
    // A page in a browser cannot send this type to another site without asking first, and nobody answers that.
    if (request.headers.get("content-type") !== "application/json") {
        return problem(415, "the content type must be application/json");
    }
    try {
        return json(200, change(JSON.parse(request.body.toString("utf8"))));
    } catch (error) {
        return problem(400, (error as Error).message.replace(/^fixture: /, ""));
    }
}

function json(status: number, value: unknown): Answer {
    return { kind: "raw", status, contentType: "application/json", text: JSON.stringify(value) };
}

function problem(status: number, message: string): Answer {
    return json(status, { problem: message });
}
