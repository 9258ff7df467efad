import { fleetOrphans } from "../cases/fleet-orphans";
import { overProtocol } from "./support/protocol";

fleetOrphans("over the provider's protocol", overProtocol);
