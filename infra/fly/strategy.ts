import type { Machine } from "./client.ts";
import { readFlyConfig, tableOf } from "./fly-config.ts";

/** How flyctl replaces the machines of an app; docs/guide.md compares them. */
export type Strategy = "immediate" | "rolling" | "canary" | "bluegreen";

/**
 * The strategy that a deployment can really take. flyctl refuses bluegreen where machines run several images, which is
 * what a rolling deployment that failed half-way leaves (superfly/flyctl, strategy_bluegreen.go,
 * DetectMultipleImageVersions): they are brought together one after the other then.
 */
export function possibleStrategy(wanted: Strategy, machines: readonly Machine[]): Strategy {
  const images = new Set(
    machines.map(({ image_ref: image }) => `${image?.repository ?? ""}:${image?.tag ?? ""}`),
  );
  return wanted === "bluegreen" && images.size > 1 ? "rolling" : wanted;
}

/** The share of an app's machines that flyctl replaces at once by itself (superfly/flyctl, internal/command/deploy/machines.go). */
const usualShare = 0.33;

/**
 * How many machines may be replaced at once, as `flyctl deploy --max-unavailable` takes it; undefined where flyctl's own number will do.
 *
 * flyctl knows no regions: it takes a third of all machines, rounded up, by their ids (machines_deploymachinesapp.go, getPoolSize and
 * updateUsingRollingStrategy). Of two machines in each of two regions these are two, which may be both of one region. So it is one fewer
 * than the smallest region has; a region of one machine loses it whatever the number. A file's own `max_unavailable` is the user's decision.
 */
export function maxUnavailable(
  { strategy, text, file }: { readonly strategy: Strategy; readonly text: string; readonly file: string },
  machines: readonly Machine[],
): number | undefined {
  if (strategy !== "rolling" && strategy !== "canary") return undefined;
  if (tableOf(readFlyConfig(text, file)["deploy"])["max_unavailable"] !== undefined) return undefined;
  const inEach = new Map<string, number>();
  for (const { region } of machines) inEach.set(region, (inEach.get(region) ?? 0) + 1);
  const most = Math.min(...[...inEach.values()].filter((count) => count > 1).map((count) => count - 1));
  return most < Math.ceil(machines.length * usualShare) ? most : undefined;
}
