import type { Machine } from "./client.ts";

/** How flyctl replaces the machines of an app; docs/guide.md tells them apart. */
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

/**
 * What keeps the strategy from working with a fly.*.toml, before anything is deployed.
 *
 * @throws Error that names the line that is missing or too much.
 */
export function checkStrategy(strategy: Strategy, text: string, file: string): void {
  if (strategy === "bluegreen" && !/^\s*\[+(?:checks\.|[\w.]+checks\])/m.test(text))
    throw new Error(
      `${file}: expected a health check like [checks.health] for the strategy bluegreen, found none. ` +
        "Add one, or set atlaris:fly.strategy to rolling",
    );
  if ((strategy === "bluegreen" || strategy === "canary") && /^\s*\[+mounts\]/m.test(text))
    throw new Error(
      `${file}: expected no [mounts] for the strategy ${strategy}, since a new machine would have no volume. ` +
        "Set atlaris:fly.strategy to rolling, or take them out",
    );
}
