import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { callCloud, sandboxSecrets } from "./observe.ts";
import { useSandbox } from "./use-sandbox.ts";
import { tripwireFor } from "./tripwire.ts";

/**
 * A change with one of each kind is previewed, and then rolled out: what the preview promised is held against the
 * engine's own log of the rollout, resource by resource.
 */
const { checkout, sandbox } = useSandbox({ from: "staging live" });

interface Review {
  readonly irreversible: readonly {
    readonly what: string;
    readonly named?: string;
    readonly happens: string;
  }[];
  readonly changes: readonly {
    readonly urn: string;
    readonly operation: string;
    readonly isCertain: boolean;
  }[];
  readonly secrets: readonly {
    readonly name: string;
    readonly place?: string;
    readonly change: string;
    readonly before?: string;
    readonly after?: string;
  }[];
  readonly migrations: readonly { readonly name: string }[];
  readonly steps: readonly {
    readonly name: string;
    readonly urns: readonly string[];
    readonly after: readonly string[];
    readonly expected: { readonly seconds: number } | null;
  }[];
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
}

/** The value of a worker's secret before and after, and of one that goes. */
const keys = ["sk-before-0123456789", "sk-after-9876543210", "sk-gone-5432109876"] as const;
const repository = "/repos/atlaris/atlaris";

let review: Review;
let comment: string;
let events: readonly EngineEvent[];

const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

function migrate(tag: string, sql: string): void {
  checkout.write(`src/db/migrations/${tag}.sql`, sql);
  const file = "src/db/migrations/meta/_journal.json";
  const journal = JSON.parse(checkout.read(file)) as {
    entries: { idx: number; when: number; tag: string }[];
  };
  const last = journal.entries.at(-1);
  const next = { ...last, idx: (last?.idx ?? 0) + 1, when: (last?.when ?? 0) + 1000, tag };
  checkout.write(file, JSON.stringify({ ...journal, entries: [...journal.entries, next] }));
}

async function comments(issue: number): Promise<readonly string[]> {
  const found = await callCloud<{ body: string }[]>(
    sandbox,
    "github",
    "GET",
    `${repository}/issues/${String(issue)}/comments`,
  );
  return found.map(({ body }) => body);
}

const place = ["--stack", "staging"];

async function good(...words: readonly string[]): Promise<void> {
  const { status, output } = await sandbox.run(...words);
  expect(status, output).toBe(0);
}

async function setSecrets(values: Readonly<Record<string, string>>): Promise<void> {
  const words = Object.entries(values).flatMap(([name, value]) => [
    "--secret",
    `rollout:secrets.${name}=${value}`,
  ]);
  await good("pulumi", "config", "set-all", ...place, "--path", ...words);
}

beforeAll(async () => {
  checkout.edit("Pulumi.staging.yaml", "branches: [main]", "branches: [main, hotfix]");
  checkout.edit("Pulumi.staging.yaml", "secrets: []", "secrets: [STRIPE_KEY, OLD_KEY]");
  checkout.commit("Let hotfix deploy, and give the workers two secrets");
  await setSecrets({ STRIPE_KEY: keys[0], OLD_KEY: keys[2] });
  await good("bin/rollout", "up", ...place);

  checkout.edit("Pulumi.staging.yaml", "branches: [main, hotfix]", "branches: [main, 'release/*']");
  checkout.edit("Pulumi.staging.yaml", "waitTimerMinutes: 0", "waitTimerMinutes: 5");
  checkout.edit("Pulumi.staging.yaml", "maxUnits: 1,", "maxUnits: 2,");
  checkout.edit(
    "Pulumi.staging.yaml",
    "  rollout:ai:",
    '  rollout:smoke:\n    keyVersion: "2"\n  rollout:ai:',
  );
  checkout.edit("Pulumi.staging.yaml", "secrets: [STRIPE_KEY, OLD_KEY]", "secrets: [STRIPE_KEY]");
  await good("pulumi", "config", "rm", ...place, "--path", "rollout:secrets.OLD_KEY");
  await setSecrets({ STRIPE_KEY: keys[1] });
  changeApplication(checkout, "changed", "worker");
  migrate(
    "9002_add_note",
    "-- undo: ALTER TABLE plans DROP COLUMN note;\nALTER TABLE plans ADD COLUMN note text;\n",
  );
  migrate(
    "9003_drop_note",
    "-- undo: ALTER TABLE plans ADD COLUMN note text; (what it held is lost)\n" +
      "-- destructive(drop-column plans.note): nobody writes it\nALTER TABLE plans DROP COLUMN note;\n",
  );
  checkout.commit("Change one of each kind");

  const { number } = await callCloud<{ number: number }>(sandbox, "github", "POST", `${repository}/issues`, {
    title: "One of each kind",
  });
  const preview = ["bin/rollout", "preview", ...place, "--comment", String(number), "--json"];
  review = JSON.parse(await sandbox.read(...preview)) as Review;
  const all = await comments(number);
  expect(all).toHaveLength(1);
  comment = all[0] ?? "";

  const log = join(sandbox.home, "events.jsonl");
  const up = ["env", "PULUMI_DEBUG_COMMANDS=true", "pulumi", "up", ...place, "--skip-preview"];
  await good(...up, "--event-log", log);
  events = readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as EngineEvent);
}, 900_000);

