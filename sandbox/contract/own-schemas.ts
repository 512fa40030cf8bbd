import { z } from "zod";
import { type CloudContract, sandboxsOwn, type DocumentedCall } from "./call.ts";
import { openSchemaCheck } from "./schema-check.ts";
import type { Schema } from "./strict.ts";

/** What a call is answered with when it succeeds, and the body that it takes, as schemas of our own. */
export interface OwnOperation {
  readonly status: number;
  /** None where the answer has no body. */
  readonly answer?: z.ZodType;
  /** None where the document does not describe it. */
  readonly request?: z.ZodType;
}

/** The contract of a vendor that publishes no document which could be read from a package. */
export function contractOfOwnSchemas(
  document: string,
  calls: readonly DocumentedCall[],
  operations: Readonly<Record<string, OwnOperation>>,
  refusal: z.ZodType,
): CloudContract {
  const open = (): ReturnType<typeof openSchemaCheck> => {
    const refused = toSchema(refusal);
    const entries = calls
      .filter((each) => each.document !== sandboxsOwn)
      .map(({ operation }) => {
        const { status, answer, request } = operations[operation] ?? {};
        const answers = {
          "4XX": refused,
          "5XX": refused,
          ...(status === undefined ? {} : { [status]: answer ? toSchema(answer) : null }),
        };
        return [operation, { answers, ...(request ? { request: toSchema(request) } : {}) }] as const;
      });
    return openSchemaCheck({ operations: Object.fromEntries(entries), definitions: {} });
  };
  // There is no document to prepare.
  return { calls, document, bases: [""], prepare: async () => undefined, open };
}

export const toSchema = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
