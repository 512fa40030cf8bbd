import { z } from "zod";

/** What the web application reads. */
export const webFlagsSchema = z.strictObject({
  /** Whether another version of a plan can be asked for. */
  regeneration: z.boolean("must be true or false").default(true),
});
export type WebFlags = Readonly<z.output<typeof webFlagsSchema>>;

/** What both workers read. */
export const workerFlagsSchema = z.strictObject({
  /** Most modules of a plan. */
  maxModules: z.int("must be an integer").min(1).max(50).default(6),
  /** Jobs at the same time: they wait for the model, so that one slow answer must not hold up the rest. */
  jobConcurrency: z.int("must be an integer").min(1).max(16).default(4),
});
export type WorkerFlags = Readonly<z.output<typeof workerFlagsSchema>>;

/** The variable `FEATURE_FLAGS`: a JSON object. What it leaves out has its default; what is unknown is refused. */
export function flagsIn<Schema extends typeof webFlagsSchema | typeof workerFlagsSchema>(schema: Schema) {
  return z
    .string()
    .default("{}")
    .transform((text, context): z.output<Schema> => {
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return parsed.data as z.output<Schema>;
      for (const issue of parsed.error.issues) {
        const message =
          issue.code === "unrecognized_keys"
            ? `has ${issue.keys.join(", ")}, which is no flag here; there is: ${Object.keys(schema.shape).join(", ")}`
            : issue.path.length === 0
              ? `must be a JSON object, such as ${JSON.stringify(schema.parse({}))}`
              : `has ${issue.path.join(".")}, which is invalid: ${issue.message}`;
        context.addIssue({ code: "custom", message });
      }
      return z.NEVER;
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
