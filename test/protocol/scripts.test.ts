import { scriptDelivery } from "../cases/scripts";
import { overProtocol } from "./support/protocol";

scriptDelivery("over the provider's protocol", overProtocol);
