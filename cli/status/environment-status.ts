import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf, schemaAfter } from "@rollout/infra/rollout/records/attempts";
import type { Freeze } from "@rollout/infra/rollout/records/freeze";
import type { StoredLease } from "@rollout/infra/rollout/lease/lease-store";
import type { PartStatus } from "./parts.ts";

/** A release, as a reader needs it to find it again. */
interface ReleaseStatus {
  readonly number: number;
  readonly release: string;
  /** When it began, RFC 3339. */
  readonly at: string;
  readonly by: string;
}

/** What runs in an environment and whether it is well; the JSON of `bin/rollout status`. */
export interface EnvironmentStatus {
  readonly stack: string;
  readonly environment: string;
  /** `empty`: nothing was rolled out yet, or the environment was destroyed. */
  readonly result: "well" | "unwell" | "unknown" | "empty";
  /** The live release; `since` is when its rollout ended. */
  readonly live?: ReleaseStatus & { readonly since: string; readonly schema?: string };
  readonly parts: readonly PartStatus[];
  /** A rollout that has not ended; without a holder of the lease it was ended from outside. Absent: the lease is not known. */
  readonly running?: ReleaseStatus & { readonly hasLease?: boolean };
  /** Why the newest attempt failed, where nothing good came after it. */
  readonly failed?: ReleaseStatus & { readonly description: string };
  /** Who holds the lease, and for what, where that is no rollout. */
  readonly lease?: { readonly by: string; readonly since: string; readonly doing: string };
  readonly freeze?: Freeze;
}

export interface StatusFacts {
  readonly stack: string;
  readonly environment: string;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
  readonly freeze: Freeze | undefined;
  /** `unknown` where GitHub was not asked. */
  readonly lease: StoredLease | "unknown" | undefined;
  readonly parts: readonly PartStatus[];
}

export function statusOf({
  stack,
  environment,
  attempts,
  freeze,
  lease: stored,
  parts,
}: StatusFacts): EnvironmentStatus {
  const live = liveOf(attempts);
  const [newest] = attempts;
  const isKnown = stored !== "unknown";
  const held = isKnown && stored?.lease?.state === "held" ? stored.lease : undefined;
  const schema = live && schemaAfter(attempts, live);
  return {
    ...{ stack, environment, result: resultOf(live, parts), parts: live ? parts : [] },
    ...(live?.ended
      ? { live: { ...named(live), since: live.ended.at, ...(schema === undefined ? {} : { schema }) } }
      : {}),
    ...(newest && !newest.ended && newest.destroyedAt === undefined
      ? { running: { ...named(newest), ...(isKnown ? { hasLease: held !== undefined } : {}) } }
      : {}),
    ...(newest?.ended?.result === "failure" && newest.destroyedAt === undefined
      ? { failed: { ...named(newest), description: newest.ended.description } }
      : {}),
    ...(held?.doing === undefined ? {} : { lease: { by: held.by, since: held.since, doing: held.doing } }),
    ...(freeze ? { freeze } : {}),
  };
}

function named({ number, release, at, by }: Attempt): ReleaseStatus {
  return { number, release, at, by };
}

function resultOf(live: Attempt | undefined, parts: readonly PartStatus[]): EnvironmentStatus["result"] {
  if (!live) return "empty";
  if (parts.some(({ health, isRelease }) => health === "unwell" || isRelease === false)) return "unwell";
  return parts.every(({ health }) => health === "well") ? "well" : "unknown";
}
