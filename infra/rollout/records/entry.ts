import { createHash } from "node:crypto";
import { z } from "zod";
import { loadResultSchema } from "./load-result.ts";

const text = z.string().min(1);
const source = z.object({
  /** Digest of its sources. */
  source: text,
  /** Commit that holds them. */
  commit: text,
});
const worker = source.extend({
  /** Reference of the image that it runs. */
  image: text,
  /** Digest of what goes into that image in addition to the sources; absent in the entries of earlier versions. */
  recipe: text.optional(),
  /** Text of its fly.*.toml: a command and a health check belong to the code that they were written for. */
  config: text,
});

const values = z.record(z.string(), z.string());

/** All that a release is, part by part: enough to run it again without a build. */
export const compositionSchema = z.object({
  web: source,
  /** By the name that the application declares. */
  workers: z.record(text, worker),
  /**
   * Plain variables that the application reads, by name. Its secrets are in no release: they are always the current
   * ones.
   */
  variables: z.object({ web: values, workers: values }),
  migrations: z.object({ digest: text, names: z.array(z.string()) }),
});

export type Composition = z.infer<typeof compositionSchema>;

/** Name of the part that is no worker. */
export const webPart = "web";

/** Where the parts of a release come from, by their names: `web` and each worker's. */
export function partsOf({
  web,
  workers,
}: Pick<Composition, "web" | "workers">): Readonly<Record<string, z.infer<typeof source>>> {
  return { [webPart]: web, ...workers };
}

/** Digests of the sources of a release, by part. */
export function sourcesOf(
  composition: Pick<Composition, "web" | "workers">,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(partsOf(composition)).map(([part, { source }]) => [part, source]));
}

const placed = {
  /** Its number in its environment's record; the first has 1. Absent in the entries of earlier versions. */
  entry: z.number().int().min(1).optional(),
};

const begunSchema = z.object({
  schema: z.literal(2),
  kind: z.literal("begun"),
  ...placed,
  /** Number of the attempt in its environment; the first is 1. */
  attempt: z.number().int().min(1),
  /** RFC 3339. */
  at: z.string(),
  /** `name@machine` of whoever ran it. */
  by: z.string(),
  environment: text,
  /** The commit, with what was mixed in or changed behind it. */
  release: text,
  commit: text,
  composition: compositionSchema,
  /** Names of the checks that were green on the commit when the gate let it in. */
  checks: z.array(z.string()),
  /** Digest of the settings. */
  settings: text,
  /** Versions of the secrets that the stack makes, by name; absent in the entries of earlier versions. */
  secretVersions: z.record(text, text).optional(),
  /** Digest of the program that rolled it out; absent in the entries of earlier versions. */
  program: text.optional(),
  /** Who approved its destructive and one-way migrations, by which commit status; absent where none was required. */
  approval: z
    .object({
      by: text,
      reviewer: z.number().int(),
      at: z.string(),
      migrations: text,
      status: z.number().int(),
    })
    .optional(),
  /** GitHub deployment that shows it. */
  deployment: z.number().int(),
  /** The attempt whose release it restores; absent in one that goes forward. */
  returnsTo: z.number().int().optional(),
  /** Of a rollback while GitHub did not answer, which was entered later: when it was, by whom and why. */
  withoutGitHub: z.object({ id: text, at: z.string(), by: z.string(), reason: z.string() }).optional(),
  /** The names that the stack has used in the clouds since; absent in the entries of earlier versions. */
  names: z.array(z.string()).optional(),
  /** Hash of the entry before; empty in the first. */
  previous: z.string(),
});

const endedSchema = z.object({
  schema: z.literal(2),
  kind: z.literal("ended"),
  ...placed,
  /** Absent in the entries of earlier versions. */
  environment: text.optional(),
  attempt: z.number().int().min(1),
  at: z.string(),
  result: z.enum(["success", "failure"]),
  /** What the smoke test found, or which step failed. */
  description: z.string(),
  /** The images that its workers run, with the digest of each in the registry; of a success. */
  images: z.array(z.object({ reference: text, digest: text })).optional(),
  /** The deployment that is live at the web address; of a success. */
  webDeployment: z.string().optional(),
  /** Digests of the files that were uploaded for it, by path or folder. Absent in the entries of earlier versions. */
  webFiles: z.record(text, text).optional(),
  webUrl: z.string().optional(),
  /** Why no release before this one may run on the schema that it left; absent where each may. */
  oneWay: z.string().optional(),
  /** Of a failure: whether the release's own migrations had run. Absent in the entries of earlier versions. */
  migrated: z.boolean().optional(),
  previous: z.string(),
});

const adoptedSchema = z.object({
  schema: z.literal(2),
  kind: z.literal("adopted"),
  ...placed,
  /** Absent in the entries of earlier versions. */
  environment: text.optional(),
  /** Number of the attempt before it; 0 where there was none. */
  attempt: z.number().int().min(0),
  at: z.string(),
  /** `name@machine` of who adopted. */
  by: z.string(),
  /** What existed and belongs to the stack from now on: `Neon branch shop/staging`. */
  names: z.array(z.string()),
  previous: z.string(),
});

/** What can happen to an environment after its newest attempt, without another one; a freeze also while one runs. */
const noteEvents = [
  "repaired",
  "leftover",
  "restored",
  "destroyed",
  "frozen",
  "unfrozen",
  "condemned",
  "measured",
] as const;

const notedSchema = z.object({
  schema: z.literal(2),
  kind: z.literal("noted"),
  ...placed,
  /** Absent in the entries of earlier versions. */
  environment: text.optional(),
  /** Number of the newest attempt. */
  attempt: z.number().int().min(0),
  at: z.string(),
  by: z.string(),
  /**
   * `repaired`: `--refresh` has undone changes that were made outside of a rollout. `leftover`: something that the release
   * replaces could not be deleted. `restored`: the database is that of an earlier time. `destroyed`: `pulumi destroy` has begun.
   * `condemned`: a watch has found that the release does not serve its users.
   * `measured`: a load test of it has ended.
   * `frozen`, `unfrozen`: from here on nothing new may be rolled out, or it may again.
   */
  event: z.enum(noteEvents),
  description: z.string(),
  /** Of a freeze: the stack that the user named. */
  stack: text.optional(),
  /** Of a load test: what it has measured. */
  load: loadResultSchema.optional(),
  previous: z.string(),
});

/** One entry of an environment's record. Entries are added and never changed; each holds the hash of the one before. */
export const entrySchema = z.discriminatedUnion("kind", [
  begunSchema,
  endedSchema,
  adoptedSchema,
  notedSchema,
]);

export type Entry = z.infer<typeof entrySchema>;
export type Begun = z.infer<typeof begunSchema>;
export type Ended = z.infer<typeof endedSchema>;
export type Adopted = z.infer<typeof adoptedSchema>;
export type Noted = z.infer<typeof notedSchema>;

/** Whether an entry freezes its environment or lifts a freeze. */
export function isFreezeEntry(entry: Entry): boolean {
  return entry.kind === "noted" && (entry.event === "frozen" || entry.event === "unfrozen");
}

/** Hash of an entry: of its very bytes, so that no two texts share one. */
export function entryHash(message: string): string {
  return createHash("sha256").update(message).digest("hex");
}

/** The entry that a text holds; none where it holds something else. */
export function parseEntry(message: string): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
