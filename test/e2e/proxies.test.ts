import { expect } from "chai";

import { behindProxy, endpointHost } from "../support/proxy/proxied-stack";
import { calls, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import { certificateFile } from "../support/tls/tls-identity";
import { withEngine } from "./support/engine";

const resources = [linuxSnapshot("a", instances.withRole)];
const user = ["builder", "canary@Proxy"] as const;
const endpoint = {
    ALIBABA_CLOUD_ECS_ENDPOINT: `https://${endpointHost}`,
    NODE_EXTRA_CA_CERTS: certificateFile,
};

describe("with the real engine, a proxy with a password", () => {
    it("passes on all calls; the password is neither in the most verbose log nor in the state", () =>
        behindProxy({ user }, ({ proxy, open }, environment) =>
            withEngine(
                async ({ emulator, stack }) => {
                    const front = await open(emulator);
                    const up = await stack.up(resources, "--debug", "--logtostderr", "-v=9");
                    expectSuccess(up);
                    expect(up.output, "verbose").to.include("RegisterResource");
                    expect(up.output).not.to.match(/canary/i);
                    expect(await stack.stateText())
                        .to.include(instances.withRole)
                        .and.not.to.match(/canary/i);
                    expect(calls(emulator, "RunCommand")).to.have.length(1);
                    const own = proxy.requests.filter(
                        ({ destination }) => destination === `${endpointHost}:443`,
                    );
                    // The emulator has no other name here, so each of its requests came through these.
                    expect(own).to.have.length(front.connections).and.not.to.be.empty;
                    expectSuccess(await stack.destroy());
                },
                { stack: { environment: { ...environment, ...endpoint } } },
            ),
        ));

    it("may be named in lower case, with the exception that Pulumi's SDK needs", () =>
        behindProxy({ user }, ({ proxy, open }) =>
            withEngine(
                async ({ emulator, stack }) => {
                    await open(emulator);
                    expectSuccess(await stack.up(resources));
                    expect(calls(emulator, "RunCommand")).to.have.length(1);
                },
                {
                    stack: {
                        environment: {
                            https_proxy: proxy.url,
                            http_proxy: proxy.url,
                            no_proxy: "127.0.0.1",
                            ...endpoint,
                        },
                    },
                },
            ),
        ));
});
