import type { PromotionEnd } from "./state.ts";

/** What a test can have Vercel do otherwise. */
export interface Behaviour {
  /** How a promotion ends after it was accepted; only a success moves anything. */
  readonly promotion: PromotionEnd;
  /** Names that other accounts have: no alias of ours can be one. */
  readonly takenNames: readonly string[];
  /** Domains that another team uses: they are verified by a DNS record before they point at anything. */
  readonly foreignDomains: readonly string[];
  /** How long a stream of runtime logs lasts, in milliseconds. */
  readonly runtimeLogMilliseconds: number;
}

export const usualBehaviour: Behaviour = {
  promotion: "succeeded",
  takenNames: [],
  foreignDomains: [],
  runtimeLogMilliseconds: 5 * 60_000,
};
