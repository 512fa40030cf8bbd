import type { CheckCall } from "./call.ts";
import type { Schema } from "./strict.ts";
import { openValidate } from "./validate.ts";

/** The answers of a vendor's call by status (`200`, `4XX`); `null` where the body is empty. */
export type Answers = Readonly<Record<string, Schema | null>>;

/** What a cloud's documents come to: by operation, with what their schemas refer to as `#/definitions/…`. */
export interface SchemaDocument {
  readonly operations: Readonly<Record<string, { readonly answers: Answers; readonly request?: Schema }>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Holds answers, and the requests that were taken, against the schemas of a cloud's operations. */
export function openSchemaCheck({ operations, definitions }: SchemaDocument): CheckCall {
  const validate = openValidate(definitions);

  const ofAnswer = (answers: Answers, status: number, body: unknown): readonly string[] => {
    const key = [String(status), `${String(status).charAt(0)}XX`].find((each) => each in answers);
    if (key === undefined) return [`status ${status} is not documented`];
    const schema = answers[key];
    if (schema) return validate(schema, body);
    return isPresent(body) ? ["the body should be empty"] : [];
  };

  return ({ operation: id }, { status, body, requestBody }) => {
    const operation = operations[id];
    if (!operation) throw new Error(`Internal error: no answers were read for ${id}`);
    const { answers, request } = operation;
    const taken = status < 400 && request && isPresent(requestBody) ? validate(request, requestBody) : [];
    return [...ofAnswer(answers, status, body), ...taken.map(reportedOfRequest)];
  };
}

export const reportedOfRequest = (fault: string): string => `a request was taken although ${fault}`;

export const isPresent = (body: unknown): boolean => body !== undefined && body !== null && body !== "";
