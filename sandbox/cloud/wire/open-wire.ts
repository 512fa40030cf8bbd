import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../../home.ts";
import { openStore } from "../store.ts";
import { openAnswerCheck, type AnswerCheck } from "./answer-check.ts";
import { initialFaults, openFaults } from "./faults.ts";
import { openWire, type Wire, type WireOptions } from "./wire.ts";

export interface HomeWireOptions {
  /** Whether answers are held against the vendors' documents: in tests only, these are no dependency of the product. */
  readonly checksAnswers: boolean;
  readonly log: (line: string) => void;
  readonly onCall?: WireOptions["onCall"];
}

/** The wire of a sandbox's home, with the faults that were set there before. */
export async function openHomeWire(
  home: Home,
  { checksAnswers, log, onCall }: HomeWireOptions,
): Promise<Wire> {
  const folder = home.cloud("wire");
  mkdirSync(folder, { recursive: true });
  const faults = openFaults(await openStore(folder, initialFaults()));
  return openWire({
    faults,
    answers: checksAnswers ? await openAnswers(home) : undefined,
    log,
    ...(onCall ? { onCall } : {}),
  });
}

/** Where wrong answers are written down. */
export const findingsFile = (home: Home): string => join(home.folder, "contract-findings.jsonl");

async function openAnswers(home: Home): Promise<AnswerCheck> {
  const contract = await import("../../contract/index.ts");
  return openAnswerCheck(await contract.openContract(), findingsFile(home));
}
