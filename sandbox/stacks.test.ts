import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHome, type Home } from "./home.ts";
import { copyGivenFile, mergeStack, parse, refreshStackFile, requireStack } from "./stacks.ts";

const recordKeys = [{ id: "staging-of-sandbox", stack: "staging", key: "A" }];
const addresses = { webDomain: "127.0.0.1:1234", aiBaseUrl: "http://127.0.0.1:5/v1", recordKeys };
const checkedIn = `config:
  rollout:vercel:
    project: atlaris
    domain: atlaris.example
  rollout:ai: { model: small }
  rollout:date: 2026-01-02
  rollout:record: { keys: [{ id: staging-1, stack: staging, key: B }], lost: [C] }
`;

describe("the stack files of a sandbox", () => {
  let checkout: string;
  let home: Home;
  const copy = (): string => join(home.stacksFolder, "Pulumi.staging.yaml");
  const config = (): unknown => parse(readFileSync(copy(), "utf8"))["config"];
  const checkIn = (text: string): void => writeFileSync(join(checkout, "Pulumi.staging.yaml"), text);

  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), "atlaris-stacks-"));
    home = openHome(checkout, undefined);
    checkIn(checkedIn);
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  it("name this machine's addresses and keys, and leave the rest as it is checked in", async () => {
    await refreshStackFile(checkout, home, "staging", addresses);
    expect(config()).toEqual({
      "rollout:vercel": { project: "atlaris", domain: "127.0.0.1:1234" },
      "rollout:ai": { model: "small", baseUrl: "http://127.0.0.1:5/v1" },
      "rollout:date": "2026-01-02",
      "rollout:record": { keys: recordKeys, lost: ["C"] },
    });
    expect(readFileSync(join(checkout, "Pulumi.staging.yaml"), "utf8")).toBe(checkedIn);
  });

  it("keep what Pulumi.yaml gives a group, next to this machine's address in it", async () => {
    const project = {
      "rollout:vercel": { value: { team: "a", project: "of all stacks", domain: "a.example" } },
      "rollout:ai": { type: "object", default: { model: "of the project" } },
    };
    writeFileSync(join(checkout, "Pulumi.yaml"), JSON.stringify({ name: "atlaris", config: project }));
    checkIn("config:\n  rollout:vercel: { project: own }\n");
    await refreshStackFile(checkout, home, "staging", addresses);
    // The engine replaces a group of the project by the stack's.
    expect(config()).toEqual({
      "rollout:vercel": { project: "own", domain: "127.0.0.1:1234" },
      "rollout:ai": { model: "of the project", baseUrl: "http://127.0.0.1:5/v1" },
      "rollout:record": { keys: recordKeys },
    });
  });

  it("have no AI endpoint where the application has no such settings", async () => {
    checkIn("config:\n  rollout:vercel: { project: own }\n");
    await refreshStackFile(checkout, home, "staging", addresses);
    expect(config()).toEqual({
      "rollout:vercel": { project: "own", domain: "127.0.0.1:1234" },
      "rollout:record": { keys: recordKeys },
    });
  });

  it("take over what is edited in the checkout and keep what the engine wrote", async () => {
    await refreshStackFile(checkout, home, "staging", addresses);
    const written = readFileSync(copy(), "utf8");
    writeFileSync(copy(), `${written}  rollout:own: { secure: v1:abc }\nencryptionsalt: v1:salt\n`);
    checkIn(checkedIn.replace("small", "large"));
    await refreshStackFile(checkout, home, "staging", addresses);
    expect(config()).toMatchObject({
      "rollout:ai": { model: "large", baseUrl: "http://127.0.0.1:5/v1" },
      "rollout:own": { secure: "v1:abc" },
    });
    expect(parse(readFileSync(copy(), "utf8"))["encryptionsalt"]).toBe("v1:salt");
  });

  it("are made of a file that a command names as well, which stays as it is", () => {
    const given = join(checkout, "of a pull request.yaml");
    writeFileSync(given, checkedIn);
    copyGivenFile(home, "pr-42", given, addresses);
    expect(readFileSync(given, "utf8")).toBe(checkedIn);
    expect(parse(readFileSync(join(home.stacksFolder, "given", "Pulumi.pr-42.yaml"), "utf8"))).toMatchObject({
      config: { "rollout:vercel": { project: "atlaris", domain: "127.0.0.1:1234" } },
    });
    expect(() => copyGivenFile(home, "pr-42", join(checkout, "none.yaml"), addresses)).toThrow("not there");
  });

  it("are not called up to date when creating the stack failed", async () => {
    const failing = (): Promise<void> => Promise.reject(new Error("no engine"));
    await expect(refreshStackFile(checkout, home, "staging", addresses, failing)).rejects.toThrow(
      "no engine",
    );
    expect(() => readFileSync(join(home.stacksFolder, "base", "Pulumi.staging.yaml"))).toThrow("ENOENT");
  });

  it("list which there are when one is asked for that is not", () => {
    expect(() => requireStack(checkout, "stagin")).toThrow(
      `There is no stack stagin: Pulumi.stagin.yaml is not in ${checkout}. Did you mean: --stack staging`,
    );
    expect(() => requireStack(checkout, "demo")).toThrow(
      `There is no stack demo: Pulumi.demo.yaml is not in ${checkout}. Stacks: staging.`,
    );
  });
});

describe("merging a stack file", () => {
  it.each([
    ["a value of the checkout", {}, { a: 1 }, {}, { a: 1 }],
    ["a new value of the checkout", { a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }],
    ["a value removed from the checkout", { a: 1 }, {}, { a: 1 }, {}],
    ["a value set in the copy", { a: 1 }, { a: 2 }, { a: 9 }, { a: 9 }],
    ["a value removed from the copy", { a: 1, b: 1 }, { a: 1, b: 1 }, { b: 1 }, { b: 1 }],
    [
      "a part of an object set in the copy",
      { a: { x: 1, y: 1 } },
      { a: { x: 2, y: 2 } },
      { a: { x: 9, y: 1 } },
      { a: { x: 9, y: 2 } },
    ],
  ])("lets %s win", (_what, before, theirs, own, expected) => {
    expect(mergeStack(before, theirs, own)).toEqual(expected);
  });
});
