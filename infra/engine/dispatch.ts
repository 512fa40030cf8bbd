import type { dynamic } from "@pulumi/pulumi";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { readCloudAccess } from "../shared/cloud-access.ts";
import { engineOf } from "../dynamic/engine-process.ts";
import { endWithTheEngine } from "./orphan-guard.ts";
import type { ProviderContext, ProviderModule } from "../dynamic/provider-module.ts";
import { adoptsKey } from "../dynamic/adopts-key.ts";
import { explained } from "../dynamic/explain-error.ts";
import { reportFailed } from "../dynamic/given-up.ts";
import { StepFailed } from "../dynamic/step-failed.ts";
import { assertLease } from "../rollout/lease/current-lease.ts";
import { noteEngine } from "../rollout/lease/engine-record.ts";
import { privateKeysIn, signingKeyVariable } from "../rollout/records/signature.ts";
import { noteReached, refusePartialRun, requireGate } from "../rollout/this-run.ts";
import { watchingCalls } from "../shared/cloud-calls.ts";
import { saying } from "../shared/say.ts";
import { engineLog } from "./engine-log.ts";
import { partialUpOptions } from "../dynamic/engine-options.ts";
import { providerModules as modules } from "./provider-modules.ts";
import { sameValue } from "../shared/same-value.ts";

type Bag = Record<string, unknown>;
type AnyModule = ProviderModule<Bag, Bag>;

/** The engine's own key among the inputs: the serialized shim. */
const providerKey = "__provider";

/** Ours among the outputs: the step that made them failed. */
const unfinishedKey = "unfinished";

/** Ours among the inputs and outputs after a refresh: what it found that the inputs cannot show. */
const changedOutOfBandKey = "changedOutOfBand";

/** What the engine gives for a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine starts its provider with its own address as the first word. */
const log = engineLog(process.argv[2]);

let access: CloudAccess | undefined;

/** Secret. Of the stack's configuration, which the engine gives its providers of dynamic resources. */
let configuredKeys: string | undefined;

/** The engine calls it by what our settings are called in a stack's configuration. */
const signingKey = "rollout:signingKey";

function contextOf(urn: string | undefined): ProviderContext {
  return {
    get access() {
      return (access ??= readCloudAccess(process.env));
    },
    get privateKeys() {
      return privateKeysIn([process.env[signingKeyVariable], configuredKeys].join(" "));
    },
    note: (line) => {
      if (urn !== undefined) log(urn, line, true);
    },
  };
}

function find(path: string): AnyModule {
  const module = modules[path];
  if (!module)
    throw new Error(`Internal error: the stack's state names the provider ${path}, which this version lacks`);
  return module as AnyModule;
}

/**
 * What to report of a resource whose provider this version does not have: a later version's, or one that was removed. The
 * state has to be destroyable by either, and nothing here knows what the step made.
 */
function leftBehind(path: string, id: string): string {
  return (
    `this version has no provider ${path}: the resource is removed from the state alone. What it made stays (its id is ${id}): ` +
    "delete that manually, or with a version that has the provider"
  );
}

function own(properties: Bag): Bag {
  return Object.fromEntries(
    Object.entries(properties).filter(([key]) => key !== providerKey && key !== adoptsKey),
  );
}

/** What a step runs in: one run of the engine, or a caller in its place. */
export interface StepRun {
  readonly context: ProviderContext;
  /** Is called before a step creates or changes anything; throws where it may not. */
  enter(path: string): Promise<void>;
  /** The same before it deletes. */
  enterDelete(path: string): void;
  failed(error: unknown): void;
}

/**
 * The error that reaches the engine must keep the shim, or the resource could never be read or deleted. It also names
 * that the step is not finished: the engine's own mark for that is gone after a refresh.
 */
