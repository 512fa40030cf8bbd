import type { Flags, Given } from "./arguments.ts";
import { inPool } from "./all-of.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { openLeases } from "./leases.ts";
import { appOf } from "./listings.ts";
import { groupOf, listDeployed, type Machine, pathOf } from "./machine.ts";
import { type MachineConfig, machineConfigFor, processGroups } from "./machine-config.ts";
import { readRemoteApp } from "./remote-app.ts";
import { leastSecretsVersion } from "./secrets-versions.ts";

export const scaleFlags: Flags = {
  app: { kind: "text", short: "a" },
  config: { kind: "text", short: "c" },
  "process-group": { kind: "text" },
  region: { kind: "text", short: "r" },
  yes: { kind: "switch", short: "y" },
};
const leaseSeconds = 120;
const mostAtOnce = 5;

interface Change {
  readonly group: string;
  readonly add: readonly { readonly region: string; readonly config: MachineConfig }[];
  readonly remove: readonly Machine[];
}

/** `scale count 2`, `scale count worker=2 regenerator=+1` (superfly/flyctl v0.4.80, internal/command/scale). */
export async function scaleCount(given: Given, cloud: Cloud): Promise<void> {
  const app = appOf(given);
  const { config, image } = await readRemoteApp(cloud, app);
  const groups = processGroups(config);
  const wanted = readCounts(given.words, given.text("process-group") ?? "app");
  const unknown = [...wanted.keys()].filter((group) => !groups.includes(group));
  if (unknown.length > 0)
    throw new CommandError(
      `Attempting to scale unknown process groups [${unknown.join(" ")}] but valid names are [${groups.join(" ")}].`,
      "Use `fly scale count COUNT --process-group=NAME` or `fly scale count NAME1=COUNT1 NAME2=COUNT2 ...`",
    );
  const machines = await listDeployed(cloud, app);
  const regions = given.text("region")?.split(",") ?? [...new Set(machines.map(({ region }) => region))];
  if (regions.length === 0) regions.push(config.primaryRegion ?? "fra");
  const changes = [...wanted].map(([group, count]): Change => {
    const present = machines.filter((machine) => groupOf(machine) === group);
    const target = Math.max(0, count.isRelative ? present.length + count.number : count.number);
    const like =
      present[0]?.config ?? machineConfigFor(config, group, image, { id: "", version: 0 }, {}, undefined);
    return { group, ...plan(present, target, regions, withoutStandby(like)) };
  });
  if (changes.every(({ add, remove }) => add.length === 0 && remove.length === 0)) {
    console.log("App already scaled to desired state. No need for changes");
    return;
  }
  if (!given.isOn("yes", false))
    throw new CommandError("--yes flag must be specified when not running interactively");
  await carryOut(cloud, app, machines, changes);
}

async function carryOut(
  cloud: Cloud,
  app: string,
  machines: readonly Machine[],
  changes: readonly Change[],
): Promise<void> {
  const leases = openLeases(cloud, app, leaseSeconds);
  const least = leastSecretsVersion(app);
  try {
    await leases.acquire(machines);
    console.log("Executing scale plan");
    for (const { group, add, remove } of changes) {
      await inPool(add, mostAtOnce, async ({ region, config }) => {
        const body = {
          config,
          region,
          skip_secrets: false,
          ...(least === undefined ? {} : { min_secrets_version: least }),
        };
        const { id } = await cloud.flaps<Machine>(pathOf(app), { method: "POST", body });
        console.log(`  Created ${id} group:${group} region:${region}`);
      });
      await inPool(remove, mostAtOnce, async (machine) => {
        const headers = leases.headers(machine);
        await cloud.flaps(`${pathOf(app, machine)}?kill=true`, { method: "DELETE", headers });
        leases.forget(machine);
        console.log(`  Destroyed ${machine.id} group:${group} region:${machine.region}`);
      });
    }
  } finally {
    await leases.releaseAll();
  }
}

/** Spreads what is missing over the regions in turn, and takes what is too much from them likewise. */
function plan(
  present: readonly Machine[],
  target: number,
  regions: readonly string[],
  config: MachineConfig,
): Pick<Change, "add" | "remove"> {
  const difference = target - present.length;
  const turn = (index: number): string => regions[index % regions.length] ?? "fra";
  const add = Array.from({ length: Math.max(0, difference) }, (_, index) => ({
    region: turn(index),
    config,
  }));
  const left = [...present].sort((a, b) => regions.indexOf(a.region) - regions.indexOf(b.region));
  return { add, remove: left.slice(0, Math.max(0, -difference)) };
}

function withoutStandby(config: MachineConfig): MachineConfig {
  const { standbys: _standbys, env, ...rest } = config;
  return {
    ...rest,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => name !== "FLY_STANDBY_FOR")),
  };
}

interface Count {
  readonly number: number;
  readonly isRelative: boolean;
}

function readCounts(words: readonly string[], defaultGroup: string): Map<string, Count> {
  if (words.length === 0) throw new CommandError("requires at least 1 arg(s), only received 0");
  const alone = words.length === 1 ? readCount(words[0] ?? "") : undefined;
  if (alone) return new Map([[defaultGroup, alone]]);
  return new Map(
    words.map((word) => {
      const [group = "", text = ""] = word.split("=");
      const count = readCount(text);
      if (!count) throw new CommandError(`'${word}' is not a valid process=count option`);
      return [group, count];
    }),
  );
}

function readCount(text: string): Count | undefined {
  return /^[+-]?\d+$/.test(text) ? { number: Number(text), isRelative: /^[+-]/.test(text) } : undefined;
}
