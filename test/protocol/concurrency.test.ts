import { concurrentSnapshots } from "../cases/concurrency";
import { overProtocol } from "./support/protocol";

concurrentSnapshots("over the provider's protocol", overProtocol);
