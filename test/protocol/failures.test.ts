import { failures } from "../cases/failures";
import { overProtocol } from "./support/protocol";

failures("over the provider's protocol", overProtocol);
