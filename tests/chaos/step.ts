import type { World } from "./world.ts";

export type Bag = Record<string, unknown>;

/** What steps have made in a world, by the step's name: their outputs. */
export type Made = ReadonlyMap<string, Bag>;

/** One resource of a rollout, as a stack declares it. */
export interface Step {
  /** As the program calls the resource. */
  readonly name: string;
  /** Of its provider module. */
  readonly path: string;
  /** Steps that are there before it. */
  readonly needs: readonly string[];
  /** What has to be there in addition, and no step of ours makes. */
  prepare?(world: World): Promise<void>;
  /** @param release 1 is the first rollout; 2 changes what this step can change. */
  inputs(release: 1 | 2, made: Made, world: World): Bag | Promise<Bag>;
  /** Whether a second rollout changes it. */
  readonly changes: boolean;
  /** Whether a later step alone settles it, so that every run of it acts. */
  readonly isSettledLater?: boolean;
  /** Whether a program runs for it, so that a campaign takes a tenth of its cells, by the seed. */
  readonly isSlow?: boolean;
  /** Whether it gives the lease of its process back: its cells come before all others. */
  readonly endsLease?: boolean;
  /** Keys that sign its entries. */
  readonly privateKeys?: readonly string[];
  /** Of what an interrupted one may leave more or fewer, by the place in the inventory, and why that is right. */
  readonly mayDiffer?: Readonly<Record<string, string>>;
}

/** A step as the state has it. */
export interface Kept {
  readonly id: string;
  readonly outputs: Bag;
}
