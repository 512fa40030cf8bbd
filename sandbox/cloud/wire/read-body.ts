import type { Context } from "hono";
import type { z } from "zod";
import { refused } from "./call-notes.ts";

/** How a vendor refuses a body. */
export interface BodyRefusals {
  readonly unreadable: () => Error;
  readonly invalid: (error: z.ZodError) => Error;
}

/** The body as `schema` requires it, with the fields noted that no form of it has. An absent body is `{}`. */
export async function readJsonBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  { unreadable, invalid }: BodyRefusals,
): Promise<z.output<Schema>> {
  const text = await c.req.text();
  let body: unknown = {};
  try {
    if (text !== "") body = JSON.parse(text);
  } catch {
    throw unreadable();
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  for (const what of unknownKeys(parsed.error.issues)) refused(c, what);
  throw invalid(parsed.error);
}

function unknownKeys(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => [...issue.path, key].join("."));
    if (issue.code !== "invalid_union") return [];
    return issue.errors.length === 0 ? [issue.path.join(".")] : issue.errors.flatMap(unknownKeys);
  });
}
