import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Outcome, Row } from "../doctor/account-matrix.ts";
import { isWorking, matrix, nameOf } from "../doctor/account-matrix.ts";
import { accountSets } from "../doctor/account-sets.ts";
import { changeApplication } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import type { Checkout } from "./checkout.ts";
import { openPullRequest, previewTraces } from "./preview-traces.ts";
import type { Ended, Sandbox } from "./sandbox.ts";
import { writesOf } from "./story.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * Tokens and plans, with real rollouts; what doctor finds of them is in tests/doctor. All of them:
 * `ROLLOUT_MATRIX=all npm test -- tests/sandbox/matrix`; else the most restricted accounts with which all works.
 */
const isAll = process.env["ROLLOUT_MATRIX"] === "all";

const exitStatuses: Readonly<Record<Outcome, number>> = { works: 0, named: 1, stops: 2, refused: 3 };

const rollout = (sandbox: Sandbox, ...words: readonly string[]): Promise<Ended> =>
  sandbox.run("bin/rollout", ...words);

async function good(sandbox: Sandbox, ...words: readonly string[]): Promise<string> {
  const { status, output } = await rollout(sandbox, ...words);
  expect(status, output).toBe(0);
  return output;
}

/** Expects that it ends so; what does not work writes nothing, and names what is missing. */
async function expectOutcome(
  sandbox: Sandbox,
  outcome: Outcome,
  { cloud, announced }: Row,
  ...words: readonly string[]
): Promise<void> {
  const before = await writesOf(sandbox);
  const { status, output } = await rollout(sandbox, ...words);
  expect(status, output).toBe(exitStatuses[outcome]);
  if (outcome === "works") return;
  expect(await writesOf(sandbox), output).toBe(before);
  const isNamed = (text: string): boolean => output.includes(text);
  if (outcome === "stops")
    expect(
      announced.some((name) => isNamed(`  ${name.replace(/^(Fly app) .*/, "$1")}`)),
      output,
    ).toBe(true);
  else expect(isNamed(tokens[cloud]), output).toBe(true);
}

const tokens: Readonly<Record<Row["cloud"], string>> = {
  Neon: "NEON_API_KEY",
  "Fly.io": "FLY_ACCESS_TOKEN",
  Vercel: "VERCEL_API_TOKEN",
  GitHub: "GITHUB_TOKEN",
};

/** Makes the accounts those of the rows, and all others the usual ones. */
async function setAccounts(sandbox: Sandbox, rows: readonly Row[]): Promise<void> {
  await sandbox.read("account", "reset");
  await sandbox.read("account", "set", ...rows.flatMap(({ account }) => account.split(" ")));
}

/** Gives both stack files the settings that the rows have. */
function setSettings(checkout: Checkout, rows: readonly Row[]): void {
  for (const { settings = {} } of rows)
    for (const stack of ["staging", "prod"]) changeSettings(checkout, stack, settings);
  if (checkout.git("status", "--porcelain") !== "") checkout.commit("Set what the accounts need");
}

const byAccount = (account: string): Row => {
  const row = matrix.find((each) => each.account === account);
  return row ?? expect.fail(`the matrix has no row ${account}`);
};

const sets = accountSets().slice(0, isAll ? undefined : 1);

