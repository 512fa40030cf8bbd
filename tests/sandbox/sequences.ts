import { expect } from "vitest";
import { changeApplication } from "./change-application.ts";
import type { Checkout } from "./checkout.ts";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { regenerator, stagingIn, worker } from "./staging.ts";

/** A release on record, as much of it as names what runs. */
interface Recorded {
  readonly number: number;
  readonly composition: {
    readonly web: { readonly source: string };
    readonly workers: Readonly<Record<string, RecordedWorker>>;
  };
  readonly ended?: {
    readonly result: string;
    readonly images?: readonly { readonly digest: string }[];
    readonly webDeployment?: string;
  };
}

interface RecordedWorker {
  readonly source: string;
  readonly recipe?: string;
  readonly image: string;
}

interface Machine {
  readonly id: string;
  readonly state: string;
  readonly config: { readonly image: string };
  readonly image_ref: { readonly digest: string };
  readonly checks?: readonly { readonly status: string }[];
}

/** One step of a sequence; what it did, in a few words. */
export type Step = (random: () => number) => Promise<string>;

export interface Sequences {
  readonly steps: readonly (readonly [weight: number, step: Step])[];
  /** Compares what runs with the record, as after a command that ended well. */
  readonly expectAsRecorded: () => Promise<void>;
}

const apps = { worker, regenerator } as const;

