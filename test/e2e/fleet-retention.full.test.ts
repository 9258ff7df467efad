import { fleetRetention } from "../cases/fleet-retention";
import { withEngine } from "./support/engine";

fleetRetention("with the real engine", withEngine);