async function withShim<T>(inputs: Bag, run: StepRun, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    run.failed(error);
    if (error instanceof StepFailed)
      error.properties = { ...error.properties, [unfinishedKey]: true, [providerKey]: inputs[providerKey] };
    throw error;
  }
}

async function diff(
  path: string,
  olds: Bag,
  news: Bag,
  context: ProviderContext,
): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }> {
  // What was adopted before stays as it was found, until a rollout.
  if (news[adoptsKey] !== undefined) return { changes: false, replaces: [], deleteBeforeReplace: false };
  noteReached(path);
  const module = find(path);
  const [before, after] = [own(olds), own(news)];
  const changed = Object.keys(after).filter((key) => !sameValue(before[key], after[key]));
  const differs =
    before[unfinishedKey] === true ||
    before[changedOutOfBandKey] !== undefined ||
    (module.differs ? await module.differs(before, after, context) : changed.length > 0);
  // What is not known yet is mostly what it was; a plan that threatens to replace a database is worse than one that
  // is too short.
  const replaces = differs
    ? changed.filter((key) => module.replaceOn?.includes(key) && after[key] !== unknown)
    : [];
  // A provider that cannot update replaces on any change.
  if (differs && !module.update && replaces.length === 0)
    replaces.push(...(changed.length > 0 ? changed : [changedOutOfBandKey]));
  return { changes: differs, replaces, deleteBeforeReplace: module.deleteBeforeReplace ?? false };
}

async function create(path: string, inputs: Bag, run: StepRun): Promise<{ id: string; outs: Bag }> {
  const { context } = run;
  const adopts = inputs[adoptsKey];
  if (typeof adopts === "string") return { id: adopts, outs: await adopt(path, adopts, inputs, context) };
  await run.enter(path);
  noteReached(path);
  const module = find(path);
  return withShim(inputs, run, async () => {
    const { id, outputs } = await module.create(own(inputs), context);
    return { id, outs: outputs };
  });
}

/** Reads what exists under an id as the outputs of a resource that made it: a rollout then changes what differs. */
async function adopt(path: string, id: string, inputs: Bag, context: ProviderContext): Promise<Bag> {
  const module = find(path);
  const wanted = own(inputs);
  const outputs = module.adopt ? await module.adopt(id, wanted, context) : wanted;
  const { id: found, props } = await read(path, id, outputs, context);
  if (found === "")
    throw new Error(`${path} ${id} does not exist any more: look again with bin/rollout adopt`);
  return props;
}

/** The same for a process that is no provider of the engine's. Only reads. */
export function adoptedOutputs(
  path: string,
  id: string,
  inputs: Bag,
  access: CloudAccess,
): Promise<Readonly<Bag>> {
  return adopt(path, id, inputs, { access, note: () => undefined });
}

async function read(
  path: string,
  id: string,
  properties: Bag,
  context: ProviderContext,
): Promise<{ id: string; props: Bag; inputs?: Bag }> {
  // Whether it is still there, only a version with its provider can see.
  if (!modules[path]) return { id, props: own(properties) };
  const { [changedOutOfBandKey]: _before, ...olds } = own(properties);
  const observed = await find(path).read(id, olds, context);
  // By an empty id the engine knows that the resource is gone.
  if (!observed) return { id: "", props: {} };
  const changes = observed.changedOutOfBand ?? [];
  return {
    id,
    props: {
      ...observed.outputs,
      ...(olds[unfinishedKey] === true ? { [unfinishedKey]: true } : {}),
      ...(changes.length > 0 ? { [changedOutOfBandKey]: changes } : {}),
    },
    ...(observed.inputs ? { inputs: observed.inputs } : {}),
  };
}

async function update(path: string, id: string, olds: Bag, news: Bag, run: StepRun): Promise<{ outs: Bag }> {
  await run.enter(path);
  const module = find(path);
  return withShim(news, run, async () => {
    if (!module.update) throw new Error(`Internal error: ${path} cannot be updated`);
    // What a provider takes over of its outputs must not leave the step unfinished for ever.
    const { [changedOutOfBandKey]: _seen, [unfinishedKey]: _unfinished, ...before } = own(olds);
    return { outs: await module.update(id, before, own(news), run.context) };
  });
}