/** What can happen to an environment, in any order. */
export function sequencesIn(checkout: Checkout, sandbox: Sandbox): Sequences {
  const { outputs } = stagingIn(sandbox);
  let marks = 0;

  const recorded = async (): Promise<readonly Recorded[]> =>
    (await sandbox.read("bin/rollout", "history", "--stack", "staging", "--json", "--limit", "200"))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Recorded);
  const machinesOf = (app: string): Promise<Machine[]> =>
    callCloud<Machine[]>(sandbox, "fly", "GET", `/v1/apps/${app}/machines`);
  const host = async (): Promise<string> => new URL((await outputs()).webUrl).host;

  const assigned = async (): Promise<{ readonly deploymentId: string }> =>
    callCloud(sandbox, "vercel", "GET", `/v4/aliases/${await host()}`);

  const expectWorker = async (part: keyof typeof apps, records: readonly Recorded[]): Promise<void> => {
    const live = records[0]?.composition.workers[part];
    const machines = await machinesOf(apps[part]);
    expect(machines, `machines of ${part}`).toHaveLength(1);
    for (const { config, image_ref: ref, state, checks = [] } of machines) {
      expect([state, ...checks.map(({ status }) => status)], part).toEqual(["started", "passing"]);
      const [reference = ""] = config.image.split("@");
      const built = records.filter(({ composition }) => composition.workers[part]?.image === reference);
      expect(built.length, `${part} runs ${config.image}, which no release has`).toBeGreaterThan(0);
      const [runs] = built.map(({ composition }) => composition.workers[part]);
      expect([runs?.source, runs?.recipe], `what ${part} runs`).toEqual([live?.source, live?.recipe]);
      const digests = built.flatMap(({ ended }) => ended?.images?.map(({ digest }) => digest) ?? []);
      if (digests.length > 0) expect(digests, `digest that ${part} runs`).toContain(ref.digest);
    }
  };

  const expectAsRecorded = async (): Promise<void> => {
    const records = await recorded();
    const [newest] = records;
    expect(newest?.ended?.result, `#${String(newest?.number)}, the newest rollout`).toBe("success");
    const { webUrl } = await outputs();
    const health = (await (await fetch(`${webUrl}/api/health`)).json()) as { sourceDigest: string };
    expect(health.sourceDigest, "source of the web").toBe(newest?.composition.web.source);
    const { deploymentId } = await assigned();
    expect(deploymentId, "deployment of the web").toBe(newest?.ended?.webDeployment);
    await expectWorker("worker", records);
    await expectWorker("regenerator", records);
  };

  /** Runs a command, and compares what runs with the record where it ended well. */
  const claims = async (...words: readonly string[]): Promise<string> => {
    const { status, output } = await sandbox.run(...words, "--stack", "staging");
    if (status === 0)
      await expectAsRecorded().catch((cause: unknown) => {
        throw new Error(`${words.join(" ")} ended well, and ${(cause as Error).message}\n${output}`, {
          cause,
        });
      });
    return `${words.join(" ")}: ${String(status)}`;
  };
  const pick = <Value>(random: () => number, values: readonly Value[]): Value | undefined =>
    values[Math.floor(random() * values.length)];

  const commit: Step = async (random) => {
    marks += 1;
    const part = pick(random, ["worker", "regenerator", "web", "Dockerfile"] as const) ?? "web";
    if (part === "Dockerfile")
      checkout.edit("Dockerfile.worker", "NODE_ENV=production", `MARK${String(marks)}=1 NODE_ENV=production`);
    else changeApplication(checkout, `sequence ${String(marks)}`, part);
    checkout.commit(`Change ${part} (${String(marks)})`);
    return `commit to ${part}`;
  };
  const partial: Step = async (random) => {
    const words = pick(random, [
      ["--target", "**::worker-deployment"],
      ["--target", "**::web-live", "--target-dependents"],
      ["--exclude", "**::gate"],
      ["--exclude", "**::worker-image-build"],
    ]) ?? ["--exclude", "**::gate"];
    const { status } = await sandbox.run("pulumi", "up", "--stack", "staging", "--skip-preview", ...words);
    return `pulumi up ${words.join(" ")}: ${String(status)}`;
  };
  const outOfBand: Step = async (random) => {
    const app = pick(random, Object.values(apps)) ?? worker;
    const machine = (await machinesOf(app))[0];
    const kind = pick(random, ["image", "stop", "destroy", "address"] as const);
    const path = `/v1/apps/${app}/machines/${machine?.id ?? ""}`;
    const records = await recorded();
    if (kind === "address") {
      const { deploymentId } = await assigned();
      const others = records.flatMap(({ ended }) => ended?.webDeployment ?? []);
      const other = pick(
        random,
        others.filter((each) => each !== deploymentId),
      );
      if (other === undefined) return "no other deployment for the address";
      const alias = { alias: await host() };
      await callCloud(sandbox, "vercel", "POST", `/v2/deployments/${other}/aliases`, alias);
    } else if (machine === undefined) return `no machine of ${app} to change`;
    else if (kind === "stop") await callCloud(sandbox, "fly", "POST", `${path}/stop`, {});
    else if (kind === "destroy") await callCloud(sandbox, "fly", "DELETE", `${path}?force=true`);
    else {
      const image = pick(
        random,
        records.flatMap(({ ended, composition }) =>
          ended ? (composition.workers["worker"]?.image ?? []) : [],
        ),
      );
      await callCloud(sandbox, "fly", "POST", path, { config: { ...machine.config, image } });
    }
    return `manually: ${kind ?? ""} of ${app}`;
  };
  const kill: Step = async (random) => {
    const milliseconds = Math.round(1_500 + random() * 9_000);
    await sandbox.killAfter(milliseconds, "bin/rollout", "up", "--stack", "staging");
    return `up, killed after ${String(milliseconds)} ms`;
  };
  const refresh: Step = async () => {
    const { status } = await sandbox.run("pulumi", "refresh", "--stack", "staging", "--yes");
    return `pulumi refresh: ${String(status)}`;
  };

  return {
    steps: [
      [3, commit],
      [4, () => claims("bin/rollout", "up")],
      [1, () => claims("bin/rollout", "up", "--refresh")],
      [1, () => claims("bin/rollout", "rollback")],
      [1, partial],
      [2, outOfBand],
      [1, kill],
      [1, refresh],
    ],
    expectAsRecorded,
  };
}
