import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";

/** Between two ticks, in milliseconds of the machine. */
const tick = 10;
/** A process that was not let run for longer than this had no time to answer itself: the rest of that time does not count. */
const longestTick = 20;

/**
 * Makes time pass faster in this process, for clients and emulators alike: pauses of a minute between retries would make a campaign
 * take hours. What is compared, limits and ages, keeps its proportions. Clock and limits stand still while the process is not let
 * run, so that a busy machine makes no call time out. Programs that are started keep the machine's clock.
 */
export function speedUp(factor: number): void {
  const RealDate = Date;
  const monotonic = performance.now.bind(performance);
  const begun = { date: RealDate.now(), monotonic: monotonic() };
  let ticked = monotonic();
  let counted = 0;
  const passed = (): number => counted + Math.min(monotonic() - ticked, longestTick) * factor;
  const now = (): number => Math.floor(begun.date + passed());

  globalThis.Date = new Proxy(RealDate, {
    construct: (target, words: unknown[], self) =>
      Reflect.construct(target, words.length === 0 ? [now()] : words, self as typeof Date) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === "now" ? now : (Reflect.get(target, key) as unknown)),
  });
  performance.now = () => begun.monotonic + passed();

  const { setTimeout: later, setInterval: repeatedly } = timers;
  const startTimeout = (work: (...words: unknown[]) => void, milliseconds = 0, ...words: unknown[]) => {
    const due = passed() + milliseconds;
    const timer = later(() => {
      if (passed() < due) timer.refresh();
      else work(...words);
    }, milliseconds / factor);
    return timer;
  };
  timers.setTimeout = globalThis.setTimeout = Object.assign(startTimeout, later);
  timers.setInterval = globalThis.setInterval = Object.assign(
    (work: (...words: unknown[]) => void, milliseconds = 0, ...words: unknown[]) =>
      repeatedly(work, milliseconds / factor, ...words),
    repeatedly,
  );
  const pause = promises.setTimeout;
  promises.setTimeout = async (milliseconds = 0, value, options) => {
    const due = passed() + milliseconds;
    do await pause(Math.max(0, due - passed()) / factor, undefined, options);
    while (passed() < due);
    return value as never;
  };

  const limits = new Set<{ readonly due: number; readonly end: AbortController }>();
  AbortSignal.timeout = (milliseconds) => {
    const limit = { due: passed() + milliseconds, end: new AbortController() };
    limits.add(limit);
    return limit.end.signal;
  };
  repeatedly(() => {
    counted = passed();
    ticked = monotonic();
    for (const limit of limits) {
      if (limit.due > counted) continue;
      limits.delete(limit);
      limit.end.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }
  }, tick);
  syncBuiltinESMExports();
}
