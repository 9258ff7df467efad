import type { HttpAnswer, HttpRequest } from "../programs/program";
import { type Instance, metadataAnswers, visibleRole } from "./instance";

const metadataHost = "100.100.100.200";
const noAnswer: HttpAnswer = { failure: "no answer" };

/** Answers a request that is made on an instance: by its metadata service, or by the ECS endpoint of its region. */
export function answerFromNetwork(request: HttpRequest, instance: Instance, now: number): HttpAnswer {
    const { url } = request;
    const { regionId, unreachable } = instance;
    if (url.host === metadataHost) {
        return metadataAnswers(instance) ? metadataAnswer(request, instance, now) : noAnswer;
    }
    if ([`ecs.${regionId}.aliyuncs.com`, `ecs-vpc.${regionId}.aliyuncs.com`].includes(url.host)) {
        // The answer to a request without an action.
        return unreachable.includes("ecs") ? noAnswer : { status: 400, body: "MissingAction" };
    }
    return { failure: "no such host" };
}

/** Answers as the metadata service does, with a token (IMDSv2) or without one. */
function metadataAnswer({ method, url, headers }: HttpRequest, instance: Instance, now: number): HttpAnswer {
    const { instanceId, httpTokens } = instance;
    const token = `token-of-${instanceId}`;
    if (method === "PUT" && url.pathname === "/latest/api/token") {
        return headers.has("x-aliyun-ecs-metadata-token-ttl-seconds")
            ? { status: 200, body: token }
            : { status: 400, body: "" };
    }
    const given = headers.get("x-aliyun-ecs-metadata-token");
    if (given === undefined ? httpTokens === "required" : given !== token) {
        return { status: 403, body: "" };
    }
    const role = visibleRole(instance, now);
    if (method === "GET" && url.pathname === "/latest/meta-data/instance-id") {
        return { status: 200, body: instanceId };
    }
    if (
        method === "GET" &&
        url.pathname === "/latest/meta-data/ram/security-credentials/" &&
        role !== undefined
    ) {
        return { status: 200, body: role };
    }
    return { status: 404, body: "404 - Not Found" };
}
