import { KeyedLock } from "../runtime/keyed-lock";

/** Held, by instance id, while a snapshot of the instance is taken or its temporary role withdrawn. */
export const instanceLocks = new KeyedLock();