async function remove(path: string, id: string, properties: Bag, run: StepRun): Promise<void> {
  const { context } = run;
  run.enterDelete(path);
  if (!modules[path]) {
    context.note(leftBehind(path, id));
    return;
  }
  try {
    await find(path).delete?.(id, own(properties), context);
  } catch (error) {
    if (!(await isGone(path, id, properties, context))) throw error;
  }
}

/**
 * Whether a thing whose deletion failed is gone anyway: its answer was lost, or the wait after it failed. Else the state would keep
 * it, and a rollout after a destroy would build on what is not there. A step of a rollout deletes no thing of a cloud.
 */
async function isGone(path: string, id: string, olds: Bag, context: ProviderContext): Promise<boolean> {
  if (path.startsWith("rollout/")) return false;
  // With calls of its own: the failure names the call of the deletion.
  const look = watchingCalls(() => read(path, id, olds, context), explained);
  return look.then(({ id: found }) => found === "").catch(() => false);
}

type Provider = Required<Omit<dynamic.ResourceProvider, "check" | "configure">>;

/** What a step does in a run, with errors that name cloud, call and remedy. */
export function providerIn(path: string, run: StepRun, line: (text: string) => void): Provider {
  const { context } = run;
  const reported = <T>(
    work: () => Promise<T>,
    failure: Parameters<typeof watchingCalls>[1] = explained,
  ): Promise<T> => saying(line, () => watchingCalls(work, failure));
  return {
    diff: (_id, olds: Bag, news: Bag) => reported(() => diff(path, olds, news, context)),
    create: (inputs: Bag) => reported(() => create(path, inputs, run)),
    read: (id, properties) => reported(() => read(path, id, properties as Bag, context)),
    update: (id, olds: Bag, news: Bag) =>
      reported(
        () => update(path, id, olds, news, run),
        (error, last, mayHaveActed) =>
          unfinished(path, { id, olds, news }, explained(error, last), mayHaveActed),
      ),
    delete: (id, properties: Bag) => reported(() => remove(path, id, properties, run)),
  };
}

/**
 * An update that failed after it had sent a change may have taken effect in part. The state then has what was attempted, so that
 * the next rollout acts whether it repeats this release or returns to the one before. Steps of a rollout itself decide that
 * themselves. docs/decisions/failed-steps.md
 */
function unfinished(
  path: string,
  { id, olds, news }: { readonly id: string; readonly olds: Bag; readonly news: Bag },
  error: unknown,
  mayHaveActed: boolean,
): unknown {
  if (!mayHaveActed || error instanceof StepFailed || path.startsWith("rollout/")) return error;
  const attempted = { ...own(olds), ...news, [unfinishedKey]: true };
  return new StepFailed(id, attempted, error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/**
 * The provider process's side of every dynamic resource: finds the module, hands it the clouds' access and keeps what
 * the engine adds to the inputs out of it. The name of this function is a public interface: the line that calls it
 * stands in every stack's state.
 */
export function providerAt(path: string, urn?: string): Required<Omit<dynamic.ResourceProvider, "check">> {
  // Also of an engine that the user has started, so that its lock is known as a dead one's when it was killed.
  if (endWithTheEngine()) noteEngine(engineOf());
  const run: StepRun = {
    context: contextOf(urn),
    enter: requireGate,
    enterDelete: () => {
      refusePartialRun(partialUpOptions());
      assertLease();
    },
    failed: reportFailed,
  };
  const line = (text: string): void => {
    if (urn !== undefined) log(urn, text, false);
  };
  return {
    ...providerIn(path, run, line),
    configure: async ({ config }) => void (configuredKeys = config.get(signingKey)),
  };
}
