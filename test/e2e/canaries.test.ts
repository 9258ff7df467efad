import { expect } from "chai";

import { sightings } from "./support/canaries";

describe("a canary", () => {
    it("is found in every form in which something might print it", () => {
        const base64 = (text: string): string => Buffer.from(text).toString("base64");
        const key = "canary/4Secret+7Access2Key=";
        const forms = [
            key,
            `"secretKey":"${key}"`,
            encodeURIComponent(key),
            encodeURIComponent(encodeURIComponent(key)),
            ...["", "1", "12"].map((before) => base64(`${before}${key};`)),
            ...["", "1", "12"].map((before) => Buffer.from(`${before}${key};`).toString("base64url")),
        ];
        for (const form of forms) {
            const seen = sightings({ name: "log", text: `before\n${form}\nafter` }, { secret: key });
            expect(seen, form).to.have.length(1);
            expect(seen[0])
                .to.match(/^log: the secret, /)
                .and.not.to.include(key);
        }
    });
});
