import type { Agent } from "../agent/agent";
import type { Arguments } from "../parameters/arguments";
import type { ParameterTable } from "../parameters/spec";
import type { Body } from "../refusals/api-error";
import type { Behaviour } from "../settings/behaviour";
import type { World } from "../world/world";

/** The context of a call. */
export interface Context {
    /** The region that the call is about. */
    readonly world: World;
    /** All regions that hold something, for the few operations without a region. */
    readonly worlds: readonly World[];
    readonly agent: Agent;
    /** Throws `Forbidden.RAM` (or `code`) when the caller may not use a further RAM action. */
    require(action: string, code?: string): void;
}

/** One operation of the API. */
export interface Operation {
    readonly parameters: ParameterTable;
    /**
     * A list that is authorised by what is in it: to a caller without the permission it may be empty, rather than
     * refused (`Behaviour.unpermittedList`).
     */
    readonly authorisedByItem?: boolean;
    /** True if a repeated ClientToken gives the first answer again; otherwise the parameter is ignored. */
    readonly idempotent?: boolean | ((behaviour: Behaviour) => boolean);
    run(args: Arguments, context: Context): Body | Promise<Body>;
    /**
     * Returns the answer of a call all of whose items fail, for operations that answer 200 with a result per item. It
     * checks what `run` checks, and changes nothing.
     */
    failItems?(args: Arguments, context: Context, error: Partial<ItemError>): Body;
}

/** The failure of an item of an answer. */
export interface ItemError {
    readonly code: string;
    readonly message: string;
}

/** Operations by the name that a request calls them. */
export type OperationTable = Readonly<Record<string, Operation>>;
