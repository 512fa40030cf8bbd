import { addMigration } from "./add-migration.ts";
import type { Checkout } from "./checkout.ts";
import type { Sandbox } from "./sandbox.ts";

/** One way in which a release can fail. */
export interface Failure {
  /** The step that fails. */
  readonly step: string;
  /** Breaks the checkout, or the clouds. */
  readonly by: () => Promise<void> | void;
  /** Whether CI has it. */
  readonly always?: boolean;
}

/** A failure of every kind, at every step that can fail, by what is wrong. */
export function failuresOf(checkout: Checkout, sandbox: Sandbox): Readonly<Record<string, Failure>> {
  /** From now on a cloud refuses the call. */
  const refuse = async (
    [cloud, method, path]: readonly [string, string, string],
    status: number,
    ...when: readonly string[]
  ): Promise<void> => {
    const call = ["--cloud", cloud, "--method", method, "--path", path];
    await sandbox.read("faults", "add", ...call, "--kind", "status", "--status", String(status), ...when);
  };
  const once = ["--times", "1"];
  const secondOnly = ["--skip", "1", ...once];
  const migrate = (...lines: readonly string[]): void =>
    addMigration(checkout, "9002_half", "-- undo: ALTER TABLE plans DROP COLUMN half;", ...lines);
  const addColumn = "ALTER TABLE plans ADD COLUMN half text;";
  const breaksOff = (): void => migrate(addColumn, "--> statement-breakpoint", "SELECT 1 / 0;");

  return {
    "the image does not build": {
      step: "worker-image-build",
      by: () => checkout.edit("Dockerfile.worker", "RUN npm run", "RUN exit 7; npm run"),
    },
    "the web application does not build": {
      step: "web-deployment",
      by: () => checkout.edit("package.json", '"build:web": "', '"build:web": "exit 7; '),
      always: true,
    },
    "Vercel takes no deployment": {
      step: "web-deployment",
      by: () => refuse(["vercel", "POST", "/v13/deployments"], 400),
    },
    "a migration breaks off": { step: "rehearsal", by: breaksOff },
    "the migration is not run": {
      step: "migration",
      by: () => {
        migrate(addColumn);
        // The rehearsal runs that of the application itself.
        checkout.edit("package.json", '"db:migrate": "', '"db:migrate": "exit 7; ');
      },
    },
    "Neon makes no backup": {
      step: "backup",
      by: async () => {
        breaksOff();
        await refuse(["neon", "POST", "**/branches"], 400);
      },
    },
    "Fly takes no secrets": {
      step: "worker-secrets",
      by: () => refuse(["fly", "POST", "/v1/apps/atlaris-worker-staging/secrets"], 400),
    },
    "a worker exits when it starts": {
      step: "worker-deployment",
      by: () =>
        checkout.edit(
          "src/workers/entries/worker.ts",
          "exitOnSettingsError(",
          "process.exit(3);\nexitOnSettingsError(",
        ),
    },
    "the other worker hangs when it starts": {
      step: "regenerator-deployment",
      by: () =>
        checkout.edit(
          "src/workers/entries/regenerator.ts",
          "exitOnSettingsError(",
          "await new Promise((resolve) => setTimeout(resolve, 3_600_000));\nexitOnSettingsError(",
        ),
    },
    "one machine of two is not to be changed": {
      step: "worker-deployment",
      by: () => refuse(["fly", "POST", "/v1/apps/atlaris-worker-staging/machines/*"], 422, ...secondOnly),
      always: true,
    },
    "Vercel does not point the address at it": {
      step: "web-live",
      by: () => refuse(["vercel", "POST", "**/aliases"], 400, ...once),
    },
    "an answer names the wrong job": {
      step: "smoke",
      by: () =>
        checkout.edit(
          "src/plans/plan-requests.ts",
          "return accepted;",
          "return { ...accepted, jobId: randomUUID() };",
        ),
      always: true,
    },
    "a worker dies some time after each start": {
      step: "smoke",
      by: () => {
        const settings = checkout.read("Pulumi.staging.yaml").trimEnd();
        checkout.write("Pulumi.staging.yaml", `${settings}\n  rollout:smoke:\n    observeSeconds: 30\n`);
        checkout.edit(
          "src/workers/entries/regenerator.ts",
          "exitOnSettingsError(",
          "setTimeout(() => process.exit(3), 12_000);\nexitOnSettingsError(",
        );
      },
      always: true,
    },
    "GitHub takes no status": {
      step: "status",
      by: () => refuse(["github", "POST", "**/deployments/*/statuses"], 422, ...secondOnly),
    },
  };
}
