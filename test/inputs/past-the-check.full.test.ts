import { describeUncheckedValues } from "./support/unchecked-values";

describeUncheckedValues({ everyShell: true, madeUp: 5_000 });
