import type { SeenCall } from "../cloud/wire/answer-check.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One line of the table in docs/sandbox.md: a call that an emulator answers, and what its answer is held against. */
export interface DocumentedCall {
  readonly method: Method;
  /** The path as the vendor's document writes it: `/projects/{project_id}`. */
  readonly template: string;
  /** What the document calls this call: its operation id, or the name of the type or function that describes it. */
  readonly operation: string;
  /** The document, where it is not the cloud's first. */
  readonly document?: string;
  /** Other paths that clients take to the same call: older versions, names that only the vendor's own tools use. */
  readonly alsoAt?: readonly string[];
  /** What of this call the emulator leaves out, as the reader of the table is reported. */
  readonly leftOut?: string;
}

/** What a cloud's folder here exports: its table, and the check of its answers. */
export interface CloudContract {
  readonly calls: readonly DocumentedCall[];
  /** What the vendor's paths begin with, where clients put something before the document's. */
  readonly bases: readonly string[];
  /** The document that the calls are of, unless they name another. */
  readonly document: string;
  /** Reads the vendor's document into the cache; at once when it is there. */
  prepare(): Promise<void>;
  /** Loads what `prepare` left, at the first answer of this cloud and never for the others. */
  readonly open: () => CheckCall;
}

/** What is wrong with an answer to a call that the table has; `path` is the one of the document. */
export type CheckCall = (call: DocumentedCall, seen: SeenCall, path: string) => readonly string[];

/** The `document` of a call that only the sandbox's own commands make. */
export const sandboxsOwn = "none: the sandbox's own, no vendor has it";

export const nameOf = ({ method, template }: DocumentedCall): string => `${method} ${template}`;

/** A line of the table in few words. */
export function call(
  method: Method,
  template: string,
  operation: string,
  more: Pick<DocumentedCall, "document" | "leftOut" | "alsoAt"> = {},
): DocumentedCall {
  return { method, template, operation, ...more };
}
