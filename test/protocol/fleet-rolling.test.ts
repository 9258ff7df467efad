import { rollingFleets } from "../cases/fleet-rolling";
import { overProtocol } from "./support/protocol";

rollingFleets("over the provider's protocol", overProtocol);
