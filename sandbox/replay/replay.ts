import { setTimeout as delay } from "node:timers/promises";
import { compareAnswers, type Comparison, type Difference } from "./compare.ts";
import type { Emulators } from "./emulators.ts";
import { openFates } from "./fates.ts";
import { putImages } from "./images.ts";
import { openMade } from "./made.ts";
import {
  type Answer,
  decoded,
  isRead,
  keyOf,
  type RecordedCall,
  type ReplayedCloud,
  whyLeftOut,
} from "./recorded-call.ts";
import { openSecretValues } from "./secret-values.ts";
import { openSender, type Sender } from "./requests.ts";
import { openSubstitutions } from "./substitutions.ts";
import { isOfLoad, isOfState, isPassed, isTemporary } from "./temporary.ts";
import { openUploads, type Uploads } from "./uploads.ts";

export interface ReplayOptions {
  readonly calls: readonly RecordedCall[];
  readonly emulators: Emulators;
  /** For how long a call is repeated until the emulator shows the state that was recorded. */
  readonly limitMilliseconds: number;
  /** Called before each call. */
  readonly progress?: (sent: number) => void;
  readonly stopped?: AbortSignal;
}

/** What became of one recorded call. */
export interface ReplayedCall {
  readonly call: RecordedCall;
  /** Why it was not sent, or proves nothing; undefined where it was compared. */
  readonly notReplayed?: string;
  readonly differences: readonly Difference[];
  /** How long the emulator took for its last answer. */
  readonly milliseconds?: number;
}

const pollMilliseconds = 40;

/** Sends the calls of a recording to emulators, in order, and compares each answer with the recorded one. */
export async function replay(options: ReplayOptions): Promise<readonly ReplayedCall[]> {
  const run = await openRun(options);
  const results = new Map<RecordedCall, ReplayedCall>();
  for (const [at, call] of options.calls.entries()) {
    options.stopped?.throwIfAborted();
    options.progress?.(at);
    results.set(call, await run.replayOne(call));
    // A read that was answered only after this write may have seen it.
    for (const read of options.calls.slice(0, at).filter((each) => isOverlapped(each, call)))
      if ((results.get(read)?.differences.length ?? 0) > 0) results.set(read, await run.replayOne(read));
  }
  return options.calls.flatMap((call) => results.get(call) ?? []);
}

/** Whether a read was under way when a write to the same cloud began. */
const isOverlapped = (read: RecordedCall, write: RecordedCall): boolean =>
  isRead(read) && !isRead(write) && read.cloud === write.cloud && endOf(read) >= write.startedAt;

/** Whether a write to the same cloud was under way at some time of the call. */
const isBesideWrite = (call: RecordedCall, calls: readonly RecordedCall[]): boolean =>
  calls.some(
    (each) =>
      each !== call &&
      !isRead(each) &&
      each.cloud === call.cloud &&
      each.startedAt <= endOf(call) &&
      endOf(each) >= call.startedAt,
  );

const endOf = ({ startedAt, milliseconds }: RecordedCall): number => startedAt + milliseconds;

/** Whether the recorded answer may be one of a state that passes. */
const mayPass = (call: RecordedCall, recorded: Answer): boolean =>
  isRead(call) || isTemporary(recorded.status);

/** Whether the emulator may answer otherwise when it is asked again. */
const mayChange = (call: RecordedCall, recorded: Answer, answer: Answer): boolean =>
  isRead(call) || (isTemporary(answer.status) && answer.status !== recorded.status);

interface Run {
  replayOne(call: RecordedCall): Promise<ReplayedCall>;
}

