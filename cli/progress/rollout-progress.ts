import { isGivenUp } from "@rollout/infra/dynamic/given-up";
import type { Ended } from "@rollout/infra/rollout/records/entry";
import type { SmokeCheck } from "@rollout/infra/rollout/smoke/smoke-result";
import type { EngineEvent } from "../engine/engine-event.ts";
import { interruptedAt } from "../engine/pending-operations.ts";
import { withPlanAdvice } from "./engine-messages.ts";

/** One thing that happened to a step: a resource that the engine creates, changes or deletes. */
export type StepChange =
  | { readonly kind: "started"; readonly step: string; readonly action: string }
  | { readonly kind: "line"; readonly step: string; readonly line: string }
  | {
      readonly kind: "done" | "failed" | "given up";
      readonly step: string;
      readonly action: string;
      readonly seconds: number;
    }
  | { readonly kind: "warning" | "note"; readonly message: string };

/** What a rollout has come to. */
export interface RolloutEnd {
  /** `succeeded`, `failed`, or undefined when the engine ended without a summary. */
  readonly engineResult: string | undefined;
  /** Resources by what happened to them: `{same: 37, update: 2}`. */
  readonly changes: Readonly<Record<string, number>>;
  /** Without those that were given up because of these. */
  readonly failedSteps: readonly string[];
  /** Begun, however they ended; a step that had nothing to do is not among them. */
  readonly begunSteps: readonly string[];
  /** Begun, and neither done nor failed when the engine ended. */
  readonly runningSteps: readonly string[];
  /** Whether all that is live is in place and on record, and only a delete of what it replaces has failed. */
  readonly onlyCleanUpFailed: boolean;
  /** What its record has to hold of the schema, where no step of its own closes it. */
  readonly closedSchema: Pick<Ended, "migrated" | "oneWay">;
  /** Id of the web deployment that it made; absent where it made none. */
  readonly webDeployment?: string;
  /** Its number in the environment's record; absent where none was opened. */
  readonly attempt?: number;
  /** The checks of its smoke test; absent where none ran or it did not pass. */
  readonly smokeChecks?: readonly SmokeCheck[];
  /** Whether any step was started at all. */
  readonly acted: boolean;
  /** Each reported once, the first is the reason. */
  readonly errors: readonly string[];
  /** Outputs of the stack that are no secrets. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface RolloutProgress {
  /** Takes in what the engine prints; returns what it means for the steps. */
  apply(event: EngineEvent): readonly StepChange[];
  end(): RolloutEnd;
}

/** In the words of a reader; an operation that is not here is no step of its own. */
const actions: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  "create-replacement": "replaced",
  "delete-replaced": "old one deleted",
  import: "taken over",
  read: "read",
};

type Metadata = NonNullable<EngineEvent["resOutputsEvent"]>["metadata"];

/** Closes the record of a rollout. */
export const lastStep = "status";

function isDelete(operation: string): boolean {
  return operation.startsWith("delete");
}

