import type { Settings } from "./schema.ts";

/** A secret that the stack makes, and that is replaced when its version changes. */
export interface MadeSecret {
  /** The setting that counts how often it was replaced. */
  readonly setting: string;
  readonly what: string;
  readonly versionIn: (settings: Settings) => string;
}

export const madeSecrets: Readonly<Record<string, MadeSecret>> = {
  "database-password": {
    setting: "rollout:neon.passwordVersion",
    what: "password of the role that owns the database",
    versionIn: ({ neon }) => neon.passwordVersion,
  },
  "application-password": {
    setting: "rollout:neon.applicationPasswordVersion",
    what: "password of the role that web and workers log in by",
    versionIn: ({ neon }) => neon.applicationPasswordVersion,
  },
  "smoke-test-key": {
    setting: "rollout:smoke.keyVersion",
    what: "key of the smoke test for the API",
    versionIn: ({ smoke }) => smoke.keyVersion,
  },
  "protection-bypass": {
    setting: "rollout:vercel.bypassVersion",
    what: "secret that passes Vercel's deployment protection",
    versionIn: ({ vercel }) => vercel.bypassVersion,
  },
};

/** Their versions by name, for the record. */
export function secretVersions(settings: Settings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(madeSecrets).map(([name, { versionIn }]) => [name, versionIn(settings)]),
  );
}
