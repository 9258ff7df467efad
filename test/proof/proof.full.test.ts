import { databaseFailures, restoredWithout, restoredWithRecipe } from "../cases/proof";
import { subjects } from "./support/subjects";

for (const subject of subjects) {
    for (const type of ["ext4", "xfs"] as const) {
        restoredWithRecipe(subject, type, "engine", "full");
    }
}
restoredWithout("engine", "full");
databaseFailures("xfs", "engine");
