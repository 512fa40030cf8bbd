import { execFile } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  addMigrations,
  addPackage,
  addWorker,
  approve,
  destructiveMigration,
  ownCaches,
  renameEverything,
  repository,
  writeOtherPrompts,
} from "./first-week.ts";
import { callCloud } from "./observe.ts";
import { plantDifferences, type PlantedDifference } from "./planted-differences.ts";
import type { Ended } from "./sandbox.ts";
import { cleanEnvironment } from "./sandbox.ts";
import { useSandbox } from "./use-sandbox.ts";

/** What a user does with a clone in the first week, none of which is a fault. */
const { checkout, sandbox } = useSandbox();
let filesOfWorker: readonly string[];

beforeAll(() => {
  // As a clone is. PostgreSQL runs as another user where the tests run as root.
  chmodSync(checkout.root, 0o755);
  ownCaches(checkout);
  filesOfWorker = addWorker(checkout);
  renameEverything(checkout);
  writeOtherPrompts(checkout);
  addMigrations(checkout);
  approve(checkout);
  addPackage(checkout);
  for (const file of ["README.md", "LICENSE"]) rmSync(join(checkout.root, file), { force: true });
  checkout.commit("Make it ours");
});

/** Of `bin/sandbox replay --json`. */
interface Report {
  readonly calls: number;
  readonly compared: number;
  readonly differences: readonly PlantedDifference[];
  readonly notReplayed: readonly { readonly why: string; readonly calls: number }[];
}

/** Runs one of the two commands of ci.yml as a user types it. */
function npm(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: checkout.root, env: { ...cleanEnvironment(), NO_COLOR: "1" }, timeout: 600_000 };
    const child = execFile("npm", ["run", "--silent", ...words], options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, output: stdout + stderr }),
    );
  });
}

describe("a clone after its first week", () => {
  it("has a third worker by six files", () => {
    expect(filesOfWorker).toEqual([
      ...["Pulumi.prod.yaml", "Pulumi.staging.yaml", "fly.prod.standby.toml", "fly.staging.standby.toml"],
      ...["rollout.config.ts", "src/workers/entries/standby.ts"],
    ]);
  });

  it("has no name of the original in its settings, and neither README nor licence", () => {
    const names = ["Pulumi.staging.yaml", "Pulumi.prod.yaml", "fly.prod.worker.toml"]
      .flatMap((file) => checkout.read(file).split("\n"))
      .filter((line) => !line.trimStart().startsWith("#") && !/^ {2}rollout:\w+:/.test(line))
      .filter((line) => line.includes("atlaris"));
    expect(names).toEqual([]);
    expect(["README.md", "LICENSE"].filter((file) => existsSync(join(checkout.root, file)))).toEqual([]);
  });

  it(
    "is green by npm run check and npm run test:app, which its CI consists of",
    { timeout: 600_000 },
    async () => {
      const { status, output } = await sandbox.run("ci", "--run");
      expect(status, output).toBe(0);
      expect(output).toMatch(new RegExp(`CI of \\w{12} in ${repository} says: success`));
      expect(output).toContain("src/ai/same-topic.test.ts");
    },
  );

  it("rolls staging out, and records what the clouds answer", { timeout: 300_000 }, async () => {
    const record = ["--record", join(sandbox.home, "run.har")];
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging", ...record);
    expect(status, output).toBe(0);
    expect(output).toContain("smoke test passed");
    const standby = "/v1/apps/harbour-worker-standby-staging/machines";
    const machines = await callCloud<readonly { readonly state: string }[]>(sandbox, "fly", "GET", standby);
    expect(machines.map(({ state }) => state)).toEqual(["started"]);
  });
});

describe("the recording of a first rollout", { timeout: 120_000 }, () => {
  const recording = (): string => join(sandbox.home, "run.har");

  async function replayed(file: string): Promise<Ended & { readonly report: Report }> {
    const { status, output } = await sandbox.type(`bin/sandbox replay ${file} --json 2> ${file}.progress`);
    return { status, output, report: JSON.parse(output) as Report };
  }

  it("is replayed completely, and no answer of an emulator differs", async () => {
    const { status, output, report } = await replayed(recording());
    expect(report.differences, output).toEqual([]);
    expect(status).toBe(0);
    const why = "a call of the sandbox's own; an empty image stands for what was built";
    // How often a cloud was busy depends on the time that each call took.
    const busy = "was refused for what else ran; its repetition is compared";
    expect(report.notReplayed.filter((each) => each.why !== busy)).toEqual([{ why, calls: 1 }]);
    const left = report.notReplayed.reduce((sum, { calls }) => sum + calls, 0);
    expect(report.compared).toBe(report.calls - left);
  });

  it("with ten differences planted in it is found to have exactly these", async () => {
    const { text, planted } = plantDifferences(readFileSync(recording(), "utf8"));
    const file = join(sandbox.home, "planted.har");
    writeFileSync(file, text);
    const { status, report } = await replayed(file);
    expect(status).toBe(1);
    const found = report.differences.map(({ entry, kind, where, recorded, emulated }) => {
      return { entry, kind, where, recorded, emulated };
    });
    const byEntry = (one: PlantedDifference, other: PlantedDifference): number => one.entry - other.entry;
    expect(planted).toHaveLength(10);
    expect(found.sort(byEntry)).toEqual([...planted].sort(byEntry));
  });
});

describe("a fault in a clone is found, and its reason printed:", { timeout: 600_000 }, () => {
  afterEach(() => checkout.git("reset", "--quiet", "--hard"));

  async function expectRed(reason: string | RegExp, ...words: readonly string[]): Promise<void> {
    const { status, output } = await npm(...words);
    expect(status, output).not.toBe(0);
    expect(output).toMatch(reason);
  }

  it("a type error", async () => {
    checkout.edit("src/ai/same-topic.ts", "boolean =>", "string =>");
    await expectRed(/src\/ai\/same-topic\.ts.*TS2322.*boolean.*string/s, "check", "--", "tsc");
  });

  it("an application test that fails", async () => {
    checkout.edit("src/ai/same-topic.ts", "< 2", "> 2");
    await expectRed(/forgives one letter[^]*expected false to be true/, "test:app", "--", "src/ai");
  });

  it("a destructive migration that is not approved for production", async () => {
    const [line = ""] = /^ +- 9001_moods@\w+$/m.exec(checkout.read("Pulumi.prod.yaml")) ?? [];
    checkout.edit("Pulumi.prod.yaml", line, "      - 9001_moods@0000000000000000");
    const reason = `${destructiveMigration}.sql: it is declared destructive (drop-column remarks.mood)`;
    await expectRed(reason, "test:app", "--", "tests/app/migration-rules");
  });

  it("a destructive migration that is not declared", async () => {
    checkout.edit(`src/db/migrations/${destructiveMigration}.sql`, "-- destructive(", "-- explained(");
    const reason = /9001_moods\.sql line 3: drop-column remarks\.mood: what the column holds is lost/;
    await expectRed(reason, "test:app", "--", "tests/app/migration-rules");
  });

  it("an invalid setting", async () => {
    checkout.edit("Pulumi.prod.yaml", "maxModules: 6", "maxModules: many");
    const reason = /rollout:flags\.maxModules: expected a number, found \\?"many/;
    await expectRed(reason, "test:app", "--", "tests/app/stack-files");
  });

  it("a setting that does not exist", async () => {
    checkout.edit("Pulumi.staging.yaml", "organization: ", "organisation: ");
    const reason = /rollout:fly\.organisation: there is no such setting; did you mean organization\?/;
    await expectRed(reason, "test:app", "--", "tests/app/stack-files");
  });
});
