import type { Apart, Harm } from "./finding.ts";
import type { Known } from "./known.ts";
import type { Node } from "./parser.ts";
import { subjectOf, type Thing } from "./thing.ts";

/** Where a rule strikes. */
export interface Hit {
  readonly subject: string;
  /** What is changed. Where the same migration made it, it is not in use yet and the hit does not count. */
  readonly of?: Thing;
  /** Where it differs from the rule's. */
  readonly class?: Harm;
  readonly harm?: string;
  readonly remedy?: string;
  readonly apartFrom?: Apart;
}

/** One idea of what a migration must not do silently. */
export interface Rule {
  readonly name: string;
  readonly class: Harm;
  /** What happens, in words that go on after the subject's name and a colon. */
  readonly harm: string;
  readonly remedy: string;
  /** A statement that the runner or PostgreSQL would refuse anyway cannot be declared. */
  readonly isDeclarable?: false;
  find(statement: Node, known: Known): readonly Hit[];
}

export const hitOn = (one: Thing, differing: Omit<Hit, "subject" | "of"> = {}): Hit => ({
  subject: subjectOf(one),
  of: one,
  ...differing,
});
