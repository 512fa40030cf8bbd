import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addMigration } from "./add-migration.ts";
import type { Checkout } from "./checkout.ts";

/** What a user calls the repository on GitHub. */
export const repository = "harbour-pilots/logbook";
export const destructiveMigration = "9001_moods";

const settingsFiles = [
  ...["Pulumi.staging.yaml", "Pulumi.prod.yaml"],
  ...["staging", "prod"].flatMap((name) => [
    `fly.${name}.worker.toml`,
    `fly.${name}.regenerator.toml`,
    `fly.${name}.standby.toml`,
  ]),
];

/** A third worker, by the commands of the guide. Returns the files that they changed. */
export function addWorker(checkout: Checkout): readonly string[] {
  const [, commands = ""] = /```bash\n([^]*?)```/.exec(checkout.read("docs/add-a-worker.md")) ?? [];
  execFileSync("bash", ["-euc", commands], { cwd: checkout.root });
  const changed = checkout.git("ls-files", "--modified", "--others", "--exclude-standard").split("\n");
  checkout.commit("Add a worker");
  return changed.sort();
}

/** Gives everything that has a name in the stack files and fly.*.toml another one, in the form that Pulumi writes. */
export function renameEverything(checkout: Checkout): void {
  const [owner = "", name = ""] = repository.split("/");
  for (const file of settingsFiles)
    checkout.write(
      file,
      checkout
        .read(file)
        .replace(/owner: .+/, `owner: ${owner}`)
        .replace(/repository: .+/, `repository: ${name}`)
        .replaceAll(/team_\w+/g, "team_harbour")
        .replaceAll(/(?<=^ +\w+: |^app = ")atlaris/gm, "harbour")
        // pulumi config set removes these spaces from the complete file.
        .replaceAll(/\{ (.*) \}/g, "{$1}"),
    );
}

/** Other instructions for the model, in both workers, and another form of the question to it. */
export function writeOtherPrompts(checkout: Checkout): void {
  for (const file of ["src/workers/entries/worker.ts", "src/workers/entries/regenerator.ts"])
    checkout.write(
      file,
      checkout
        .read(file)
        .replace(/const instructions =[^;]*;/, 'const instructions = "Teach one thing after the other.";')
        .replace(/`Topic: .*?`/, "`A ${plan.skillLevel} wants to learn ${plan.topic}.`"),
    );
  // Neither takes its modules any more.
  checkout.write(
    "src/workers/entries/regenerator.ts",
    checkout
      .read("src/workers/entries/regenerator.ts")
      .replace(
        "return draftPlan(instructions, request, signal);",
        "return draftPlan(instructions, `${request}\\nNot again:\\n${before}`, signal);",
      ),
  );
}

/** Two migrations; the second deletes what the first made, declared in its header. */
export function addMigrations(checkout: Checkout): void {
  addMigration(
    checkout,
    "9000_remarks",
    "-- undo: DROP TABLE remarks;",
    "CREATE TABLE remarks (id uuid PRIMARY KEY, remark text NOT NULL, mood text);",
  );
  addMigration(
    checkout,
    destructiveMigration,
    "-- undo: ALTER TABLE remarks ADD COLUMN mood text; (what it held is lost)",
    "-- destructive(drop-column remarks.mood): nobody reads it",
    "ALTER TABLE remarks DROP COLUMN mood;",
  );
}

/** The line that approves the destructive migration for production. */
export function approve(checkout: Checkout): void {
  const sql = checkout.read(`src/db/migrations/${destructiveMigration}.sql`);
  const digest = createHash("sha256").update(sql).digest("hex").slice(0, 16);
  const lines = [
    "  rollout:migrations:",
    "    approved:",
    `      - ${destructiveMigration}@${digest}`,
    "    reviewers: []",
    "",
  ];
  checkout.write("Pulumi.prod.yaml", `${checkout.read("Pulumi.prod.yaml").trimEnd()}\n${lines.join("\n")}`);
}

/** A module of the application with a package that it did not have, its test, and its use in a worker. */
export function addPackage(checkout: Checkout): void {
  checkout.write(
    "src/ai/same-topic.ts",
    `import { distance } from "fastest-levenshtein";

/** Whether two topics differ by a slip of the pen. */
export const isSameTopic = (one: string, other: string): boolean => distance(one, other) < 2;
`,
  );
  checkout.write(
    "src/ai/same-topic.test.ts",
    `import { expect, it } from "vitest";
import { isSameTopic } from "./same-topic.ts";

it("forgives one letter", () => {
  expect(isSameTopic("Knots", "Knot")).toBe(true);
});
`,
  );
  const worker = checkout.read("src/workers/entries/worker.ts");
  checkout.write(
    "src/workers/entries/worker.ts",
    `import { isSameTopic } from "../../ai/same-topic.ts";\n${worker}\nprocess.title = isSameTopic("a", "b") ? "worker" : "";\n`,
  );
  install(checkout, "fastest-levenshtein");
}

interface Lock {
  readonly packages: Record<string, { version?: string; dependencies?: Record<string, string> }>;
}

/** As npm install --workspace src does for a package that is in node_modules already: no registry is asked. */
function install(checkout: Checkout, name: string): void {
  const lock = JSON.parse(checkout.read("package-lock.json")) as Lock;
  const { version } = lock.packages[`node_modules/${name}`] ?? {};
  const own = lock.packages["src"];
  if (version === undefined || own === undefined) throw new Error(`package-lock.json has no ${name}`);
  own.dependencies = { ...own.dependencies, [name]: version };
  const text = `${JSON.stringify(lock, undefined, 2)}\n`;
  checkout.write("package-lock.json", text);
  const manifest = JSON.parse(checkout.read("src/package.json")) as { dependencies: object };
  const dependencies = { ...manifest.dependencies, [name]: version };
  checkout.write("src/package.json", `${JSON.stringify({ ...manifest, dependencies }, undefined, 2)}\n`);
  // The packages are hard links to those of the project, whose stamp must not change.
  const stamp = join("node_modules", ".rollout-lock");
  rmSync(join(checkout.root, stamp), { force: true });
  checkout.write(stamp, createHash("sha256").update(text).digest("hex"));
}

/**
 * The caches of the checks and of the builds, as files of the checkout's own: they are written in place. What `npm run
 * check` has found in the project holds for the files that are the same here.
 */
export function ownCaches(checkout: Checkout): void {
  const cache = join(checkout.root, "node_modules", ".cache");
  const project = join(import.meta.dirname, "..", "..");
  const from = join(project, "node_modules", ".cache");
  rmSync(cache, { recursive: true, force: true });
  if (!existsSync(from)) return;
  cpSync(from, cache, { recursive: true });
  for (const name of ["eslint.json", "prettier.json"].filter((each) => existsSync(join(cache, each)))) {
    const file = join("node_modules", ".cache", name);
    checkout.write(file, checkout.read(file).replaceAll(`"${project}/`, `"${checkout.root}/`));
  }
}
