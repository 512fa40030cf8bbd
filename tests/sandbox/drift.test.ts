import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { changedDatabase } from "./changed-database.ts";
import { changedThings } from "./changed-things.ts";
import { changedValues } from "./changed-values.ts";
import { deletedThings } from "./deleted-things.ts";
import type { ChangeOutOfBand, Places } from "./changes-out-of-band.ts";
import { findPlaces } from "./changes-out-of-band.ts";
import type { Report } from "./refresh-report.ts";
import { refresh } from "./refresh-report.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * What people change manually on the four clouds, through the clouds' own APIs: a refresh shows each of it and nothing
 * else, the next `up` fixes it, and the cloud itself is asked whether it did.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });
let places: Places;

/** The limit of patience with one command on a machine under load. */
const limit = 240_000;

async function goodUp(...words: readonly string[]): Promise<string> {
  const { status, output } = await sandbox.run(
    "pulumi",
    "up",
    "--stack",
    "staging",
    "--skip-preview",
    ...words,
  );
  expect(status, output).toBe(0);
  return output;
}

beforeAll(async () => {
  // A second deployment of the web, so that its address can be led to the first.
  changeApplication(checkout, "once more", "web");
  checkout.commit("Release the web once more");
  await goodUp();
  const webUrl = await sandbox.read("pulumi", "stack", "output", "webUrl", "--stack", "staging");
  places = await findPlaces(sandbox, webUrl.trim());
}, 900_000);

/** The names that `bin/rollout drift` lists. */
async function listedDrift(expected: number): Promise<readonly string[]> {
  const { status, output } = await sandbox.run("bin/rollout", "drift", "--stack", "staging", "--json");
  expect(status, output).toBe(expected);
  const line = output.split("\n").find((each) => each.startsWith("{")) ?? "";
  const { drift } = JSON.parse(line) as { readonly drift: readonly { readonly resource: string }[] };
  return drift.map(({ resource }) => resource).sort();
}

/** The resources that a set of changes touches: these, and no other, may be shown. */
function resourcesOf(changes: readonly ChangeOutOfBand[]): readonly string[] {
  return [...new Set(changes.flatMap(({ shows }) => Object.keys(shows)))].sort();
}

/** The names of the resources on which the last lines of an `up` report that something was done. */
function acted(output: string): readonly string[] {
  const lines = output.matchAll(/^ (?:\+|~|\+-|-|\+\+|--) +\S+ (\S+) (?:created|updated|replaced|deleted)/gm);
  return [...new Set([...lines].map(([, name = ""]) => name))].filter((name) => name !== "atlaris-staging");
}

describe.each([
  { name: "values", changes: [...changedDatabase, ...changedValues] },
  { name: "things", changes: changedThings },
])("changes out of band: $name", ({ name, changes }) => {
  let report: Report;
  let listed: readonly string[];
  let output: string;

  beforeAll(async () => {
    for (const change of changes) await change.make(places);
    listed = await listedDrift(1);
    report = await refresh(sandbox);
    output = await goodUp();
  }, 2 * limit);

  it.each(changes)("shows that $what", ({ shows }) => {
    for (const [resource, property] of Object.entries(shows)) expect(report[resource]).toContain(property);
  });

  // So what was there before is shown no more, and what was not changed never was.
  it("shows no other resource", () => {
    expect(Object.keys(report).sort()).toEqual(resourcesOf(changes));
  });

  it("lists these resources by bin/rollout drift, and no other", () => {
    expect(listed).toEqual(resourcesOf(changes));
  });

  it.each(changes)("fixes it by the next up: $what", async ({ fixed }) => {
    const [found, wanted] = await fixed(places);
    expect(found).toEqual(wanted);
  });

  it("leaves alone what has nothing to do with it", () => {
    const untouched = [
      "worker-app",
      "regenerator-app",
      "smoke-key",
      "backup",
      "gate",
      "attempt",
      "web-project",
    ];
    expect(acted(output).filter((each) => untouched.includes(each))).toEqual([]);
    if (name === "things")
      expect([...acted(output)].sort()).toEqual([...resourcesOf(changes), "smoke", "status"].sort());
  });
});

describe("what was deleted manually", () => {
  let output: string;

  beforeAll(async () => {
    for (const change of deletedThings) await change.make(places);
    output = await goodUp("--refresh");
  }, 2 * limit);

  it.each(deletedThings)("is there again after one up --refresh: $what", async ({ fixed }) => {
    const [found, wanted] = await fixed(places);
    expect(found).toEqual(wanted);
  });

  it("is proven by the smoke test, and nothing else is touched", () => {
    expect([...acted(output)].sort()).toEqual([...resourcesOf(deletedThings), "smoke", "status"].sort());
  });

  it("leaves nothing to be shown", { timeout: limit }, async () => {
    await expect(refresh(sandbox)).resolves.toEqual({});
    expect(await listedDrift(0)).toEqual([]);
  });
});

describe("staging whose state was cut off", { timeout: 2 * limit }, () => {
  const up = (...words: readonly string[]) =>
    sandbox.run("bin/rollout", "up", "--stack", "staging", ...words);

  it("is rolled out again by the commands that are printed where the state cannot be read", async () => {
    const file = join(sandbox.home, "state", ".pulumi", "stacks", "atlaris", "staging.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 1_000));
    const broken = await up();
    expect(broken.status, broken.output).not.toBe(0);
    const [, copy = "", again = ""] =
      /With room on the disk: (cp .* && rm .*) && bin\/rollout (up --stack staging --refresh)/.exec(
        broken.output,
      ) ?? [];
    expect(copy, broken.output).toContain(`'${file}.bak' '${file}'`);
    const copied = await sandbox.type(copy);
    expect(copied.status, copied.output).toBe(0);
    const { status, output } = await sandbox.run("bin/rollout", ...again.split(" "));
    expect(status, output).toBe(0);
  });
});
