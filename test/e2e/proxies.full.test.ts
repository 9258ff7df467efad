import { proxies } from "../cases/proxies";
import { withEngine } from "./support/engine";

proxies("with the real engine", withEngine);
