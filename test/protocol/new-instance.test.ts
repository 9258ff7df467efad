import { newInstances } from "../cases/new-instance";
import { overProtocol } from "./support/protocol";

newInstances("over the provider's protocol", overProtocol);
