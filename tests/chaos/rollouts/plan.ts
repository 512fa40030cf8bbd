import { cloudNames } from "../../../sandbox/cloud/emulator.ts";
import type { SeenCall } from "../../../sandbox/cloud/wire/wire.ts";
import { random } from "../campaign.ts";
import { type Fault, faults } from "../faults.ts";

/** What is run under a fault, by the real engine. */
export const scenarios = ["first", "change", "rollback", "destroy"] as const;
export type Scenario = (typeof scenarios)[number];
/** How many of ten rollouts are of each; those from and to nothing take three times as long. */
const shares: Readonly<Record<Scenario, number>> = { first: 1, change: 5, rollback: 3, destroy: 1 };

/** A call that a run without a fault was seen to make, and how often. */
export interface CountedCall {
  readonly cloud: string;
  /** As the vendor's document has it: `POST /v1/apps/{app_name}/machines`. */
  readonly name: string;
  readonly count: number;
}

export interface RolloutCell {
  /** As `--cell` takes it: `fly POST /v1/apps/* in change × 503`. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly call: Pick<SeenCall, "cloud" | "method" | "pattern">;
  /** The n-th such call meets the fault. */
  readonly number: number;
  readonly fault: Fault;
}

/** Of calls of one form, a poll for instance, these many meet faults. */
const [readsOfAForm, writesOfAForm] = [1, 2];

/** A rollout of a campaign, before the calls of its scenario are known. */
export interface PlannedRollout {
  readonly number: number;
  readonly scenario: Scenario;
  /** Which of the scenario's cells it plays. */
  readonly place: number;
}

/** The scenario of each rollout first, so that only those are recorded that are needed. */
export function planRollouts(seed: number, count: number): readonly PlannedRollout[] {
  const lots = scenarios.flatMap((scenario) => Array.from({ length: shares[scenario] }, () => scenario));
  const places = new Map<Scenario, number>();
  return Array.from({ length: count }, (_each, index) => {
    const scenario = lots[Math.floor(random(seed, `scenario ${String(index)}`) * lots.length)] ?? "change";
    const place = places.get(scenario) ?? 0;
    places.set(scenario, place + 1);
    return { number: index + 1, scenario, place };
  });
}

/** Every call of a scenario with every fault that fits it, in the order of the seed, the clouds in turns. */
export function cellsOf(
  scenario: Scenario,
  calls: readonly CountedCall[],
  seed: number,
): readonly RolloutCell[] {
  const cells = calls.flatMap(({ cloud, name, count }) => {
    const known = cloudNames.find((each) => each === cloud);
    const [method = "", path = ""] = name.split(" ");
    if (known === undefined) return [];
    const call = { cloud: known, method, pattern: `**${path.replaceAll(/\{[^}]*\}/g, "*")}` };
    const most = method === "GET" || method === "HEAD" ? readsOfAForm : writesOfAForm;
    const numbers = Array.from({ length: Math.min(most, count) }, (_each, index) => index + 1);
    return faults
      .filter(({ fits, lag }) => (fits?.(call) ?? true) && !(lag !== undefined && cloud === "ai"))
      .flatMap((fault) => numbers.map((number) => cellOf(scenario, call, number, fault)));
  });
  const ofClouds = cloudNames.map((cloud) =>
    cells
      .filter(({ call }) => call.cloud === cloud)
      .sort((one, other) => random(seed, one.name) - random(seed, other.name)),
  );
  // Else most were GitHub's, which is called most.
  const most = Math.max(0, ...ofClouds.map(({ length }) => length));
  return Array.from({ length: most }, (_each, turn) => ofClouds.flatMap((own) => own[turn] ?? [])).flat();
}

function cellOf(scenario: Scenario, call: RolloutCell["call"], number: number, fault: Fault): RolloutCell {
  const nth = number > 1 ? ` #${String(number)}` : "";
  const name = `${call.cloud} ${call.method} ${call.pattern}${nth} in ${scenario} × ${fault.name}`;
  return { name, scenario, call, number, fault };
}

/** The cell of a name that was printed; undefined where it is none. */
export function cellNamed(name: string): RolloutCell | undefined {
  const [, cloud, method = "", pattern = "", nth, wanted, faultName] =
    /^(\S+) (\S+) (\S+)(?: #(\d+))? in (\S+) × (.+)$/.exec(name) ?? [];
  const known = cloudNames.find((each) => each === cloud);
  const scenario = scenarios.find((each) => each === wanted);
  const fault = faults.find((each) => each.name === faultName);
  if (!known || !scenario || !fault) return undefined;
  return cellOf(scenario, { cloud: known, method, pattern }, Number(nth ?? 1), fault);
}
