import type { Instance } from "../world/instance";
import type { Invocation } from "../world/invocation";
import type { World } from "../world/world";

/** Replaces `{{name}}` by its parameter, and `{{ACS::…}}` by what it stands for. Unknown names stay as they are. */
export function fillPlaceholders(
    content: string,
    parameters: Readonly<Record<string, string>>,
    place: { readonly world: World; readonly instance: Instance; readonly invocation: Invocation },
): string {
    const values: Record<string, string> = {
        ...parameters,
        "ACS::RegionId": place.world.regionId,
        "ACS::AccountId": place.world.services.accountId,
        "ACS::InstanceId": place.instance.instanceId,
        "ACS::InstanceName": place.instance.instanceName,
        "ACS::InvokeId": place.invocation.invokeId,
        "ACS::CommandId": place.invocation.command.commandId,
    };
    return content.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (whole, name: string) =>
        Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
    );
}

/** The names of a content's own placeholders. */
export function placeholders(content: string): string[] {
    const names = [...content.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map((match) => match[1] ?? "");
    return [...new Set(names)].filter((name) => !name.startsWith("ACS::"));
}
