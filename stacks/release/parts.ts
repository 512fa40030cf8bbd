import type { Composition } from "@rollout/infra/rollout/records/entry";
import type { Settings } from "../settings/schema.ts";
import { workersOf } from "../settings/workers.ts";

/** A part of a release that a rollback can restore alone: `web`, `workers`, `variables` or the name of a worker. */
export type Part = "web" | "workers" | "variables" | { readonly worker: string };

type Workers = Pick<Settings, "fly">;

/** All names by which a user may call a part: the parts, and the workers' apps. */
export function partsOf(settings: Workers): readonly string[] {
  const workers = workersOf(settings);
  return [
    "web",
    "workers",
    ...workers.map(({ name }) => name),
    "variables",
    ...workers.map(({ app }) => app),
  ];
}

/** The part that a user names; none for another word. */
export function partNamed(name: string, settings: Workers): Part | undefined {
  if (name === "web" || name === "workers" || name === "variables") return name;
  const found = workersOf(settings).find((worker) => worker.name === name || worker.app === name);
  return found && { worker: found.name };
}

/** The name of a part in the name of a release that is mixed. */
export function partName(part: Part): string {
  return typeof part === "string" ? part : part.worker;
}

/** What is live, with one part of another release in it. Variables belong to the services that read them. */
export function mix(live: Composition, other: Composition, part: Part): Composition {
  switch (part) {
    case "web":
      return { ...live, web: other.web, variables: { ...live.variables, web: other.variables.web } };
    case "workers":
      return {
        ...live,
        workers: other.workers,
        variables: { ...live.variables, workers: other.variables.workers },
      };
    case "variables":
      return { ...live, variables: other.variables };
  }
  const worker = other.workers[part.worker];
  if (!worker) throw new Error(`that release has no worker ${part.worker}`);
  // The workers share their variables: those of the ones that stay do.
  return { ...live, workers: { ...live.workers, [part.worker]: worker } };
}
