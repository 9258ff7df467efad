import { fleets } from "../cases/fleet";
import { overProtocol } from "./support/protocol";

fleets("over the provider's protocol", overProtocol);
