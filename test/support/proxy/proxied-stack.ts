import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { startTestProxy, type TestProxy, type TestProxyOptions } from "./test-proxy";
import { startTlsFront, type TlsFront } from "./tls-front";

/** The name of the emulator, which only the proxy knows. */
export const endpointHost = "ecs.example.com";

/** The network of a test: the emulator is behind a proxy. */
export interface ProxiedNetwork {
    readonly proxy: TestProxy;
    /** Lets the proxy reach the emulator, without TLS and, at another port, with it. */
    readonly open: (emulator: Pick<Emulator, "url">) => Promise<TlsFront>;
}

/**
 * Runs a test behind a proxy.
 *
 * @param test gets the environment that names the proxy in both variables.
 */
export async function behindProxy(
    options: TestProxyOptions,
    test: (network: ProxiedNetwork, environment: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
    const proxy = await startTestProxy(options);
    const fronts: TlsFront[] = [];
    const open = async ({ url }: Pick<Emulator, "url">): Promise<TlsFront> => {
        const front = await startTlsFront(url);
        fronts.push(front);
        proxy.map(`${endpointHost}:80`, Number(new URL(url).port));
        proxy.map(`${endpointHost}:443`, front.port);
        return front;
    };
    try {
        await test({ proxy, open }, { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
    } finally {
        await Promise.all([proxy.close(), ...fronts.map((front) => front.close())]);
    }
}
