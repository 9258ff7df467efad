import { killedUpdates } from "../cases/killed";
import { overProtocol } from "./support/protocol";

killedUpdates("over the provider's protocol", overProtocol);
