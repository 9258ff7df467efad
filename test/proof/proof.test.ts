import { databaseFailures, restoredWithout, restoredWithRecipe } from "../cases/proof";
import { subjects } from "./support/subjects";

// Both file systems, in turn; the rest of the grid is in the full tests.
const types = ["ext4", "xfs"] as const;

for (const [turn, subject] of subjects.entries()) {
    restoredWithRecipe(subject, types[turn % 2] ?? "ext4", turn === 0 ? "engine" : "protocol");
}
restoredWithout("protocol");
databaseFailures("ext4", "protocol");