/** Follows one run of the engine. `now` counts milliseconds. */
export function followRollout(now: () => number): RolloutProgress {
  const started = new Map<string, number>();
  const begunSteps = new Set<string>();
  const failedSteps: string[] = [];
  /** What was being done to each of them. */
  const failedOperations: string[] = [];
  const doneSteps = new Set<string>();
  const givenUp = new Set<string>();
  const errors: { readonly step: string | undefined; readonly message: string }[] = [];
  let summary: EngineEvent["summaryEvent"];
  let outputs: Readonly<Record<string, unknown>> = {};
  let acted = false;
  let hasMade = false;
  let oneWay = "";
  let webDeployment: string | undefined;
  let attempt: number | undefined;
  let smokeChecks: readonly SmokeCheck[] | undefined;

  const end = (
    kind: "done" | "failed" | "given up",
    step: string,
    operation: string,
  ): readonly StepChange[] => {
    const action = actions[operation];
    const since = started.get(`${operation} ${step}`);
    if (!action || since === undefined) return [];
    started.delete(`${operation} ${step}`);
    return [{ kind, step, action, seconds: (now() - since) / 1000 }];
  };

  const begin = ({ op, urn }: Metadata): readonly StepChange[] => {
    const action = actions[op];
    if (!action) return [];
    acted = true;
    hasMade ||= !isDelete(op);
    begunSteps.add(nameOf(urn));
    started.set(`${op} ${nameOf(urn)}`, now());
    return [{ kind: "started", step: nameOf(urn), action }];
  };
  const finish = (done: Metadata): readonly StepChange[] => {
    doneSteps.add(nameOf(done.urn));
    const { oneWay: declared, deploymentId, checks, number } = done.new?.outputs ?? {};
    if (done.type.endsWith("rollout:Attempt") && typeof number === "number") attempt = number;
    if (done.type.endsWith("rollout:Smoke") && Array.isArray(checks))
      smokeChecks = checks as readonly SmokeCheck[];
    if (done.type.endsWith("vercel:Deployment") && typeof deploymentId === "string")
      webDeployment = deploymentId;
    if (nameOf(done.urn) === "rehearsal" && typeof declared === "string") oneWay = declared;
    return end("done", nameOf(done.urn), done.op);
  };
  const fail = ({ op, urn }: Metadata): readonly StepChange[] => {
    const step = nameOf(urn);
    // The engine reports the error before it reports that the step has failed.
    if (givenUp.has(step)) return end("given up", step, op);
    failedSteps.push(step);
    failedOperations.push(op);
    return end("failed", step, op);
  };
  const report = (said: NonNullable<EngineEvent["diagnosticEvent"]>): readonly StepChange[] => {
    const step = said.urn ? nameOf(said.urn) : undefined;
    const message = said.message.trim();
    if (step !== undefined && said.severity === "error" && isGivenUp([message])) givenUp.add(step);
    else if (said.severity === "error") errors.push({ step, message: withPlanAdvice(message) });
    if (said.severity === "warning")
      return [{ kind: "warning", message: interruptedAt(message)?.text ?? message }];
    if (said.severity === "info" && /^release \S+ replaces /.test(message))
      return [{ kind: "note", message }];
    if (step && said.ephemeral && message !== "") return [{ kind: "line", step, line: message }];
    return [];
  };

  return {
    apply: (event) => {
      const begun = event.resourcePreEvent?.metadata;
      if (begun && isStep(begun)) return begin(begun);
      const done = event.resOutputsEvent?.metadata;
      if (done?.type === "pulumi:pulumi:Stack") outputs = plain(done.new?.outputs);
      if (done && isStep(done)) return finish(done);
      const failed = event.resOpFailedEvent?.metadata;
      if (failed && isStep(failed)) return fail(failed);
      if (event.summaryEvent) summary = event.summaryEvent;
      return event.diagnosticEvent ? report(event.diagnosticEvent) : [];
    },
    end: () => ({
      engineResult: (summary as { result?: string } | undefined)?.result,
      changes: { ...summary?.resourceChanges },
      failedSteps,
      begunSteps: [...begunSteps],
      runningSteps: [...new Set([...started.keys()].map((key) => key.slice(key.indexOf(" ") + 1)))],
      onlyCleanUpFailed:
        failedOperations.length > 0 &&
        failedOperations.every(isDelete) &&
        // The engine deletes last: the record of this run is closed by then, or it had nothing else to do.
        (doneSteps.has(lastStep) || !hasMade),
      // A migration that had nothing to do, and one that was not reached, look the same.
      closedSchema: doneSteps.has("migration")
        ? { migrated: true, ...(oneWay === "" ? {} : { oneWay }) }
        : begunSteps.has("rehearsal")
          ? { migrated: false }
          : {},
      ...(webDeployment === undefined ? {} : { webDeployment }),
      ...(attempt === undefined ? {} : { attempt }),
      ...(smokeChecks === undefined ? {} : { smokeChecks }),
      acted,
      errors: distinct(errors),
      outputs,
    }),
  };
}

function isStep({ op, type }: { readonly op: string; readonly type: string }): boolean {
  // Providers and components do nothing on their own.
  return op !== "same" && /^(pulumi-nodejs:dynamic\/|command:|github:|vercel:)/.test(type);
}

/** The name that the program gave: the last part of a URN. */
function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The engine's last message adds nothing: the program has reported a step's failure before the engine does. */
function distinct(
  errors: readonly { readonly step: string | undefined; readonly message: string }[],
): string[] {
  const told = errors.filter(({ message }) => !/^(update|preview) failed$/.test(message));
  const general = told.filter(({ step }) => step === undefined).map(({ message }) => message);
  const others = told.filter(
    ({ step }) => step !== undefined && !general.some((message) => message.startsWith(`${step} failed:`)),
  );
  return [...new Set([...general, ...others.map(({ step, message }) => `${step ?? ""} failed: ${message}`)])];
}

/** What of the outputs is no secret; the engine marks those by an object with a signature. */
function plain(outputs: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(outputs ?? {}).filter(
      ([, value]) =>
        !(typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value),
    ),
  );
}
