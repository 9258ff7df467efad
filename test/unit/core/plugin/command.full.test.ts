import { describeCommandIn } from "../../support/command-in-shell";
import { shells } from "../../support/shells";

for (const shell of shells) {
    describeCommandIn(shell, { carried: 500, refused: 200 });
}
