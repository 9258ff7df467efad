import { fleetScripts } from "../cases/fleet-scripts";
import { withEngine } from "./support/engine";

fleetScripts("with the real engine", withEngine);
