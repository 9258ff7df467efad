import { connectionSettings } from "../cases/connection";
import { overProtocol } from "./support/protocol";

connectionSettings("over the provider's protocol", overProtocol);
