import { type StepRun, providerIn } from "../../infra/engine/dispatch.ts";
import { StepFailed } from "../../infra/dynamic/step-failed.ts";
import { sameValue } from "../../infra/shared/same-value.ts";
import { assertFence } from "../../infra/shared/fence.ts";
import type { Bag, Kept, Step } from "./step.ts";
import type { World } from "./world.ts";

/** What is wrong with a driver on purpose, to see that the campaign finds it. */
export type DriverBug = "early checkpoint" | "trusting read";

/**
 * The state of a stack and what the engine does with it, for one step after the other: it compares, creates, updates, replaces,
 * refreshes and deletes by the real providers, and keeps what they return.
 */
export class Stack {
  readonly #state = new Map<string, Kept>();
  /** Replaced ones that are still to be deleted: the next run does it, as the engine's. */
  readonly #replaced: { readonly step: Step; readonly kept: Kept }[] = [];
  /** What is being changed or deleted; after a kill, what was. The engine keeps it in the state. */
  readonly #pending = new Set<Step>();
  readonly #world: World;
  bug: DriverBug | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  get made(): ReadonlyMap<string, Bag> {
    return new Map([...this.#state].map(([name, { outputs }]) => [name, outputs]));
  }

  /** Brings a step in line. @returns whether it acted. */
  async up(step: Step, news: Bag): Promise<boolean> {
    await this.#deleteReplaced();
    const provider = this.#providerOf(step);
    const kept = this.#state.get(step.name);
    if (!kept) {
      await this.#act(step, news, undefined, async () => {
        const { id, outs } = (await provider.create(news)) as { id: string; outs: Bag };
        return { id, outputs: outs };
      });
      return true;
    }
    const { changes, replaces = [], deleteBeforeReplace } = await this.#diff(step, kept, news);
    if (changes !== true) return false;
    if (replaces.length === 0) {
      await this.#act(step, news, kept, async () => {
        const { outs } = (await provider.update(kept.id, kept.outputs, news)) as { outs: Bag };
        return { id: kept.id, outputs: outs };
      });
      return true;
    }
    if (deleteBeforeReplace) await this.destroy(step);
    await this.#act(step, news, undefined, async () => {
      const { id, outs } = (await provider.create(news)) as { id: string; outs: Bag };
      return { id, outputs: outs };
    });
    if (!deleteBeforeReplace) this.#replaced.push({ step, kept });
    await this.#deleteReplaced();
    return true;
  }

  async #deleteReplaced(): Promise<void> {
    for (let next = this.#replaced[0]; next; next = this.#replaced[0]) {
      await this.#providerOf(next.step).delete(next.kept.id, next.kept.outputs);
      this.#replaced.shift();
    }
  }

  async #diff(step: Step, kept: Kept, news: Bag) {
    if (this.bug === "trusting read")
      return { changes: Object.keys(news).some((key) => !sameValue(kept.outputs[key], news[key])) };
    return this.#providerOf(step).diff(kept.id, kept.outputs, news);
  }

  async #act(step: Step, news: Bag, before: Kept | undefined, work: () => Promise<Kept>): Promise<void> {
    if (before) this.#pending.add(step);
    if (this.bug === "early checkpoint")
      this.#state.set(step.name, { id: before?.id ?? step.name, outputs: { ...before?.outputs, ...news } });
    try {
      this.#state.set(step.name, await work());
    } catch (error) {
      if (error instanceof StepFailed)
        this.#state.set(step.name, { id: error.id, outputs: error.properties as Bag });
      throw error;
    } finally {
      this.#pending.delete(step);
    }
  }

  /** What `bin/rollout` does first after a run that was killed: takes over what the clouds have of what was under way. */
  async settle(): Promise<void> {
    for (const step of [...this.#pending]) {
      this.#pending.delete(step);
      await this.refresh(step);
    }
  }

  /** Takes over what a refresh finds of a step. @returns what it was; undefined where that is as the state has it. */
  async refresh(step: Step): Promise<string | undefined> {
    const kept = this.#state.get(step.name);
    if (!kept || this.bug === "trusting read") return undefined;
    const { id, props } = (await this.#providerOf(step).read(kept.id, kept.outputs)) as {
      id: string;
      props: Bag;
    };
    if (id === "") this.#state.delete(step.name);
    else this.#state.set(step.name, { id, outputs: props });
    if (id === "") return "it is not there";
    const differing = [...new Set([...Object.keys(props), ...Object.keys(kept.outputs)])].filter(
      (key) => !sameValue(props[key], kept.outputs[key]),
    );
    return differing.length === 0 ? undefined : `it differs in ${differing.join(", ")}`;
  }

  async destroy(step: Step): Promise<void> {
    const kept = this.#state.get(step.name);
    if (!kept) return;
    this.#pending.add(step);
    try {
      await this.#providerOf(step).delete(kept.id, kept.outputs);
    } finally {
      this.#pending.delete(step);
    }
    this.#state.delete(step.name);
  }

  #providerOf({ path, privateKeys = [] }: Step) {
    const run: StepRun = {
      context: { access: this.#world.access, privateKeys, note: () => undefined },
      enter: async () => assertFence(),
      enterDelete: () => assertFence(),
      failed: () => undefined,
    };
    return providerIn(path, run, () => undefined);
  }
}
