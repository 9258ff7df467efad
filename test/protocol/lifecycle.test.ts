import { lifecycle } from "../cases/lifecycle";
import { overProtocol } from "./support/protocol";

lifecycle("over the provider's protocol", overProtocol);
