import type { Link } from "./chain.ts";
import type { Begun, Composition, Ended, Noted } from "./entry.ts";
import { signedLinks } from "./test-keys.ts";

const compositionOf = (source: string, migrations: readonly string[] = ["0000_plans"]): Composition => ({
  web: { source, commit: source },
  workers: {
    worker: { source, commit: source, image: `registry.fly.io/app:${source}`, config: "[env]" },
    mailer: { source, commit: source, image: `registry.fly.io/app:${source}`, config: "[env]" },
  },
  variables: { web: {}, workers: {} },
  migrations: { digest: migrations.join(), names: [...migrations] },
});

export const commitOf = (source: string): string => source.repeat(40).slice(0, 40);

export interface Made extends Partial<Pick<Begun, "returnsTo">>, Partial<Pick<Ended, "oneWay" | "migrated">> {
  readonly source: string;
  readonly result?: Ended["result"];
  readonly migrations?: readonly string[];
  /** What happened after it had ended. */
  readonly then?: Noted["event"];
}

/** A chain as it is written, oldest attempt first in the arguments, newest link first in the result. */
export function chainOf(...made: readonly Made[]): Link[] {
  const entries = made.flatMap(
    ({ source, result, migrations, oneWay, migrated, returnsTo, then }, index): readonly object[] => {
      const base = { attempt: index + 1, at: "2026-01-01T00:00:00.000Z" };
      return [
        {
          ...{ ...base, kind: "begun", by: "a@b", checks: ["ci"], settings: "s" },
          ...{ release: commitOf(source), commit: commitOf(source), deployment: index + 100 },
          composition: compositionOf(source, migrations),
          ...(returnsTo === undefined ? {} : { returnsTo }),
        },
        ...(result
          ? [
              {
                ...{ ...base, kind: "ended", result, description: "as reported" },
                ...(oneWay === undefined ? {} : { oneWay }),
                ...(migrated === undefined ? {} : { migrated }),
              },
            ]
          : []),
        ...(then ? [{ ...base, kind: "noted", by: "a@b", event: then, description: "so it was" }] : []),
      ];
    },
  );
  return [...signedLinks(entries)];
}

export const good = { result: "success" } as const;
export const bad = { result: "failure" } as const;
