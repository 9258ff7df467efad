import { failuresAfterTheGroup } from "../cases/after-the-group";
import { overProtocol } from "./support/protocol";

failuresAfterTheGroup("over the provider's protocol", overProtocol);
