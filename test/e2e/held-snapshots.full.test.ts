import { heldSnapshots } from "../cases/held-snapshots";
import { withEngine } from "./support/engine";

heldSnapshots("with the real engine", withEngine);
