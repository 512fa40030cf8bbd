import { expect } from "vitest";
import type { Glimpse, LoggedEvent, Watched } from "./machine-watch.ts";

/** What an app of two machines goes through with each strategy, by the cloud's own log and by looks at it. */

/** When something happened to each machine first, by its log. */
function firstOf(events: readonly LoggedEvent[], type: string, status?: string): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const event of events)
    if (event.type === type && (status === undefined || event.status === status) && !first.has(event.machine))
      first.set(event.machine, event.timestamp);
  return first;
}

const storyOf = ({ events }: Watched): string =>
  events
    .map(({ timestamp, machine, type, status }) => `${String(timestamp)} ${machine} ${type} ${status}`)
    .join("\n");

/** Machines that worked at the same time, with different images. */
function hadTwoVersions({ looks }: Watched): boolean {
  return looks.some(
    ({ machines }) =>
      new Set(machines.filter(({ isWorking }) => isWorking).map(({ image }) => image)).size > 1,
  );
}

/** @param where anywhere, or a region. */
export function expectOneAlwaysWorking(watched: Watched, where?: string): void {
  const without = watched.looks.filter(
    ({ machines }) =>
      !machines.some(({ isWorking, region }) => isWorking && (where === undefined || region === where)),
  );
  expect(without, `looks that found no machine at work\n${storyOf(watched)}`).toEqual([]);
}

export function expectOneAfterTheOther(watched: Watched): void {
  const updated = [...firstOf(watched.events, "update")].sort(([, left], [, right]) => left - right);
  const started = firstOf(watched.events, "start", "started");
  expect(updated, storyOf(watched)).toHaveLength(2);
  const [[first] = [""], [, secondGoes] = ["", 0]] = updated;
  // The first runs the new version by then, the second still the old one: how short that is, a look may miss.
  expect(started.get(first), storyOf(watched)).toBeLessThan(secondGoes);
  expectOneAlwaysWorking(watched);
}

export function expectAllAtOnce(watched: Watched): void {
  const updated = firstOf(watched.events, "update");
  const started = firstOf(watched.events, "start", "started");
  expect(updated.size, storyOf(watched)).toBe(2);
  expect(Math.max(...updated.values()), storyOf(watched)).toBeLessThan(Math.min(...started.values()));
}

export function expectCanaryFirst(watched: Watched): void {
  const canaries = watched.machines.filter(({ isCanary }) => isCanary).map(({ id }) => id);
  expect(canaries, storyOf(watched)).toHaveLength(1);
  const [canary = ""] = canaries;
  const started = firstOf(watched.events, "start", "started").get(canary);
  const gone = firstOf(watched.events, "destroy").get(canary) ?? Number.NaN;
  expect(started, storyOf(watched)).toBeLessThan(gone);
  expect(gone, storyOf(watched)).toBeLessThan(Math.min(...firstOf(watched.events, "update").values()));
  expectOneAfterTheOther(watched);
}

export function expectNewBesideOld(watched: Watched): void {
  const idsOf = (machines: readonly Glimpse[] | undefined): readonly string[] =>
    machines?.map(({ id }) => id) ?? [];
  const [before, after] = [idsOf(watched.looks[0]?.machines), idsOf(watched.looks.at(-1)?.machines)];
  expect([before.length, after.length], storyOf(watched)).toEqual([2, 2]);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
  const stopped = firstOf(watched.events, "stop");
  const firstGoes = Math.min(...before.map((id) => stopped.get(id) ?? Number.NaN));
  const allWork = watched.looks.find(({ machines }) =>
    after.every((id) => machines.some((each) => each.id === id && each.isWorking)),
  );
  expect(allWork?.at, storyOf(watched)).toBeLessThan(firstGoes);
  expectOneAlwaysWorking(watched);
  expect(hadTwoVersions(watched), "two versions at once").toBe(true);
}
