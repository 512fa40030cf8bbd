import type { Machine } from "./client.ts";

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
