import type { CloudAccess } from "../shared/cloud-access.ts";

/** What a provider module's function can reach in addition to its inputs. */
export interface ProviderContext {
  readonly access: CloudAccess;
  /** Secret. Keys that sign entries of the record; absent or empty where there is none. */
  readonly privateKeys?: readonly string[];
  /** Prints what a user should know of this run, in a line that stays on the screen. Never a secret. */
  readonly note: (line: string) => void;
}

/** What a refresh found: the resource as it is, or `undefined` when it is gone. */
export type Observed<Inputs, Outputs> =
  | {
      readonly outputs: Outputs;
      /** The inputs that would make what is there. Absent when they are those of the last time. */
      readonly inputs?: Inputs;
      /**
       * What no input can show, each in a few words and without a secret: `OPENAI_API_KEY has another value`. Where it
       * is not empty, a refresh shows it as the property `changedOutOfBand` and the next `up` updates the resource.
       */
      readonly changedOutOfBand?: readonly string[];
    }
  | undefined;

/**
 * One kind of resource, as a module at a fixed path (`infra/<cloud>/providers/<kind>.ts`, exported as `provider`).
 * The path stands in every stack's state, so it never changes; states of earlier versions keep being accepted.
 *
 * The functions follow one order: observe what is there, ensure that it exists, bring it in line, return everything.
 * Each may be run again after it was killed half-way or after its answer was lost.
 */
export interface ProviderModule<Inputs extends object, Outputs extends Inputs> {
  /** Inputs whose change replaces the resource. */
  readonly replaceOn?: readonly (keyof Inputs)[];
  /** The old one must be gone before the new one can exist (a fixed name at the cloud). */
  readonly deleteBeforeReplace?: boolean;
  /**
   * Whether the resource differs from what is wanted, where comparing the inputs does not show it.
   * `olds` are the outputs of the last time. Runs in previews too, so it never writes.
   */
  differs?(olds: Outputs, news: Inputs, context: ProviderContext): boolean | Promise<boolean>;
  create(news: Inputs, context: ProviderContext): Promise<{ readonly id: string; readonly outputs: Outputs }>;
  read(id: string, olds: Outputs, context: ProviderContext): Promise<Observed<Inputs, Outputs>>;
  /**
   * Outputs of a thing that exists and that another made, for `read` to complete. Only reads. Absent where the inputs are
   * enough. Write-only values are empty, which the next rollout sees as a change.
   */
  adopt?(id: string, inputs: Inputs, context: ProviderContext): Promise<Outputs>;
  /** Absent where every change replaces. */
  update?(id: string, olds: Outputs, news: Inputs, context: ProviderContext): Promise<Outputs>;
  /** Absent where there is nothing to delete. Something already gone is a success. */
  delete?(id: string, olds: Outputs, context: ProviderContext): Promise<void>;
}
