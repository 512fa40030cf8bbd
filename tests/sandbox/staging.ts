import { expect } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import { machinesOf } from "./observe.ts";
import type { Ended, Sandbox } from "./sandbox.ts";

/** Outputs of a stack, with the secret ones. */
export interface Outputs {
  readonly webUrl: string;
  readonly release: string;
  readonly smoke: string;
  readonly databaseUrl: string;
  readonly applicationDatabaseUrl: string;
  readonly smokeApiKey: string;
  readonly workers: Readonly<
    Record<string, { readonly image: string; readonly machines: readonly string[] }>
  >;
}

export const worker = "atlaris-worker-staging";
export const regenerator = "atlaris-worker-regenerator-staging";

export async function outputsOf(sandbox: Sandbox, stack: string): Promise<Outputs> {
  const words = ["pulumi", "stack", "output", "--stack", stack, "--json", "--show-secrets"];
  return JSON.parse(await sandbox.read(...words)) as Outputs;
}

/** What one does with staging, and what one sees of it. */
export interface Staging {
  /** Without the preview before it, which has tests of its own: preview.test.ts. */
  readonly up: (...words: readonly string[]) => Promise<Ended>;
  /** Fails the test where it does not end well; gives what it printed. */
  readonly goodUp: () => Promise<string>;
  readonly outputs: () => Promise<Outputs>;
  /** What a user of the environment can see: schema and sources of the web, machines of the workers. */
  readonly observed: () => Promise<unknown>;
}

export function stagingIn(sandbox: Sandbox): Staging {
  const up = (...words: readonly string[]): Promise<Ended> =>
    sandbox.run("pulumi", "up", "--stack", "staging", "--skip-preview", ...words);
  const outputs = (): Promise<Outputs> => outputsOf(sandbox, "staging");
  return {
    up,
    outputs,
    goodUp: async () => {
      const { status, output } = await up();
      expect(status, output).toBe(0);
      return output;
    },
    observed: async () => {
      const { webUrl } = await outputs();
      const health: unknown = await (await fetch(`${webUrl}/api/health`)).json();
      return {
        health,
        worker: await machinesOf(sandbox, worker),
        regenerator: await machinesOf(sandbox, regenerator),
      };
    },
  };
}

/** The names of the resources on which the last lines of an `up` report that something was done. */
export function acted(output: string): readonly string[] {
  const lines = output.matchAll(/^ (?:\+|~|\+-|-|\+\+|--) +\S+ (\S+) (?:created|updated|replaced|deleted)/gm);
  return [...new Set([...lines].map(([, name = ""]) => name))]
    .filter((name) => name !== "atlaris-staging")
    .sort();
}

/** @throws where the database does not let this address in, or refuses the statement. */
export const ask = (databaseUrl: string, statement: string): Promise<readonly unknown[]> =>
  query(databaseUrl, statement);
