import { parseEntry, entryHash } from "@rollout/infra/rollout/records/entry";
import type { Begun, Entry, Noted } from "@rollout/infra/rollout/records/entry";
import type { Link } from "@rollout/infra/rollout/records/chain";
import { signerOf } from "@rollout/infra/rollout/records/signature";

/** One act on an environment, as an auditor reads it. */
export interface AuditEvent {
  /** RFC 3339. */
  readonly at: string;
  /** `name@machine`. */
  readonly by: string;
  readonly event:
    "rollout" | "rollback" | "rotation" | "settings" | "succeeded" | "failed" | "adopted" | Noted["event"];
  /** Number of the rollout that it belongs to; 0 before the first. */
  readonly attempt: number;
  readonly description: string;
  readonly release?: string;
  readonly commit?: string;
  /** Of a change of settings: the commit whose settings were live before. */
  readonly commitBefore?: string;
  /** Number of the record's entry that proves it, its hash, and the name of the key that signed it. */
  readonly entry: number;
  readonly hash: string;
  readonly signedBy?: string;
}

/** All acts that a verified record holds, oldest first. A change of settings is an event next to its rollout. */
export function auditEvents(chain: readonly Link[]): readonly AuditEvent[] {
  const begun: Begun[] = [];
  return [...chain].reverse().flatMap(({ message }, index) => {
    const entry = parseEntry(message);
    if (!entry) return [];
    const signedBy = signerOf(message);
    const proof: Proof = {
      ...{ at: entry.at, attempt: entry.attempt, entry: index + 1, hash: entryHash(message) },
      ...(signedBy === undefined ? {} : { signedBy }),
    };
    if (entry.kind !== "begun") return [{ ...proof, ...actOf(entry, begun) }];
    const before = begun.at(-1);
    begun.push(entry);
    return eventsOfBegin(entry, before).map((event) => ({ ...proof, ...event }));
  });
}

/** By what an event is proven. */
type Proof = Pick<AuditEvent, "at" | "attempt" | "entry" | "hash" | "signedBy">;
type Act = Omit<AuditEvent, keyof Proof>;

/** A rollout, and the change of settings that it brings. */
function eventsOfBegin(entry: Begun, before: Begun | undefined): readonly Act[] {
  const { by, release, commit } = entry;
  const act = { by, release, commit, ...eventOf(entry) };
  if (!before || before.settings === entry.settings) return [act];
  const description = `settings differ from #${String(before.attempt)}`;
  return [act, { by, release, commit, event: "settings", commitBefore: before.commit, description }];
}

/** @param begun The rollouts that have begun by then, oldest first. */
function actOf(entry: Exclude<Entry, Begun>, begun: readonly Begun[]): Act {
  if (entry.kind === "ended") {
    const own = begun.findLast(({ attempt }) => attempt === entry.attempt);
    const event = entry.result === "success" ? "succeeded" : "failed";
    return { by: own?.by ?? "", event, description: entry.description };
  }
  return entry.kind === "adopted"
    ? { by: entry.by, event: "adopted", description: entry.names.join(", ") }
    : { by: entry.by, event: entry.event, description: entry.description };
}

function eventOf({ attempt, returnsTo, checks, approval }: Begun): Pick<AuditEvent, "event" | "description"> {
  if (returnsTo === undefined)
    return {
      event: "rollout",
      description:
        (checks.length === 0 ? "no check was required" : `green: ${checks.join(", ")}`) +
        (approval ? `; migrations ${approval.migrations.slice(0, 12)} approved by ${approval.by}` : ""),
    };
  return returnsTo === attempt - 1
    ? { event: "rotation", description: `keeps the release of #${String(returnsTo)}, with today's secrets` }
    : { event: "rollback", description: `to the release of #${String(returnsTo)}` };
}
