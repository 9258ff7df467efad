import { describeUncheckedValues } from "./support/unchecked-values";

describeUncheckedValues({ everyShell: false, madeUp: 500 });
