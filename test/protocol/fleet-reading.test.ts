import { fleetReading } from "../cases/fleet-reading";
import { overProtocol } from "./support/protocol";

fleetReading("over the provider's protocol", overProtocol);
