import { databases } from "./support/databases";
import { describeLock } from "./support/lock-behaviour";
import type { Shell } from "./support/scripts";

/** One for each database, so that each of them has its turn; the others have dash. */
const shells: Readonly<Record<string, Shell>> = { MariaDB: "bash", PostgreSQL: "busybox" };

for (const database of databases) {
    describeLock(database, { shells: [shells[database.name] ?? "dash"], kills: [100] });
}
