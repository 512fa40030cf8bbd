import { readFileSync } from "node:fs";
import { join } from "node:path";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

interface SeenCall {
  readonly cloud: string;
  readonly name: string;
  readonly count: number;
}

/** The calls that `bin/sandbox status --json` lists, read from the clouds: tests ask often, and a process takes longer. */
export async function seenCallsOf(sandbox: Sandbox): Promise<readonly SeenCall[]> {
  const read = (file: string): { readonly control: string } =>
    JSON.parse(readFileSync(join(sandbox.home, file), "utf8")) as { readonly control: string };
  const answer = await fetch(`${read("endpoints.json").control}/status`, {
    headers: { authorization: `Bearer ${read("tokens.json").control}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`the sandbox's control answered ${String(answer.status)}`);
  const { wire } = (await answer.json()) as { readonly wire: { readonly seenCalls: readonly SeenCall[] } };
  return wire.seenCalls;
}

/** How often one call, as docs/sandbox.md names it, was answered so far. */
export async function callsOf(sandbox: Sandbox, call: string): Promise<number> {
  return (await seenCallsOf(sandbox)).find(({ name }) => name === call)?.count ?? 0;
}

/** How many calls that write were answered by the clouds so far; those alone that match, as `fly POST /v1/apps`. */
export async function writesOf(sandbox: Sandbox, matching = /./): Promise<number> {
  return (
    (await seenCallsOf(sandbox))
      // GraphQL asks by POST; the emulator knows no mutation.
      .filter(({ name }) => !name.startsWith("GET ") && !name.startsWith("HEAD ") && name !== "POST /graphql")
      .filter(({ cloud, name }) => matching.test(`${cloud} ${name}`))
      .reduce((sum, { count }) => sum + count, 0)
  );
}

/** One rollout as GitHub shows it. */
export interface ReportedRollout {
  readonly commit: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The states that it went through, oldest first; not that a later one made it inactive. */
  readonly states: readonly string[];
}

/** What GitHub shows of an environment's rollouts, newest first. */
export async function deploymentStory(
  sandbox: Sandbox,
  environment: string,
): Promise<readonly ReportedRollout[]> {
  const path = "/repos/atlaris/atlaris/deployments";
  const deployments = await callCloud<
    { id: number; sha: string; payload: Readonly<Record<string, unknown>> }[]
  >(sandbox, "github", "GET", `${path}?environment=${environment}&task=rollout&per_page=100`);
  return Promise.all(
    deployments.map(async ({ id, sha, payload }) => {
      const statuses = await callCloud<{ state: string }[]>(
        sandbox,
        "github",
        "GET",
        `${path}/${String(id)}/statuses?per_page=100`,
      );
      return {
        commit: sha,
        payload,
        states: statuses
          .map(({ state }) => state)
          .filter((state) => state !== "inactive")
          .reverse(),
      };
    }),
  );
}

/** What a rollout was of, whatever its commit. */
export function contentOf({ payload }: ReportedRollout): string {
  return JSON.stringify([payload["artifacts"], payload["migrations"]]);
}
