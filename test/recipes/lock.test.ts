import { databases } from "./support/databases";
import { describeLock } from "./support/lock-behaviour";
import type { Shell } from "./support/scripts";

/** One shell for each database, so that each has its turn; the others use dash. */
const shells: Readonly<Record<string, Shell>> = { MariaDB: "bash", PostgreSQL: "busybox" };

for (const database of databases) {
    describeLock(database, { shells: [shells[database.name] ?? "dash"], kills: [100] });
}
