import { fleetFailures } from "../cases/fleet-failures";
import { overProtocol } from "./support/protocol";

fleetFailures("over the provider's protocol", overProtocol);
