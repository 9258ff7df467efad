import { doctor } from "../cases/doctor";
import { overProtocol } from "./support/protocol";

doctor("over the provider's protocol", overProtocol);
