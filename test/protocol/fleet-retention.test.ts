import { fleetRetention } from "../cases/fleet-retention";
import { overProtocol } from "./support/protocol";

fleetRetention("over the provider's protocol", overProtocol);
