import { keepLast } from "../cases/keep-last";
import { overProtocol } from "./support/protocol";

keepLast("over the provider's protocol", overProtocol);
