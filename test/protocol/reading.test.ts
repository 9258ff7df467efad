import { reading } from "../cases/reading";
import { overProtocol } from "./support/protocol";

reading("over the provider's protocol", overProtocol);
