import { fleetOrphans } from "../cases/fleet-orphans";
import { withEngine } from "./support/engine";

fleetOrphans("with the real engine", withEngine);
