import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";

/** Whether it is an environment of a pull request in a project that such environments have for themselves, and so make. */
export function ownsProject(
  { pullRequest }: EnvironmentKind,
  { previews }: Settings,
  cloud: "neon" | "vercel",
): boolean {
  return pullRequest !== undefined && previews?.[cloud] !== undefined;
}
