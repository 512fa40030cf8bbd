import { randomFrom } from "../../sandbox/random.ts";

/** What is rolled out when the kill comes. */
export const kinds = ["worker", "migration", "web", "rollback"] as const;
export type Kind = (typeof kinds)[number];

/** Who is killed; whoever is not there yet is waited for. */
export const victims = [
  "engine",
  "language host",
  "program",
  "provider",
  "flyctl",
  "command",
  "clouds",
  "everything",
] as const;
export type Victim = (typeof victims)[number];

/** Clouds by how often a rollout calls them. */
const clouds = ["github", "fly", "vercel", "neon"] as const;

/** When the kill comes. */
export type Moment =
  /** So much of the time that the rollout before has taken. */
  | { readonly by: "time"; readonly fraction: number }
  /** While a cloud has the call of this number, of so many as the rollout before has made: not carried out yet, or just not answered. */
  | {
      readonly by: "call";
      readonly cloud: (typeof clouds)[number];
      readonly fraction: number;
      readonly isCarriedOut: boolean;
    };

/** One kill, all of it chosen by the seed and its number. */
export interface PlannedKill {
  readonly number: number;
  readonly kind: Kind;
  readonly victim: Victim;
  readonly moment: Moment;
  /** Whether the next rollout returns to the release before instead of repeating this one. */
  readonly turnsBack: boolean;
}

export function planKill(seed: number, number: number): PlannedKill {
  const random = randomFrom(seed * 100_003 + number);
  // The first numbers of neighbouring seeds are alike.
  random();
  const one = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const kind = kinds[(number - 1) % kinds.length] as Kind;
  const victim = one(victims);
  const fraction = Math.round(random() * 1000) / 1000;
  const moment: Moment =
    random() < 0.5
      ? { by: "time", fraction }
      : { by: "call", cloud: one(clouds), fraction, isCarriedOut: random() < 0.5 };
  return { number, kind, victim, moment, turnsBack: kind !== "rollback" && random() < 0.3 };
}

/** In a few words, as the table of results has it. */
export function describeKill({ kind, victim, moment, turnsBack }: PlannedKill): string {
  const percent = `${(moment.fraction * 100).toFixed(0)} %`;
  const when =
    moment.by === "time"
      ? `at ${percent} of its time`
      : `at ${percent} of the calls to ${moment.cloud}, ${moment.isCarriedOut ? "carried out" : "not carried out"}`;
  return `${kind}: ${victim} killed ${when}${turnsBack ? ", then rolled back" : ""}`;
}
