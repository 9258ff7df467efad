import { tags } from "../cases/tags";
import { overProtocol } from "./support/protocol";

tags("over the provider's protocol", overProtocol);