describe.each(sets.map((set) => [set.map(nameOf).join(" "), set] as const))("with %s", (_name, set) => {
  const { checkout, sandbox } = useSandbox();
  const isFirst = set === sets[0];

  beforeAll(async () => {
    setSettings(checkout, set);
    await sandbox.read("true");
    await setAccounts(sandbox, set);
  }, 120_000);

  it.runIf(isFirst)(
    "a first rollout that a right is missing for is not begun",
    { timeout: 120_000 },
    async () => {
      const row = byAccount("github.lacks=administration");
      await sandbox.read("account", "set", row.account);
      await expectOutcome(sandbox, "stops", row, "up", "--stack", "staging");
      await setAccounts(sandbox, set);
    },
  );

  it(
    "a first rollout works, as doctor reports, and the next one changes nothing",
    { timeout: 600_000 },
    async () => {
      expect(await good(sandbox, "doctor", "--stack", "staging")).toContain(
        "Nothing was found that would stop",
      );
      await good(sandbox, "up", "--stack", "staging");
      expect(await good(sandbox, "up", "--stack", "staging")).toContain("Nothing has changed");
    },
  );

  it("a later rollout and a rollback work", { timeout: 600_000 }, async () => {
    changeApplication(checkout, "later", "worker");
    checkout.commit("Write other plans");
    await good(sandbox, "up", "--stack", "staging");
    expect(await good(sandbox, "rollback", "--stack", "staging")).toContain("is live on staging");
  });

  it("a preview environment works, and nothing of it stays", { timeout: 600_000 }, async () => {
    const number = String(await openPullRequest(sandbox, "change"));
    await good(sandbox, "preview-env", "up", number);
    await good(sandbox, "preview-env", "down", number);
    await sandbox.read("account", "reset");
    expect(await previewTraces(sandbox)).toEqual([]);
  });

  it.runIf(isFirst)(
    "a rollback that could not write its record is not begun",
    { timeout: 120_000 },
    async () => {
      const row = byAccount("github.lacks=statuses");
      await setAccounts(sandbox, [...set, row]);
      await expectOutcome(sandbox, "stops", row, "rollback", "--stack", "staging");
    },
  );
});

const failing = matrix.filter((row) => !isWorking(row)).map((row) => [nameOf(row), row] as const);

if (isAll)
  describe("a first rollout with an account that lacks something", { timeout: 300_000 }, () => {
    const { checkout, sandbox } = useSandbox();
    let beginning = "";

    beforeAll(async () => {
      await sandbox.read("true");
      beginning = checkout.git("rev-parse", "HEAD");
    }, 120_000);

    afterEach(() => void checkout.git("reset", "--hard", "--quiet", beginning));

    it.each(failing.filter(([, { outcomes }]) => outcomes["first up"] !== "works"))(
      "%s",
      async (_name, row) => {
        setSettings(checkout, [row]);
        await setAccounts(sandbox, [row]);
        const { stack = "staging" } = row;
        await expectOutcome(sandbox, row.outcomes["first up"], row, "up", "--stack", stack);
      },
    );
  });

if (isAll)
  describe("an account that lacks something after a first rollout", { timeout: 600_000 }, () => {
    const { checkout, sandbox } = useSandbox({ from: "two releases with a migration between them" });
    let count = 0;

    afterEach(async () => {
      await sandbox.read("account", "reset");
    });

    it.each(failing.filter(([, { outcomes }]) => outcomes["later up"] !== undefined))(
      "%s",
      async (_name, row) => {
        const { "later up": later, rollback, "preview environment": preview } = row.outcomes;
        const before = checkout.git("rev-parse", "HEAD");
        const end = async (outcome: Outcome | undefined, ...words: readonly string[]): Promise<void> => {
          await setAccounts(sandbox, [row]);
          if (outcome !== undefined) await expectOutcome(sandbox, outcome, row, ...words);
        };
        setSettings(checkout, [row]);
        changeApplication(checkout, `release ${String((count += 1))}`, "worker");
        checkout.commit("Write other plans");
        await end(later, "up", "--stack", "staging", "--no-rollback");
        await end(rollback, "rollback", "--stack", "staging");
        await sandbox.read("account", "reset");
        const number = String(await openPullRequest(sandbox, `change-${String(count)}`));
        await end(preview, "preview-env", "up", number);
        if (preview === "works") {
          await setAccounts(sandbox, [row]);
          await good(sandbox, "preview-env", "down", number);
          // Its empty GitHub environment stays where the token may not delete it, until an administrator's next look.
          await sandbox.read("account", "reset");
          await good(sandbox, "preview-env", "down", number);
        }
        if (later !== "works") checkout.git("reset", "--hard", "--quiet", before);
        await sandbox.read("account", "reset");
        expect(await previewTraces(sandbox)).toEqual([]);
      },
    );
  });
