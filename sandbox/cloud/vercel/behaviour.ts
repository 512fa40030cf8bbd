import type { PromotionEnd } from "./state.ts";

/** What a test can have Vercel do otherwise. */
export interface Behaviour {
  /** How a promotion ends after it was accepted; only a success moves anything. */
  readonly promotion: PromotionEnd;
}

export const usualBehaviour: Behaviour = { promotion: "succeeded" };
