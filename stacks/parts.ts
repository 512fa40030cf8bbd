import type { Composition } from "@atlaris/infra/rollout/records/entry";

/** What of a release can be brought back by itself. */
const parts = ["web", "workers", "worker", "regenerator", "variables"] as const;

export type Part = (typeof parts)[number];

type Apps = Readonly<Record<"worker" | "regenerator", string>>;

/** All names by which a user may call a part: the parts, and the workers' apps. */
export function partsOf(apps: Apps): readonly string[] {
  return [...parts, apps.worker, apps.regenerator];
}

/** The part that a user names; none for another word. */
export function partNamed(name: string, apps: Apps): Part | undefined {
  if (name === apps.worker) return "worker";
  if (name === apps.regenerator) return "regenerator";
  return parts.find((part) => part === name);
}

/** What is live, with one part of another release in it. Variables belong to the services that read them. */
export function mix(live: Composition, other: Composition, part: Part): Composition {
  switch (part) {
    case "web":
      return { ...live, web: other.web, variables: { ...live.variables, web: other.variables.web } };
    case "workers":
      return {
        ...live,
        worker: other.worker,
        regenerator: other.regenerator,
        variables: { ...live.variables, workers: other.variables.workers },
      };
    // The workers share their variables: those of the one that stays do.
    case "worker":
      return { ...live, worker: other.worker };
    case "regenerator":
      return { ...live, regenerator: other.regenerator };
    case "variables":
      return { ...live, variables: other.variables };
  }
}
