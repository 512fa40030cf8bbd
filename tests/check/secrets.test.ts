import { generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { secretsIn } from "./secrets.ts";

// Made here and of two parts, or this file would hold what it looks for.
const joined = (...parts: readonly string[]): string => parts.join("");
const hex = (length: number): string => randomBytes(length).toString("hex").slice(0, length);
const letters = (length: number): string =>
  Array.from(hex(length), (c) => "ghjkmnpqrstvwxyz"[parseInt(c, 16)]).join("");
const pem = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ format: "pem", type: "pkcs8" })
    .toString();
const ed25519 = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");

describe("the scan for secrets", () => {
  it.each<[kind: string, leak: () => string]>([
    ["github", () => joined("ghp_", hex(36))],
    ["github", () => joined("github_pat_", hex(22), "_", hex(59))],
    ["vercel", () => joined("vcp_", letters(40))],
    ["openai", () => joined("sk-proj-", letters(74), "T3BlbkFJ", letters(74))],
    ["npm", () => joined("//registry.npmjs.org/:_authToken=npm_", hex(36))],
    ["aws", () => `AWS_SECRET_ACCESS_KEY="${letters(40)}"`],
    ["slack", () => joined("https://hooks.slack.com/services/T00000000/B00000000/", letters(24))],
    ["stripe", () => joined("sk_live_", letters(24))],
    ["privatekey", pem],
    ["database-connection-string", () => `postgresql://owner:${letters(16)}@ep-one-1.eu.aws.neon.tech/app`],
    ["an Ed25519 private key", () => `ROLLOUT_SIGNING_KEY=${ed25519()}`],
    ["a token of Fly.io", () => joined("FlyV1 fm2_", letters(80))],
    ["an API key of Neon", () => joined("napi_", hex(64))],
    ["a password of a Neon role", () => joined("npg_", letters(16))],
    ["a token of Pulumi", () => joined("pul-", hex(40))],
  ])("catches a planted leak: %s", async (kind, leak) => {
    const secret = leak();
    const found = await secretsIn(
      "src/settings.ts",
      `export const a = 1;\nexport const b = \`${secret}\`;\n`,
    );
    expect(found.join("\n")).toContain(`src/settings.ts:2: found a secret (${kind})`);
    expect(found.join("\n")).not.toContain(secret.slice(-12));
  });

  it.each([
    "postgresql://user:not-to-be-seen@db.example.com/app",
    "postgres://owner:word@127.0.0.1:5432/app",
    "uses: actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10",
    "sha512-n5aW1nqHMFQcTlmEdUhrmSHwVbQ2LNzVv5YBGFWR7QEq0Gf3Gv8bYkkHq6vGm3YcPpt4xQpNqQkO1Q2l0l5oWA==",
    "FLY_API_TOKEN: ${{ secrets.FLY_API_TOKEN }}",
  ])("has nothing against %s", async (text) => {
    expect(await secretsIn("docs/page.md", text)).toEqual([]);
  });
});
