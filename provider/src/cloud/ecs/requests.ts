import type { SharedKey } from "../../runtime/shared";
import type { Disk, Invocation } from "./api";
import { type Calls, type CallsOptions, createCalls } from "./calls";
import { CommonList } from "./common-list";
import { diskLookUp, unfinishedLookUp } from "./region-look-ups";
import { SharedRequests } from "./shared-requests";
import { TaggedInvocations } from "./tagged-look-up";

/** The requests of a process to a region. */
export interface Requests {
    /** Requests that are never shared. */
    readonly own: Calls;
    readonly shared: SharedRequests;
    readonly disks: CommonList<string, Disk>;
    readonly unfinished: CommonList<string, Invocation>;
    readonly tagged: TaggedInvocations;
}

export const requestsKey: SharedKey<Requests> = { name: "the requests to a region" };

export function createRequests(options: CallsOptions): Requests {
    const { clock } = options;
    const own = createCalls(options);
    return {
        own,
        shared: new SharedRequests(own, clock),
        disks: new CommonList(clock, diskLookUp(own)),
        unfinished: new CommonList(clock, unfinishedLookUp(own)),
        tagged: new TaggedInvocations(own, clock),
    };
}
