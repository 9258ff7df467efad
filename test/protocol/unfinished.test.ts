import { unfinishedSnapshots } from "../cases/unfinished";
import { overProtocol } from "./support/protocol";

unfinishedSnapshots("over the provider's protocol", overProtocol);
