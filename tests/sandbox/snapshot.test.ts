import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Checkout } from "./checkout.ts";
import { copyCheckout } from "./checkout.ts";
import { postPlan, waitForPlan } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

/** One sandbox that goes on running, and another one that is restored from its snapshot, in another checkout. */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });
const folder = mkdtempSync(join(tmpdir(), "atlaris-snapshots-"));
let otherCheckout: Checkout;
let other: Sandbox;

const stacks = ["staging", "prod"];
const limit = { timeout: 240_000 };

interface Outputs {
  readonly webUrl: string;
  readonly databaseUrl: string;
  readonly smokeApiKey: string;
}

async function outputsOf(of: Sandbox, stack: string): Promise<Outputs> {
  const words = ["pulumi", "stack", "output", "--stack", stack, "--json", "--show-secrets"];
  return JSON.parse(await of.read(...words)) as Outputs;
}

async function good(of: Sandbox, ...words: readonly string[]): Promise<string> {
  const { status, output } = await of.run(...words);
  expect(status, output).toBe(0);
  return output;
}

/** Posts a plan and waits until a worker has written it. */
async function expectAnswer(of: Sandbox, stack: string): Promise<void> {
  const { webUrl, smokeApiKey } = await outputsOf(of, stack);
  const planId = await postPlan(webUrl, smokeApiKey, "Bread");
  await expect(waitForPlan(webUrl, smokeApiKey, planId)).resolves.toMatchObject({ status: "ready" });
}

const snapshot = (of: Sandbox, ...words: readonly string[]): Promise<string> =>
  good(of, "snapshot", ...words, "--folder", folder);

const leftovers = (of: string): readonly string[] => readdirSync(of).filter((name) => name.includes("~"));

beforeAll(() => {
  otherCheckout = copyCheckout(checkout.root);
  other = openSandbox(otherCheckout.root);
});

afterAll(async () => {
  await other.close();
  otherCheckout.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("a snapshot", () => {
  it("is saved while the sandbox runs, which runs on", limit, async () => {
    await expectAnswer(sandbox, "staging");
    process.stdout.write(await snapshot(sandbox, "save", "both"));
    await expectAnswer(sandbox, "staging");
    const [listed] = JSON.parse(await sandbox.read("snapshot", "list", "--json", "--folder", folder)) as {
      name: string;
      stacks: { name: string; release: string }[];
    }[];
    const release = checkout.git("rev-parse", "HEAD");
    expect(listed).toMatchObject({
      name: "both",
      stacks: [
        { name: "prod", release },
        { name: "staging", release },
      ],
    });
  });

  it("is restored into another home next to it, at other addresses that answer", limit, async () => {
    process.stdout.write(await snapshot(other, "restore", "both"));
    for (const stack of stacks) {
      const [here, there] = [await outputsOf(sandbox, stack), await outputsOf(other, stack)];
      expect(there.webUrl).not.toBe(here.webUrl);
      expect(there.databaseUrl).not.toBe(here.databaseUrl);
      expect(there.smokeApiKey).toBe(here.smokeApiKey);
      await expectAnswer(other, stack);
      await expectAnswer(sandbox, stack);
    }
  });

  it.each(stacks)("leaves nothing to do for the next up, nor for a refresh: %s", limit, async (stack) => {
    const output = await good(other, "pulumi", "up", "--stack", stack);
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
    expect(output).not.toMatch(/[+~-] +\d+ (created|updated|deleted|replaced)/);
    const refreshed = await good(other, "pulumi", "up", "--stack", stack, "--refresh", "--skip-preview");
    expect(refreshed).toMatch(/Resources:\s+\d+ unchanged/);
  });

  it.each(stacks)("keeps the record of %s as it was written", limit, async (stack) => {
    const output = await good(other, "bin/rollout", "history", "--stack", stack, "--verify");
    expect(output).toContain("is as it was written");
  });

  it("leaves no address of the one that was saved, in files and stack files", async () => {
    const { named, given } = JSON.parse(
      readFileSync(join(sandbox.home, "cloud", "server", "state.json"), "utf8"),
    ) as { named: Record<string, number>; given: number[] };
    const old = new RegExp(`127\\.0\\.0\\.1:(${[...Object.values(named), ...given].join("|")})\\b`);
    const texts = [
      ...["ai", "fly", "github", "neon", "server", "vercel"].map((cloud) =>
        join("cloud", cloud, "state.json"),
      ),
      ...readdirSync(join(other.home, "state"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".json"))
        .map((name) => join("state", name)),
      ...stacks.map((stack) => join("stacks", `Pulumi.${stack}.yaml`)),
    ];
    const holding = texts.filter((file) => {
      try {
        return old.test(readFileSync(join(other.home, file), "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
        throw error;
      }
    });
    expect(holding).toEqual([]);
  });

  it("goes over a sandbox that runs, which runs again at its own addresses", limit, async () => {
    const before = await outputsOf(sandbox, "staging");
    const output = await snapshot(sandbox, "restore", "both");
    expect(output).toContain("at the same addresses. The clouds run.");
    expect(await outputsOf(sandbox, "staging")).toEqual(before);
    await expectAnswer(sandbox, "staging");
  });
});

describe("a command that is killed", () => {
  it("while it restores leaves the sandbox as it was", limit, async () => {
    const before = await outputsOf(other, "staging");
    const isCopying = (): Promise<boolean> =>
      Promise.resolve(readdirSync(other.home).some((name) => name.startsWith("restore~copying-")));
    await other.runUntil(isCopying, "snapshot", "restore", "both", "--folder", folder);
    expect(await outputsOf(other, "staging")).toEqual(before);
    expect(leftovers(other.home)).toEqual([]);
    await expectAnswer(other, "staging");
  });

  it("while it saves leaves the sandbox and the snapshots as they were", limit, async () => {
    const isCopying = (): Promise<boolean> => Promise.resolve(leftovers(folder).length > 0);
    await other.runUntil(isCopying, "snapshot", "save", "both", "--replace", "--folder", folder);
    await expectAnswer(other, "staging");
    expect(await snapshot(other, "list")).toMatch(/^both /);
    expect(leftovers(folder)).toEqual([]);
  });
});

describe("it is refused", () => {
  it.each([
    ["restore", "boht", "Did you mean: both"],
    ["save", "both", "bin/sandbox snapshot save both --replace"],
    ["save", "../both", "no name for a snapshot"],
    ["delete", "", "takes one name"],
  ])("to %s %s, with what helps", async (verb, name, help) => {
    const words = name === "" ? [] : [name];
    const { status, output } = await other.run("snapshot", verb, ...words, "--folder", folder);
    expect(output).toContain(help);
    expect(status).toBe(2);
  });

  it("to restore what another version saved", async () => {
    const file = join(folder, "both", "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { format: number };
    writeFileSync(file, JSON.stringify({ ...manifest, format: 0 }));
    const { status, output } = await other.run("snapshot", "restore", "both", "--folder", folder);
    writeFileSync(file, JSON.stringify(manifest));
    expect(output).toContain("The snapshot both has format 0; this version of the sandbox reads format 1.");
    expect(status).toBe(2);
  });

  it("to restore while a command uses the sandbox", async () => {
    const { status, output } = await other.run(
      "sh",
      "-c",
      `${join(otherCheckout.root, "bin", "sandbox")} snapshot restore both --folder ${folder}; exit $?`,
    );
    expect(output).toMatch(/sh -c … \(process \d+\) uses this sandbox. Wait for its end, then run: /);
    expect(status).toBe(1);
  });
});
