import { StringDecoder } from "node:string_decoder";
import type { World } from "../world/world";
import { encodeGbk } from "./code-page";

/** What the agent makes of the output of a Windows command. */
export function windowsOutput(world: World, onOutput: (chunk: Buffer) => void): (chunk: Buffer) => void {
    const decoder = new StringDecoder("utf8");
    return (chunk) => {
        const raw = world.services.behaviour.windowsOutput === "code-page";
        onOutput(raw ? encodeGbk(decoder.write(chunk)) : chunk);
    };
}
