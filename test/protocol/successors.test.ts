import { unfinishedSuccessors } from "../cases/successors";
import { overProtocol } from "./support/protocol";

unfinishedSuccessors("over the provider's protocol", overProtocol);
