import { interruptedFleets } from "../cases/fleet-interruption";
import { overProtocol } from "./support/protocol";

interruptedFleets("over the provider's protocol", overProtocol);
