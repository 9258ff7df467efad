import { explain } from "../cases/explain";
import { overProtocol } from "./support/protocol";

explain("over the provider's protocol", overProtocol);
