import { randomFrom } from "../../sandbox/random.ts";

/** What is rolled out when the kill comes. */
export const kinds = ["worker", "migration", "web", "rollback"] as const;
export type Kind = (typeof kinds)[number];

/** The process that is killed; one that has not started yet is waited for. */
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

/** Clouds that a rollout of a kind calls often. */
const cloudsOf = {
  worker: ["github", "fly"],
  migration: ["github", "neon", "fly"],
  web: ["github", "vercel"],
  rollback: ["github", "fly", "vercel"],
} as const satisfies Readonly<Record<Kind, readonly string[]>>;

/** Who is there in rollouts of these kinds alone. */
const onlyIn: Readonly<Partial<Record<Victim, readonly Kind[]>>> = {
  command: ["migration"],
  flyctl: ["worker", "migration"],
};

/** Less than all of the calls of a rollout that changes worker and web: one of them alone makes fewer. */
const shareOfCalls = 0.7;

/** When the kill comes. */
export type Moment =
  /** So much of the time that the rollout before has taken. */
  | { readonly by: "time"; readonly fraction: number }
  /** While a cloud has the call of this number, of so many as the rollout before has made: not carried out yet, or just not answered. */
  | {
      readonly by: "call";
      readonly cloud: (typeof cloudsOf)[Kind][number];
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
  // Numbers that follow each other would begin alike.
  const random = randomFrom(Math.imul(seed * 65_537 + number, 0x9e3779b1));
  const one = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const kind = kinds[(number - 1) % kinds.length] as Kind;
  const victim = one(victims.filter((each) => onlyIn[each]?.includes(kind) ?? true));
  const share = random();
  const of = (most: number): number => Math.round(share * most * 1000) / 1000;
  const moment: Moment =
    random() < 0.5
      ? { by: "time", fraction: of(1) }
      : { by: "call", cloud: one(cloudsOf[kind]), fraction: of(shareOfCalls), isCarriedOut: random() < 0.5 };
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
