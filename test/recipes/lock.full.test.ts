import { databases } from "./support/databases";
import { describeLock } from "./support/lock-behaviour";
import { type Shell, shells } from "./support/scripts";

for (const database of databases) {
    describeLock(database, {
        shells: Object.keys(shells) as Shell[],
        kills: [3, 10, 20, 40, 80, 120, 160, 200, 260, 320, 400],
    });
}
