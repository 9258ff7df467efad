import { fleetScripts } from "../cases/fleet-scripts";
import { overProtocol } from "./support/protocol";

fleetScripts("over the provider's protocol", overProtocol);
