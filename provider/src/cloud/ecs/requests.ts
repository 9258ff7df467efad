import type { SharedKey } from "../../runtime/shared";
import type { Disk, Invocation } from "./api";
import { type Calls, type CallsOptions, createCalls } from "./calls";
import { RegionList } from "./region-list";
import { diskLookUp, unfinishedLookUp } from "./region-look-ups";
import { SharedRequests } from "./shared-requests";

/** The requests of a process to a region. */
export interface Requests {
    /** Requests that are never shared. */
    readonly own: Calls;
    readonly shared: SharedRequests;
    readonly disks: RegionList<Disk>;
    readonly unfinished: RegionList<Invocation>;
}

export const requestsKey: SharedKey<Requests> = { name: "the requests to a region" };

export function createRequests(options: CallsOptions): Requests {
    const { clock } = options;
    const own = createCalls(options);
    return {
        own,
        shared: new SharedRequests(own, clock),
        disks: new RegionList(clock, diskLookUp(own)),
        unfinished: new RegionList(clock, unfinishedLookUp(own)),
    };
}
