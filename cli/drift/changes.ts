import type { EngineEvent } from "../engine/engine-event.ts";
import type { Properties } from "../engine/preview-report.ts";
import { nameOf } from "../engine/preview-report.ts";
import { kindOf, spaced, subjectOf } from "../review/kinds.ts";

/** What was changed of one resource outside of a rollout. */
export interface Drift {
  readonly cloud: string;
  /** `machines of an app`, and which: `shop-worker-staging`. */
  readonly what: string;
  readonly named: string;
  /** Its name in the program, as pulumi up shows it. */
  readonly resource: string;
  /** `gone`, or one text for each change. Never a secret's value. */
  readonly changes: readonly string[];
}

/** Set by the providers of this project where no property can show a change (infra/dynamic/provider-module.ts). */
const changedOutOfBand = "changedOutOfBand";

/** The drift that one event of a refresh shows; nothing where the resource is as the state has it. */
export function driftIn(event: EngineEvent): Drift | undefined {
  const step = event.resOutputsEvent?.metadata;
  if (!step || !["update", "delete"].includes(step.op)) return undefined;
  const before = step.old?.inputs as Properties | undefined;
  const after = step.new?.inputs as Properties | undefined;
  const seen = (step.new?.outputs as Properties | undefined)?.[changedOutOfBand];
  const changes =
    step.op === "delete"
      ? ["gone"]
      : [...(Array.isArray(seen) ? seen.map(String) : []), ...differences(before ?? {}, after ?? {})];
  if (changes.length === 0) return undefined;
  const { what, named } = subjectOf(step.type, nameOf(step.urn), before ?? {});
  return {
    cloud: kindOf(step.type).cloud,
    what,
    named: named ?? nameOf(step.urn),
    resource: nameOf(step.urn),
    changes,
  };
}

/** Longer values are cut: a reader needs only to see which property it is. */
const longestValue = 60;

function differences(before: Properties, after: Properties): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => !key.startsWith("__") && key !== changedOutOfBand)
    .map((key) => [key, text(before[key]), text(after[key])] as const)
    .filter(([, old, now]) => old !== now)
    .map(([key, old, now]) => `${spaced(key)}: ${old} → ${now}`);
}

function text(value: unknown): string {
  if (value === undefined || value === null || value === "") return "none";
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return shown.length > longestValue ? `${shown.slice(0, longestValue)}…` : shown;
}
