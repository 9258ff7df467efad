import { exactlyOnce } from "../cases/exactly-once";
import { overProtocol } from "./support/protocol";

exactlyOnce("over the provider's protocol", overProtocol);
