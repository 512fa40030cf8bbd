import { createNeonClient, isNeonError, type NeonErrorUnion } from "@neon/sdk";
import { vi } from "vitest";
import { query } from "../postgres/test-query.ts";
import type { TestCloud } from "../test-context.ts";

/** Others share the machine. */
export const within = { timeout: 60_000 };

/** Neon's official client on an emulator; each mutation returns when its operations have finished. */
export const connect = (cloud: Pick<TestCloud, "origin" | "token">) =>
  createNeonClient({
    apiKey: cloud.token,
    baseUrl: `${cloud.origin}/api/v2`,
    throwOnError: true,
    waitForReadiness: true,
    wait: { pollIntervalMs: 20, timeoutMs: 30_000 },
    retries: 0,
    requestTimeoutMs: 60_000,
  });
export type TestNeon = ReturnType<typeof connect>;

/** A moment between what was committed and what comes: the clock, which counts milliseconds, moves before and after it. */
export async function moment(): Promise<string> {
  await clockMoves();
  const time = new Date().toISOString();
  await clockMoves();
  return time;
}

async function clockMoves(): Promise<void> {
  const before = Date.now();
  await vi.waitUntil(() => Date.now() > before, { ...within, interval: 1 });
}

/** Runs statements on a connection of their own. */
export const sql = (uri: string, text: string): Promise<Record<string, unknown>[]> => query(uri, text);

/** How Neon's client reports that a call was refused. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isNeonError(error) || !("status" in error)) throw new Error(`not refused: ${String(error)}`);
  const { status, message } = error as Extract<NeonErrorUnion, { kind: "api" }>;
  return { status, message };
}