async function openRun({ calls, emulators, limitMilliseconds, stopped }: ReplayOptions): Promise<Run> {
  const names = openSubstitutions();
  const made = openMade(calls);
  const uploads = openUploads(calls);
  const fates = openFates(calls, emulators.programs);
  const sender = openSender(emulators, names, openSecretValues());
  for (const [recorded, sent] of uploads.digests) names.learn("sha", recorded, sent);
  for (const address of loopbackAddresses(calls))
    names.learn("host", address, `127.0.0.1:${String(await emulators.freePort())}`);
  for (const { cloud, url } of calls)
    if (cloud) names.learn("host", url.host, new URL(emulators.origins[cloud]).host);
  /** Answers to writes that the recording shows as refused for a while, and the emulator accepted at once. */
  const ahead = new Map<string, Timed>();
  const keepAhead = (call: RecordedCall, answer: Timed): void => {
    if (!isRead(call)) ahead.set(keyOf(call), answer);
  };
  /** Calls that were repeated for as long as the limit allows, without effect. */
  const inVain = new Set<string>();

  const compare = (call: RecordedCall, recorded: Answer, emulated: Answer): Comparison => {
    const wasMade = (item: unknown): boolean => made.wasMade(item, endOf(call));
    const compared = compareAnswers(recorded, emulated, { names, wasMade });
    // Whether the recorded list has what a concurrent write made was chance.
    const isChance = ({ kind }: Difference): boolean => kind === "item" && isBesideWrite(call, calls);
    // Fields next to a list may have its length.
    const isOfOlder = ({ kind, where }: Difference): boolean =>
      compared.older.length > 0 && (kind === "missing" || kind === "more") && !where.includes("[]");
    const differences = compared.differences.filter((each) => !isChance(each) && !isOfOlder(each));
    return { ...compared, differences };
  };

  /** A later call like this one, whose recorded answer shows the state that the emulator shows now. */
  const laterLike = (call: RecordedCall, emulated: Answer): Comparison | undefined => {
    for (const later of calls) {
      if (later.startedAt <= call.startedAt || later === call || keyOf(later) !== keyOf(call)) continue;
      const compared = later.answer && compare(later, later.answer, emulated);
      if (compared && !compared.differences.some(isOfState)) return compared;
    }
    return undefined;
  };

  /**
   * Whether the recording repeats a write that was refused for what else ran. Sent now, the emulator would accept it before the
   * writes that the recorded repetition came after.
   */
  const isRepeated = (call: RecordedCall): boolean =>
    !isRead(call) &&
    isOfLoad(call.answer?.status ?? 0) &&
    calls.some(
      (later) =>
        later.startedAt > call.startedAt &&
        keyOf(later) === keyOf(call) &&
        (later.answer?.status ?? Infinity) < 400,
    );

  const replayOne = async (call: RecordedCall): Promise<ReplayedCall> => {
    const { cloud, answer: recorded } = call;
    const upload = uploads.of(call);
    const leftOut = isRepeated(call) ? refusedForLoad : whyLeftOut(call, upload !== undefined);
    if (leftOut !== undefined || cloud === undefined || recorded === undefined)
      return { call, notReplayed: leftOut ?? "", differences: [] };
    await putImages(emulators, call);
    await putFiles(uploads, sender, call, cloud);
    fates.prepare(call);
    return untilSettled(call, { cloud, recorded }, () => timed(() => sender.send(call, cloud, upload)));
  };

  /** Sends a call until the emulator shows the state that was recorded, or for as long as the limit allows. */
  const untilSettled = async (
    call: RecordedCall,
    { cloud, recorded }: { readonly cloud: ReplayedCloud; readonly recorded: Answer },
    send: () => Promise<Timed>,
  ): Promise<ReplayedCall> => {
    const key = keyOf(call);
    const kept = ahead.get(key);
    ahead.delete(key);
    const deadline = Date.now() + (inVain.has(key) ? 0 : limitMilliseconds);
    for (let last = kept ?? (await send()); ; last = await send()) {
      const { answer, milliseconds } = last;
      fates.settle(call, answer);
      const result = compare(call, recorded, answer);
      const accept = (compared: Comparison, differences: readonly Difference[]): ReplayedCall => {
        for (const [field, one, other] of compared.pairs) names.learn(field, one, other);
        made.noteOlder(call, compared.older);
        return { call, differences, milliseconds };
      };
      const old = made.whyMissing(call, answer);
      if (old !== undefined) return { call, notReplayed: old, differences: [] };
      if (!result.differences.some(isOfState)) return accept(result, result.differences);
      const later = mayPass(call, recorded) ? laterLike(call, answer) : undefined;
      if (later && isPassed(cloud, result.differences)) {
        keepAhead(call, last);
        return accept(later, []);
      }
      const isOver = Date.now() >= deadline || stopped?.aborted === true;
      if (isOver) inVain.add(key);
      if (isOver || later || !mayChange(call, recorded, answer)) return accept(result, result.differences);
      await delay(pollMilliseconds);
    }
  };
  return { replayOne };
}

const refusedForLoad = "was refused for what else ran; its repetition is compared";

interface Timed {
  readonly answer: Answer;
  readonly milliseconds: number;
}

async function timed(work: () => Promise<Answer>): Promise<Timed> {
  const begun = performance.now();
  const answer = await work();
  return { answer, milliseconds: performance.now() - begun };
}

/** A deployment that Vercel accepted has all its files there, of an earlier upload too. */
async function putFiles(
  uploads: Uploads,
  sender: Sender,
  call: RecordedCall,
  cloud: ReplayedCloud,
): Promise<void> {
  if ((call.answer?.status ?? 500) >= 400) return;
  const to = new URL("/v2/files", call.url);
  for (const file of uploads.filesOf(call))
    await sender.send({ ...call, url: to, body: { kind: "none" }, headers: new Headers() }, cloud, file);
}

/** Addresses on loopback that requests name: another sandbox may have them now. */
function loopbackAddresses(calls: readonly RecordedCall[]): ReadonlySet<string> {
  const texts = calls.flatMap(({ url, body }) => [
    decoded(`${url.pathname}${url.search}`),
    body.kind === "json" ? JSON.stringify(body.json) : "",
  ]);
  return new Set(texts.flatMap((text) => text.match(/127\.0\.0\.1:\d{1,5}/g) ?? []));
}
