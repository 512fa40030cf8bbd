import { parseEntry, entryHash } from "@rollout/infra/rollout/records/entry";
import type { Begun, Noted } from "@rollout/infra/rollout/records/entry";
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
  const events: AuditEvent[] = [];
  const begun = new Map<number, Begun>();
  let before: Begun | undefined;
  for (const [index, { message }] of [...chain].reverse().entries()) {
    const entry = parseEntry(message);
    if (!entry) continue;
    const signedBy = signerOf(message);
    const proof = {
      ...{ at: entry.at, attempt: entry.attempt, entry: index + 1, hash: entryHash(message) },
      ...(signedBy === undefined ? {} : { signedBy }),
    };
    if (entry.kind === "begun") {
      begun.set(entry.attempt, entry);
      const { by, release, commit } = entry;
      events.push({ ...proof, by, release, commit, ...eventOf(entry) });
      if (before && before.settings !== entry.settings)
        events.push({
          ...{ ...proof, by, release, commit, event: "settings", commitBefore: before.commit },
          description: `settings differ from #${String(before.attempt)}`,
        });
      before = entry;
    } else if (entry.kind === "ended")
      events.push({
        ...{ ...proof, by: begun.get(entry.attempt)?.by ?? "", description: entry.description },
        event: entry.result === "success" ? "succeeded" : "failed",
      });
    else if (entry.kind === "adopted")
      events.push({ ...proof, by: entry.by, event: "adopted", description: entry.names.join(", ") });
    else events.push({ ...proof, by: entry.by, event: entry.event, description: entry.description });
  }
  return events;
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
