import { moduleProvider } from "./resource.ts";
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

/** A process of its own that loads the text as the engine's provider process does. */
const program = `
  const revived = require("require-from-string")(process.argv[1]).handler();
  revived.read("key-7", { version: "7", key: "k", __provider: process.argv[1] }).then(({ id, props }) =>
    process.stdout.write(JSON.stringify({ id, ...props })));
`;

describe("moduleProvider", () => {
  it("is one line of state that finds today's code", () => {
    const text = moduleProvider("rollout/api-key");
    expect(text.length).toBeLessThan(200);
    const printed = execFileSync(process.execPath, ["-e", program, text], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(JSON.parse(printed)).toEqual({ id: "key-7", version: "7", key: "k" });
  });
});
