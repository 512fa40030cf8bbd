import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { TestCloud } from "../../cloud/test-context.ts";
import { readRefusal } from "./check-seen.ts";
import type { SeenRefusal } from "./facts.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Causes a refusal, or names the test file that does where that takes more than a call. */
export type Cause = (() => Promise<Answer>) | string;

/** The key of a cause: one row of the table. */
export const rowOf = ({ call, when }: Pick<SeenRefusal, "call" | "when">): string => `${call}: ${when}`;

/** A call as the table writes it: `GET /v1/apps/{app_name}`, whose variables have these values, or else `missing`. */
export async function ask(
  cloud: Pick<TestCloud, "origin" | "token">,
  call: string,
  variables: Readonly<Record<string, string>> = {},
  more: { readonly body?: unknown; readonly token?: string; readonly query?: string } = {},
): Promise<Answer> {
  const [method = "", template = ""] = call.split(" ");
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => variables[name] ?? "missing");
  const answer = await fetch(`${cloud.origin}${path}${more.query ?? ""}`, {
    method,
    headers: {
      authorization: `Bearer ${more.token ?? cloud.token}`,
      ...(more.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

/** Whether the emulator refuses as the real cloud was seen to. */
export async function expectAsSeen(fact: SeenRefusal, cause: Cause): Promise<void> {
  if (typeof cause === "string") {
    expect(existsSync(join(import.meta.dirname, "..", "..", cause))).toBe(true);
    return;
  }
  const { status, body } = await cause();
  const { code, message } = readRefusal(body);
  expect({ status, ...(fact.code === undefined ? {} : { code }) }).toEqual({
    status: fact.status,
    ...(fact.code === undefined ? {} : { code: fact.code }),
  });
  if (fact.message) expect(message).toMatch(fact.message);
}

/** The rows that an emulator has to answer. */
export const emulated = (refusals: readonly SeenRefusal[]): readonly SeenRefusal[] =>
  refusals.filter(({ notEmulated }) => notEmulated === undefined);
