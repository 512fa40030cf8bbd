import { changeApplication } from "../sandbox/change-application.ts";
import type { Checkout } from "../sandbox/checkout.ts";
import type { SeenEnvironment } from "../sandbox/environment-seen.ts";
import { seeEnvironment } from "../sandbox/environment-seen.ts";
import { callCloud, postPlan, waitForPlan } from "../sandbox/observe.ts";
import type { Ended, Sandbox } from "../sandbox/sandbox.ts";
import type { Outputs } from "../sandbox/staging.ts";
import { ask, outputsOf } from "../sandbox/staging.ts";
import type { SandboxOfTests } from "../sandbox/use-sandbox.ts";
import type { Stage } from "./stage.ts";

/** Staging in a sandbox, with what a scenario does to it and what it reads of it. */
export interface World {
  readonly checkout: Checkout;
  readonly sandbox: Sandbox;
  /** Runs `bin/rollout` for staging. */
  readonly rollout: (...words: readonly string[]) => Promise<Ended>;
  /** The same, where another status than the expected one ends the scenario. */
  readonly rolloutAs: (status: number, ...words: readonly string[]) => Promise<string>;
  /** A release that differs from every one before it in these parts. */
  readonly release: (message: string, ...parts: readonly ("worker" | "regenerator" | "web")[]) => string;
  /** The checkout as it was at a commit. */
  readonly backTo: (commit: string) => void;
  readonly head: () => string;
  readonly outputs: () => Promise<Outputs>;
  /** Images, machines, secrets, deployment and sources, from Fly, Vercel and the application. */
  readonly seen: () => Promise<SeenEnvironment>;
  /** Rows that a statement gives in the environment's database. */
  readonly ask: (statement: string) => Promise<readonly unknown[]>;
  readonly github: <T>(path: string) => Promise<T>;
  /** Rolls a release with another worker and another web out, within the limit; gives what it replaces. */
  readonly changeBoth: (stage: Stage) => Promise<Replaced>;
  /** What the live release has replaced, where that one was rolled out by `changeBoth`; does that otherwise. */
  readonly replacedBoth: (stage: Stage) => Promise<Replaced>;
  /** Reads that a user is served: a plan is accepted, made by a worker, and stands in the database. */
  readonly expectService: (stage: Stage) => Promise<void>;
  /** Reads that what runs is exactly what ran before. */
  readonly expectSame: (stage: Stage, before: SeenEnvironment) => Promise<void>;
}

/** What ran before a release. */
export interface Replaced {
  readonly older: SeenEnvironment;
  /** Of its rollout in the history. */
  readonly number: number;
}

/** A complete rollout, in seconds (requirement: under 10 min). */
export const rolloutLimit = 600;

let releases = 0;

export function worldOf({ checkout, sandbox }: SandboxOfTests): World {
  const rollout: World["rollout"] = (...words) => sandbox.run("bin/rollout", ...words, "--stack", "staging");
  const outputs = (): Promise<Outputs> => outputsOf(sandbox, "staging");
  const seen = async (): Promise<SeenEnvironment> => seeEnvironment(sandbox, (await outputs()).webUrl);
  const replaced = new Map<string, Replaced>();
  const newestNumber = async (): Promise<number> => {
    const words = ["bin/rollout", "history", "--stack", "staging", "--limit", "1", "--json"];
    return (JSON.parse(await sandbox.read(...words)) as { readonly number: number }).number;
  };
  const world: World = {
    ...{ checkout, sandbox, rollout, outputs, seen },
    rolloutAs: async (expected, ...words) => {
      const { status, output } = await rollout(...words);
      if (status !== expected)
        throw new Error(
          `bin/rollout ${words.join(" ")} ended with ${String(status)}; expected ${String(expected)}. It printed last:\n${output.slice(-2000)}`,
        );
      return output;
    },
    release: (message, ...parts) => {
      releases += 1;
      changeApplication(checkout, `acceptance ${String(releases)}`, ...parts);
      return checkout.commit(message);
    },
    backTo: (commit) => void checkout.git("reset", "--quiet", "--hard", commit),
    head: () => checkout.git("rev-parse", "HEAD"),
    ask: async (statement) => ask((await outputs()).databaseUrl, statement),
    github: (path) => callCloud(sandbox, "github", "GET", `/repos/atlaris/atlaris${path}`),
    changeBoth: async (stage) => {
      const before = { older: await seen(), number: await newestNumber() };
      const commit = world.release("Change worker and web", "worker", "web");
      await stage.within(rolloutLimit, "roll out", () => world.rolloutAs(0, "up"));
      replaced.set(commit, before);
      return before;
    },
    replacedBoth: async (stage) => replaced.get(world.head()) ?? (await world.changeBoth(stage)),
    expectService: async (stage) => {
      const { webUrl, smokeApiKey } = await outputs();
      const topic = `Acceptance ${String(Date.now())}`;
      const plan = await waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, topic));
      const isFull = plan.modules.length > 0 && plan.modules.every(({ tasks }) => tasks.length > 0);
      stage.expect(
        "the application",
        "a plan that was asked for has modules, and each has tasks",
        isFull,
        true,
      );
      const rows = await world.ask(`SELECT status FROM plans WHERE topic = '${topic}'`);
      stage.expect("the database", "that plan is there, once and ready", rows, [{ status: "ready" }]);
    },
    expectSame: async (stage, before) => {
      const now = await seen();
      stage.expect("Fly", "the workers run the images of before", now.images, before.images);
      stage.expect("Fly", "as many machines pass their checks", now.healthy, before.healthy);
      stage.expect(
        "Vercel",
        "the address points at the deployment of before",
        now.deployment,
        before.deployment,
      );
    },
  };
  return world;
}

/** How GitHub shows the newest rollout of a commit: on its deployment, by the newest status. */
export async function shownRollout({ github }: World, commit: string): Promise<string | undefined> {
  const [deployment] = await github<{ id: number }[]>(
    `/deployments?environment=staging&task=rollout&sha=${commit}&per_page=1`,
  );
  if (!deployment) return undefined;
  const statuses = await github<{ state: string }[]>(`/deployments/${String(deployment.id)}/statuses`);
  return statuses.find(({ state }) => state !== "inactive")?.state;
}

/** How many rollouts of a commit GitHub knows. */
export async function rolloutsOf({ github }: World, commit: string): Promise<number> {
  return (await github<unknown[]>(`/deployments?environment=staging&task=rollout&sha=${commit}&per_page=100`))
    .length;
}

/** Titles of the open incidents. */
export async function openIncidents({ github }: World): Promise<readonly string[]> {
  return (await github<{ title: string }[]>("/issues?labels=incident&state=open&per_page=100")).map(
    ({ title }) => title,
  );
}
