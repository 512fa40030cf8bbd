import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

/** Serialized in a process of its own, as the engine has it: a test runner's module graph serializes differently. */
const program = `
  require("tsx/cjs");
  const { runtime } = require("@pulumi/pulumi");
  const { moduleProvider } = require("@atlaris/infra/dynamic/module-provider");
  const provider = moduleProvider("rollout/api-key");
  runtime.serializeFunction(() => provider).then(async ({ text }) => {
    // The very loader that the engine's provider process uses.
    const revived = require("require-from-string")(text).handler();
    const { id, outs } = await revived.create({ version: "7" });
    process.stdout.write(JSON.stringify({ id, keyLength: outs.key.length, bytes: text.length, text }));
  });
`;

describe("moduleProvider", () => {
  it("serializes to a few hundred bytes that find today's code", () => {
    const printed = execFileSync(process.execPath, ["-e", program], { encoding: "utf8", timeout: 60_000 });
    const { id, keyLength, bytes, text } = JSON.parse(printed) as Record<string, string | number>;
    expect({ id, keyLength }).toEqual({ id: "key-7", keyLength: 43 });
    expect(bytes).toBeLessThan(4_000);
    expect(text).not.toContain("randomBytes");
  });
});
