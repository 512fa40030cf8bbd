import { beforeAll, describe, expect, it } from "vitest";
import { resultsOf, workflowsIn, type RunInSandbox } from "../../workflows/run-in-sandbox.ts";
import { callCloud } from "../observe.ts";
import { useSandbox } from "../use-sandbox.ts";
import { changeChapter } from "./change-chapter.ts";
import { readmeCommands } from "./readme-commands.ts";
import { names, repository, walkIn, type Walk } from "./walk.ts";

/**
 * "To the real clouds" of the README, from a clone to production: its commands as printed, with accounts of other names and the
 * rights of docs/secrets.md, then a change by GitHub's workflows under the rules that the rollout has made.
 */
const { checkout, sandbox } = useSandbox();
const commands = readmeCommands(names);
let walk: Walk;
let runWorkflow: RunInSandbox;
const run: RunInSandbox = (...words) => runWorkflow(...words);

/** The commands that cannot run here as printed, each with the reason and with what is done instead. */
const mapped: Readonly<Record<string, { readonly reason: string; readonly instead?: () => unknown }>> = {
  [`gh repo create ${repository} --source . --push && npm ci`]: {
    reason: "gh talks to GitHub alone, and the packages of a test's checkout are links to the project's",
    instead: () => {
      checkout.git("remote", "add", "origin", walk.gitServer().address);
      checkout.git("push", "--quiet", "origin", "main");
    },
  },
  "npm run check && npm run test:app": {
    reason: "first-week.test.ts runs ci.yml in a renamed clone; its result is set by bin/sandbox ci here",
  },
  "pulumi login": { reason: "needs an account at Pulumi Cloud" },
  "pulumi stack init staging": { reason: "needs that account, or another row's login" },
  "pulumi login s3://BUCKET": { reason: "needs an object store" },
  "pulumi login --local": {
    reason: "keeps its state in the home of the user who runs the tests, also where HOME is another folder",
    instead: () => walk.onMachine(`pulumi login 'file://${walk.userFolder()}'`),
  },
  [`pulumi stack init staging --secrets-provider awskms://alias/${names.NAME}?region=…`]: {
    reason: "needs a key of AWS",
  },
  "bin/rollout adopt --stack staging": {
    reason: "asks at a terminal; adopt.test.ts adopts, and what the first workflow left needs no adoption",
    instead: async () => {
      const { status, output } = await walk.withTokens("bin/rollout adopt --stack staging --dry-run");
      expect(status, output).toBe(0);
      expect(output).toContain("GitHub environment staging");
    },
  },
  "bin/rollout signing-key --stack staging": {
    reason: "the sandbox has keys of its own, which win; help.test.ts makes one and goes on with it",
  },
  "bin/rollout signing-key --stack prod": { reason: "the same" },
  "pulumi destroy --stack staging": {
    reason: "the walk continues with staging; rollout.test.ts destroys it",
  },
};
/** What commands print at the end of a rollout. */
const expected: Readonly<Record<string, RegExp>> = {
  "bin/rollout up --stack staging": /Release \w+ is live on staging/,
  "bin/rollout up --stack prod": /Release \w+ is live on prod/,
};
const used = new Set<string>();

/** Steps 1 to 3 happen before there are tokens. */
const lastStepWithoutTokens = 3;

function walkStep(step: number): void {
  const own = commands.filter((command) => command.step === step);
  it.each(own.map(({ text }) => [text.split("\n")[0] ?? "", text]))(
    `step ${String(step)}: %s`,
    { timeout: 600_000 },
    async (_first, text) => {
      const other = mapped[text];
      if (other) {
        used.add(text);
        await other.instead?.();
        return;
      }
      const { id } = await callCloud<{ id: number }>(sandbox, "github", "GET", `/users/${names.LOGIN}`);
      const command = text.replaceAll(`$(gh api users/${names.LOGIN} --jq .id)`, String(id));
      const runIt = step > lastStepWithoutTokens ? walk.withTokens : walk.onMachine;
      // "and the same for the stack prod"
      const stacks = step === 2 ? ["staging", "prod"] : ["staging"];
      for (const stack of stacks) {
        const { status, output } = await runIt(command.replaceAll("init staging", `init ${stack}`));
        expect(status, output).toBe(0);
        expect(output).toMatch(expected[command] ?? "");
      }
    },
  );
}

