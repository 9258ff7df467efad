import { foreignGroups } from "../cases/foreign-group";
import { overProtocol } from "./support/protocol";

foreignGroups("over the provider's protocol", overProtocol);
