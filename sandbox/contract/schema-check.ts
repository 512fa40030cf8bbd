import type { Schema } from "./strict.ts";
import { openValidate } from "./validate.ts";

/** The answers of a vendor's call by status (`200`, `4XX`, `default`); `null` where the body is empty. */
export type Answers = Readonly<Record<string, Schema | null>>;

/** What a cloud's documents come to: by operation, with what their schemas refer to as `#/definitions/…`. */
export interface SchemaDocument {
  readonly operations: Readonly<Record<string, { readonly answers: Answers; readonly request?: Schema }>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

export interface SchemaCheck {
  /** What is wrong with the body of an answer, or with there being one. */
  answer(operation: string, status: number, body: unknown): readonly string[];
  /** What is wrong with the body of a request; nothing where the document tells nothing of it. */
  request(operation: string, body: unknown): readonly string[];
}

/** Holds bodies against the schemas of a cloud's operations. */
export function openSchemaCheck({ operations, definitions }: SchemaDocument): SchemaCheck {
  const validate = openValidate(definitions);
  const operationOf = (id: string): SchemaDocument["operations"][string] => {
    const operation = operations[id];
    if (!operation) throw new Error(`Internal error: no answers were read for ${id}`);
    return operation;
  };
  return {
    answer: (id, status, body) => {
      const { answers } = operationOf(id);
      const key = [String(status), `${String(status).charAt(0)}XX`, "default"].find(
        (each) => each in answers,
      );
      if (key === undefined) return [`status ${status} is not documented`];
      const schema = answers[key];
      if (schema) return validate(schema, body);
      return isPresent(body) ? ["the body should be empty"] : [];
    },
    request: (id, body) => {
      const { request } = operationOf(id);
      return request && isPresent(body) ? validate(request, body) : [];
    },
  };
}

export const isPresent = (body: unknown): boolean => body !== undefined && body !== null && body !== "";
