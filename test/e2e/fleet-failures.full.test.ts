import { fleetFailures } from "../cases/fleet-failures";
import { withEngine } from "./support/engine";

fleetFailures("with the real engine", withEngine);