/** A replacement is three operations to the engine, and one thing to a reviewer. */
const asOne = (op: string): string => (/replace/.test(op) ? "replace" : op);

/** Components and providers do nothing on their own. */
const isStep = ({ op, type }: Metadata): boolean => op !== "same" && !/^(pulumi|atlaris):/.test(type);

describe("the preview of a change with one of each kind", () => {
  it("names exactly the resources that the rollout then acts on, and what it does to each", () => {
    const acted = events
      .flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? [])
      .filter(isStep)
      .map(({ op, urn }) => `${asOne(op)} ${nameOf(urn)}`);
    const certain = review.changes
      .filter(({ isCertain }) => isCertain)
      .map(({ operation, urn }) => `${operation} ${nameOf(urn)}`);
    expect([...new Set(acted)].sort()).toEqual([...certain].sort());
  });

  it("distinguishes what only may change, and here none of it did", () => {
    const perhaps = review.changes.filter(({ isCertain }) => !isCertain).map(({ urn }) => nameOf(urn));
    expect(perhaps.sort()).toEqual([
      "database-application-role",
      "database-connection",
      "github-environment-DATABASE_URL_STAGING",
      "retired-logins",
      "web-DATABASE_URL",
    ]);
  });

  it("knows the order in which the steps run", () => {
    const positions = (phase: "resourcePreEvent" | "resOutputsEvent", urns: readonly string[]): number[] =>
      events.flatMap((event, index) => {
        const metadata = event[phase]?.metadata;
        return metadata &&
          metadata.op !== "delete-replaced" &&
          isStep(metadata) &&
          urns.includes(metadata.urn)
          ? [index]
          : [];
      });
    const compared: string[] = [];
    const early = review.steps.flatMap(({ name, urns, after }) =>
      after.flatMap((other) => {
        const before = review.steps.find((step) => step.name === other)?.urns ?? [];
        const [end, begin] = [positions("resOutputsEvent", before), positions("resourcePreEvent", urns)];
        // Where a part of either did not act after all, it may be the one that made the other wait.
        if (end.length < before.length || begin.length < urns.length) return [];
        compared.push(`${other} → ${name}`);
        // Of several steps the last waits for the first of the others at least.
        return Math.min(...end) < Math.max(...begin) ? [] : [`${name} before ${other}`];
      }),
    );
    expect(early).toEqual([]);
    expect(compared).toEqual(
      expect.arrayContaining(["gate → attempt", "backup → rehearsal", "rehearsal → migration"]),
    );
    expect(compared).toEqual(expect.arrayContaining(["migration → worker", "worker → web-live"]));
    // Logins are retired between the two, which did not happen here.
    const afterOf = new Map(review.steps.map(({ name, after }) => [name, after]));
    expect(afterOf.get("retired-logins")).toContain("smoke");
    expect(afterOf.get("status")).toContain("retired-logins");
    expect(review.steps.find(({ name }) => name === "worker")?.expected?.seconds).toBeGreaterThan(0);
  });

  it("puts what cannot be undone first", () => {
    expect(
      review.irreversible.map(({ what, named, happens }) => `${what} ${named ?? ""} ${happens}`),
    ).toEqual([
      "migration 9003_drop_note loses data",
      "secret OLD_KEY is removed from the Fly app atlaris-worker-regenerator-staging",
      "secret OLD_KEY is removed from the Fly app atlaris-worker-staging",
      "secret smoke-key is replaced",
    ]);
    expect(comment.indexOf("### Cannot be undone")).toBeLessThan(comment.indexOf("**Neon**"));
    expect(comment.indexOf("### Cannot be undone")).toBeGreaterThan(0);
  });

  it.each([
    [
      "a setting with its old and new value",
      "- changed: environment `staging`: minutes that a job waits `0` → `5`",
    ],
    ["another", "- changed: compute of the database branch: largest size `1` → `2`"],
    ["what is created", "- created: leave to deploy for the branches `release/*`"],
    ["what is deleted", "- deleted: leave to deploy for the branches `hotfix`"],
    ["what is replaced", "- replaced: image of the workers: content `content-"],
    [
      "a worker whose code changes",
      "- changed: worker `atlaris-worker-staging`: secrets → known in the rollout; sources `",
    ],
    ["a migration that only adds", "- runs `9002_add_note`\n"],
    ["a declared one that deletes", "- runs `9003_drop_note`; declared: `drop-column plans.note`\n"],
    [
      "its SQL with locks and rewrites",
      "```sql\n-- line 2: locks plans, ACCESS EXCLUSIVE: no reads, no writes; no rewrite\nALTER TABLE plans ADD COLUMN note text;\n```",
    ],
    ["the commits since the live release", "` Change one of each kind ("],
    ["what stays untouched", " stay as they are"],
    ["a secret that changes", "- changed: `STRIPE_KEY` of Fly app `atlaris-worker-staging`: `"],
    [
      "what the gate will want",
      "The gate is asked when the rollout begins, and wants `ci` green on commit `",
    ],
  ])("shows a reviewer: %s", (_what, line) => {
    expect(comment).toContain(line);
  });

  it("has digests of twelve characters, and no line that is too long to read", () => {
    expect(comment).not.toMatch(/[0-9a-f]{24}/);
    const prose = comment.replace(/```[^]*?```/g, "");
    expect(prose.split("\n").filter(({ length }) => length > 200)).toEqual([]);
  });

  it("draws the rollout, with the time of each step", () => {
    expect(comment).toMatch(/```mermaid\nflowchart LR\n[^`]*\["worker · ~[\d.]+ s"\]/);
  });

  it("names secrets by digests that change with them, and holds none", async () => {
    const changed = review.secrets.filter(({ name }) => name === "STRIPE_KEY");
    expect(new Set(changed.map(({ before }) => before)).size).toBe(1);
    expect(changed.every(({ before, after }) => before !== after)).toBe(true);
    const words = ["pulumi", "stack", "output", "--stack", "staging", "--json", "--show-secrets"];
    const { databaseUrl, smokeApiKey } = JSON.parse(await sandbox.read(...words)) as Record<string, string>;
    const own = {
      ...Object.fromEntries(keys.entries()),
      databaseUrl: databaseUrl ?? "",
      smokeApiKey: smokeApiKey ?? "",
    };
    const wire = tripwireFor([
      ...sandboxSecrets(sandbox),
      ...Object.entries(own).map(([name, secret]) => ({ name, value: secret })),
    ]);
    expect([...wire.in("the comment", comment), ...wire.in("the review", JSON.stringify(review))]).toEqual(
      [],
    );
  });
});

describe("the preview of a live release", { timeout: 240_000 }, () => {
  it("reports in a few lines that nothing changes", async () => {
    const text = await sandbox.read("bin/rollout", "preview", ...place);
    expect(text).toContain("**nothing changes**");
    expect(text.split("\n").length).toBeLessThan(12);
  });

  it("ends with 2 where the settings are wrong, and names them", async () => {
    checkout.edit("Pulumi.staging.yaml", "waitTimerMinutes: 5", "waitTimerMinutes: -5");
    const { status, output } = await sandbox.run("bin/rollout", "preview", ...place);
    expect(output).toContain("rollout:github.environment.waitTimerMinutes");
    expect(status).toBe(2);
  });
});
