import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHome, type Home } from "./home.ts";
import { forgetOverrides, overridden, readOverrides } from "./overrides.ts";
import { parse, refreshStackFile } from "./stacks.ts";

const addresses = { webDomain: "127.0.0.1:1234", aiBaseUrl: "http://127.0.0.1:5/v1", recordKeys: [] };
const secret = { secure: "v1:abc" };

describe("a setting of the checkout is overridden by the sandbox's copy", () => {
  it.each([
    ["where it was set there", { a: 1 }, { a: 1 }, { a: 2 }, ["a"]],
    ["where it was set there, and the checkout has changed since", { a: 1 }, { a: 3 }, { a: 2 }, ["a"]],
    ["where it was removed there", { a: { b: 1, c: 1 } }, { a: { b: 1, c: 1 } }, { a: { c: 1 } }, ["a.b"]],
    ["where it stands there alone", {}, {}, { a: { b: 1 } }, ["a.b"]],
    ["with a whole list", { a: [1] }, { a: [1] }, { a: [1, 2] }, ["a"]],
    ["with a secret", { a: 1 }, { a: 1 }, { a: secret }, ["a"]],
    ["not where the checkout says the same by now", { a: 1 }, { a: 2 }, { a: 2 }, []],
    ["not where the copy is not up to date yet", { a: 1 }, { a: 2 }, { a: 1 }, []],
    ["not by a secret, which the checkout cannot have", {}, {}, { a: { KEY: secret } }, []],
    ["not by an address", {}, {}, { "rollout:vercel": { domain: "x" }, "rollout:ai": { baseUrl: "x" } }, []],
  ])("%s", (_where, base, theirs, copy, keys) => {
    expect(overridden(base, theirs, copy).map((path) => path.join("."))).toEqual(keys);
  });
});

describe("what the sandbox's copy overrides", () => {
  let checkout: string;
  let home: Home;
  const copy = (): string => join(home.stacksFolder, "Pulumi.staging.yaml");
  const checkIn = (model: string): void =>
    writeFileSync(join(checkout, "Pulumi.staging.yaml"), `config:\n  rollout:ai: { model: ${model} }\n`);

  beforeEach(async () => {
    checkout = mkdtempSync(join(tmpdir(), "atlaris-overrides-"));
    home = openHome(checkout, undefined);
    mkdirSync(home.stacksFolder, { recursive: true });
    checkIn("small");
    await refreshStackFile(checkout, home, "staging", addresses);
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  it("is nothing at first, and nothing before there is a copy", () => {
    expect(readOverrides(checkout, home)).toEqual([]);
    rmSync(copy());
    expect(readOverrides(checkout, home)).toEqual([]);
  });

  it("follows the checkout again when it is forgotten; secrets and salt stay", async () => {
    const text = readFileSync(copy(), "utf8").replace("model: small", "model: large");
    writeFileSync(
      copy(),
      `${text}  rollout:secrets: { KEY: { secure: v1:abc } }\n  rollout:fly: { count: 2 }\nencryptionsalt: v1:salt\n`,
    );
    const [found] = readOverrides(checkout, home);
    expect(found).toMatchObject({ stack: "staging", keys: ["rollout:ai.model", "rollout:fly.count"] });
    if (found) forgetOverrides(home, found);
    expect(readOverrides(checkout, home)).toEqual([]);
    checkIn("medium");
    await refreshStackFile(checkout, home, "staging", addresses);
    expect(parse(readFileSync(copy(), "utf8"))).toEqual({
      config: {
        "rollout:vercel": { domain: "127.0.0.1:1234" },
        "rollout:ai": { model: "medium", baseUrl: "http://127.0.0.1:5/v1" },
        "rollout:record": { keys: [] },
        "rollout:secrets": { KEY: { secure: "v1:abc" } },
      },
      encryptionsalt: "v1:salt",
    });
  });
});
