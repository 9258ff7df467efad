import { proxies } from "../cases/proxies";
import { overProtocol } from "./support/protocol";

proxies("over the provider's protocol", overProtocol);
