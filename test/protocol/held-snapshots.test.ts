import { heldSnapshots } from "../cases/held-snapshots";
import { overProtocol } from "./support/protocol";

heldSnapshots("over the provider's protocol", overProtocol);
