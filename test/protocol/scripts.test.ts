import { deliveredScripts } from "../cases/scripts";
import { overProtocol } from "./support/protocol";

deliveredScripts("over the provider's protocol", overProtocol);
