import type { CloudName } from "../../cloud/emulator.ts";

/**
 * What real clouds were seen to answer: by recorded traffic, live tests, or the source of the vendor's own client. Facts
 * alone are kept (names, types, words, statuses), never text or code of a source.
 */
export interface CloudFacts {
  readonly answers: readonly SeenAnswer[];
  readonly refusals: readonly SeenRefusal[];
  readonly headers: readonly SeenHeader[];
}

/** How a call was answered when it succeeded. */
export interface SeenAnswer {
  /** As in the table of calls: `GET /projects/{project_id}`. */
  readonly call: string;
  readonly status: number;
  /** Other statuses of a success that the vendor's document has and no recording: of another condition. */
  readonly documentedStatuses?: readonly number[];
  /** Repository and path, several separated by commas. */
  readonly source: string;
  /**
   * Type by path. `a.b[].c` is the field of each item, `[].c` of an answer that is a list, `c?` of one that was seen to be
   * missing. A type is `string`, `integer`, `number`, `boolean`, `array` or `object`; `string | null` was seen as null, and
   * `string: a, b` has no other words. None where the answer has no body.
   */
  readonly fields: Fields;
}

export type Fields = Readonly<Record<string, string>>;

/** How a call was refused. */
export interface SeenRefusal {
  /** As in the table of calls, or `any`. */
  readonly call: string;
  /** The condition, for the reader and for the test that causes it. */
  readonly when: string;
  readonly status: number;
  /** The vendor's code, where there is one. */
  readonly code?: string;
  /** The part of the message that distinguishes this refusal. */
  readonly message?: RegExp;
  readonly source: string;
  /** Why no emulator answers so, where that is the case. */
  readonly notEmulated?: string;
}

/** A header of every answer. */
export interface SeenHeader {
  readonly header: string;
  readonly source: string;
  /** Only in answers of this kind. */
  readonly of?: "success" | "refusal";
}

/** A line of the table, for counting and for the check of the sources. */
export interface Fact {
  readonly cloud: CloudName;
  readonly call: string;
  readonly fact: string;
  readonly source: string;
}

/** The fields of a thing that several calls answer with: `under("project", {...})`. */
export const under = (prefix: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([path, type]) => [`${prefix}.${path}`, type]));

/** The fields of an answer that is a list of such things. */
export const listOf = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([path, type]) => [`[].${path}`, type]));

/** Each fact of a cloud in one line. */
export function linesOf(cloud: CloudName, { answers, refusals, headers }: CloudFacts): readonly Fact[] {
  return [
    ...answers.flatMap(({ call, status, source, fields }) => [
      { cloud, call, fact: `status ${status}`, source },
      ...Object.entries(fields).map(([path, type]) => ({ cloud, call, fact: `${path}: ${type}`, source })),
    ]),
    ...refusals.map(({ call, when, status, code = "", source }) => ({
      ...{ cloud, call, source },
      fact: `${when}: ${status} ${code}`.trimEnd(),
    })),
    ...headers.map(({ header, source }) => ({ cloud, call: "any", fact: `header ${header}`, source })),
  ];
}
