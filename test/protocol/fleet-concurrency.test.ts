import { concurrentFleets } from "../cases/fleet-concurrency";
import { overProtocol } from "./support/protocol";

concurrentFleets("over the provider's protocol", overProtocol);
