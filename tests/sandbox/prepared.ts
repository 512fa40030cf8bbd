import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, vi } from "vitest";
import { withLock } from "../../sandbox/toolchain/lock.ts";
import { addMigration } from "./add-migration.ts";
import type { Checkout } from "./checkout.ts";
import { copyCheckout, copySources, makeCheckout } from "./checkout.ts";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";

/** A checkout and its sandbox. */
export interface Environment {
  readonly checkout: Checkout;
  readonly sandbox: Sandbox;
}

/** How one is prepared, and from which other. */
interface Recipe {
  readonly from?: PreparedName;
  readonly prepare: (environment: Environment) => Promise<void>;
}

export type PreparedName =
  "staging live" | "staging and production live" | "two releases with a migration between them";

const recipes: Readonly<Record<PreparedName, Recipe>> = {
  "staging live": { prepare: (environment) => goodUp(environment, "staging") },
  "staging and production live": {
    from: "staging live",
    prepare: (environment) => goodUp(environment, "prod"),
  },
  "two releases with a migration between them": {
    from: "staging live",
    prepare: async (environment) => {
      addMigration(
        environment.checkout,
        "9000_plan_language",
        "-- undo: ALTER TABLE plans DROP COLUMN language",
        "SET LOCAL lock_timeout = '5s';",
        "--> statement-breakpoint",
        "ALTER TABLE plans ADD COLUMN language text;",
      );
      environment.checkout.commit("Keep the language of a plan");
      await goodUp(environment, "staging");
    },
  },
};

/** The longest that a file waits for another worker that prepares what it begins with. */
export const preparationLimit = 600_000;

/**
 * A checkout and a sandbox in which this was rolled out. The first file of a run that asks for it rolls it out and saves a
 * snapshot; every later one gets a copy of the checkout, with the same commits, and the snapshot restored.
 */
export async function openPrepared(name: PreparedName): Promise<Environment> {
  const folder = await prepared(name);
  const checkout = copyCheckout(join(folder, "checkout"));
  const sandbox = openSandbox(checkout.root);
  try {
    await succeed(sandbox, "snapshot", "restore", "prepared", "--folder", join(folder, "snapshots"));
    // Starts the clouds: a test may call them before it runs a command.
    await succeed(sandbox, "true");
    await waitForMachines(sandbox);
    return { checkout, sandbox };
  } catch (error) {
    await sandbox.close();
    checkout.remove();
    throw error;
  }
}

/** A restored machine has no passing check for a moment, and a test would see it as ill. */
export async function waitForMachines(sandbox: Sandbox): Promise<void> {
  const { apps } = await callCloud<{ readonly apps: readonly { readonly name: string }[] }>(
    ...([sandbox, "fly", "GET", "/v1/apps?org_slug=personal"] as const),
  );
  const ill = async (): Promise<readonly string[]> => {
    const machines = await Promise.all(
      apps.map(({ name }) =>
        callCloud<readonly SeenMachine[]>(sandbox, "fly", "GET", `/v1/apps/${name}/machines`),
      ),
    );
    return machines
      .flat()
      .filter(
        ({ state, checks = [] }) => state === "started" && checks.some(({ status }) => status !== "passing"),
      )
      .map(({ id }) => id);
  };
  await vi.waitFor(async () => expect(await ill()).toEqual([]), { timeout: 60_000, interval: 100 });
}

interface SeenMachine {
  readonly id: string;
  readonly state: string;
  readonly checks?: readonly { readonly status: string }[];
}

/** The folder with the checkout and the snapshot, once they are there. */
async function prepared(name: PreparedName): Promise<string> {
  const folder = join(inject("testRunFolder"), name.replaceAll(" ", "-"));
  const done = join(folder, "done");
  if (existsSync(done)) return folder;
  mkdirSync(folder, { recursive: true });
  return withLock(
    join(folder, "prepare"),
    () => undefined,
    async () => {
      if (existsSync(done)) return folder;
      const { from, prepare } = recipes[name];
      const checkout = from ? copyCheckout(join(await prepared(from), "checkout")) : makeCheckout();
      const sandbox = openSandbox(checkout.root);
      try {
        if (from)
          await succeed(
            sandbox,
            ...["snapshot", "restore", "prepared", "--folder", join(await prepared(from), "snapshots")],
          );
        await prepare({ checkout, sandbox });
        await succeed(
          sandbox,
          "snapshot",
          "save",
          "prepared",
          "--replace",
          "--folder",
          join(folder, "snapshots"),
        );
        copySources(checkout.root, join(folder, "checkout"));
        writeFileSync(done, "");
      } finally {
        await sandbox.close();
        checkout.remove();
      }
      return folder;
    },
  );
}

function goodUp({ sandbox }: Environment, stack: string): Promise<void> {
  return succeed(sandbox, "pulumi", "up", "--stack", stack, "--skip-preview");
}

async function succeed(sandbox: Sandbox, ...words: readonly string[]): Promise<void> {
  const { status, output } = await sandbox.run(...words);
  if (status !== 0)
    throw new Error(`bin/sandbox ${words.join(" ")} ended with ${String(status)}:\n${output}`);
}