const newest = async (environment: string): Promise<{ sha: string; task: string } | undefined> =>
  (await walk.github<{ sha: string; task: string }[]>("GET", `/deployments?environment=${environment}`))[0];

beforeAll(async () => {
  await sandbox.read("true");
  checkout.git("config", "user.name", "Ada");
  checkout.git("config", "user.email", "ada@example.com");
  // The rights of docs/secrets.md: a fine-grained token has none to check runs, and this one none to workflows.
  const account = ["github.lacks=checks,workflows", "github.ci=job", "github.minutes=short"];
  await sandbox.read("account", "set", ...account);
  walk = walkIn(checkout, sandbox);
  runWorkflow = await workflowsIn(checkout, sandbox, repository);
}, 900_000);

describe("from a clone to production, by README", () => {
  walkStep(1);
  walkStep(2);

  it("keeps the salt of a passphrase out of the repository, in copies", () => {
    for (const stack of ["staging", "prod"])
      expect(checkout.read(`Pulumi.${stack}.yaml`)).toContain("encryptionsalt");
    checkout.git("checkout", "--quiet", "--", ".");
  });

  walkStep(3);

  it("has pushed both branches with its own names", () => {
    const head = checkout.git("rev-parse", "HEAD");
    for (const branch of ["main", "prod"])
      expect(checkout.git("ls-remote", "origin", `refs/heads/${branch}`)).toContain(head);
    expect(checkout.git("status", "--porcelain")).toBe("");
    for (const stack of ["staging", "prod"])
      expect(checkout.read(`Pulumi.${stack}.yaml`)).toContain(`worker: harbour-worker-${stack}`);
  });

  it("has started workflows by that, which fail since the repository has no secrets yet", async () => {
    const jobs = await run("deploy-staging.yml", { hasSecrets: false });
    expect(resultsOf(jobs)).toEqual({ ci: "success", rollout: "failure", attest: "skipped" });
    await expect(walk.github("GET", "/deployments")).resolves.toEqual([]);
  });

  walkStep(4);

  it("has rules of the same name on GitHub, which another user switched off", async () => {
    const rules = { name: "prod", enforcement: "disabled", rules: [] };
    await expect(walk.github("POST", "/rulesets", rules)).resolves.toMatchObject(rules);
  });

  walkStep(5);
  walkStep(6);

  it("has every command of the README run or mapped, and nothing else mapped", () => {
    expect([...used, "pulumi destroy --stack staging"].sort()).toEqual(Object.keys(mapped).sort());
    expect(commands.filter(({ step }) => step > 6).map(({ text }) => text)).toEqual([
      "pulumi destroy --stack staging",
      "gh workflow run preview.yml --ref main -f pull-request=42",
    ]);
  });

  it("has both environments live, at one commit", async () => {
    const head = checkout.git("rev-parse", "HEAD");
    for (const environment of ["staging", "production"])
      expect(await newest(environment)).toMatchObject({ sha: head, task: "rollout" });
  });

  it("has put both branches under their rules", async () => {
    const rulesets = await walk.github<{ name: string; enforcement: string }[]>("GET", "/rulesets");
    const found = rulesets.map(({ name, enforcement }) => `${name} ${enforcement}`);
    expect(found.sort()).toEqual(["main active", "prod active"]);
  });

  it("has given the workflows the secrets that the first rollout makes by docs/secrets.md", async () => {
    const { secrets } = await walk.github<{ secrets: { name: string }[] }>("GET", "/actions/secrets");
    const given = secrets.map(({ name }) => name);
    expect(given).toEqual(expect.arrayContaining(["FLY_API_TOKEN", "VERCEL_TOKEN"]));
  });
});

changeChapter(checkout, sandbox, () => walk, run);
