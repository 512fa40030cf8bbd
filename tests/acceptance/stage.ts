import { inspect, isDeepStrictEqual } from "node:util";

/** What was read, from where, and whether it is what the promise says. */
export interface Evidence {
  /** Who was asked: `Fly`, `GitHub`, `the database`, `the application`. Never the tool under test. */
  readonly source: Source;
  readonly claim: string;
  readonly found: string;
  readonly holds: boolean;
}

export type Source =
  "Neon" | "Fly" | "Vercel" | "GitHub" | "the database" | "the application" | "the receiver";

export interface Measure {
  readonly what: string;
  readonly seconds: number;
  readonly limit: number;
}

/** What a scenario has done and seen so far. */
export interface Stage {
  /** Runs a part, and keeps its name with its time. */
  step<T>(name: string, act: () => Promise<T>): Promise<T>;
  /** The same, with a limit in seconds that a requirement sets. */
  within<T>(limit: number, name: string, act: () => Promise<T>): Promise<T>;
  /** Reads something and holds it against what is promised; a difference makes the scenario red and does not end it. */
  expect(source: Source, claim: string, found: unknown, expected: unknown): void;
}

/** One promise, tried. */
export interface Scenario {
  readonly name: string;
  /** What is promised, in a sentence. */
  readonly promise: string;
  readonly run: (stage: Stage) => Promise<void>;
}

export interface ScenarioResult {
  readonly name: string;
  readonly promise: string;
  readonly seconds: number;
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
  readonly evidence: readonly Evidence[];
  readonly measures: readonly Measure[];
  /** Why it is red; empty where it is green. */
  readonly faults: readonly string[];
}

/** Longest text of what was found that a report shows. */
const longest = 200;

/** Runs a scenario to its end, whatever it meets. Without evidence it is red. */
export async function runScenario(
  { name, promise, run }: Scenario,
  now = () => performance.now(),
): Promise<ScenarioResult> {
  const begun = now();
  const steps: { name: string; seconds: number }[] = [];
  const evidence: Evidence[] = [];
  const measures: Measure[] = [];
  const faults: string[] = [];
  const step: Stage["step"] = async (what, act) => {
    const start = now();
    try {
      return await act();
    } finally {
      steps.push({ name: what, seconds: (now() - start) / 1000 });
    }
  };
  const stage: Stage = {
    step,
    within: async (limit, what, act) => {
      const result = await step(what, act);
      const seconds = steps.at(-1)?.seconds ?? Number.NaN;
      measures.push({ what, seconds, limit });
      if (!(seconds <= limit))
        faults.push(`${what} took ${seconds.toFixed(1)} s; the limit is ${String(limit)} s`);
      return result;
    },
    expect: (source, claim, found, expected) => {
      const holds = isDeepStrictEqual(found, expected);
      evidence.push({ source, claim, found: short(found), holds });
      if (!holds) faults.push(`${source}, ${claim}: expected ${short(expected)}, found ${short(found)}`);
    },
  };
  try {
    await run(stage);
  } catch (error) {
    faults.push((error as Error).message.slice(0, 4000));
  }
  if (evidence.length === 0)
    faults.push("there is no evidence: nothing was read from a cloud, a database or the application");
  return { name, promise, seconds: (now() - begun) / 1000, steps, evidence, measures, faults };
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { breakLength: Infinity, depth: 4 });
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
