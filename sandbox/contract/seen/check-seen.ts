import type { SeenCall } from "../../cloud/wire/answer-check.ts";
import { nameOf, type DocumentedCall } from "../call.ts";
import type { CloudFacts, SeenAnswer, SeenRefusal } from "./facts.ts";
import { treeOf, type Place } from "./field-tree.ts";

export type CheckSeen = (call: DocumentedCall, seen: SeenCall) => readonly string[];

/** Checks answers against the facts: an answer that no real cloud was seen to give passes no test. */
export function openCheckSeen({ answers, refusals, headers }: CloudFacts): CheckSeen {
  const known = new Map<string, { readonly answers: readonly SeenAnswer[]; readonly tree: Place }>();
  for (const { call } of answers) {
    const group = answers.filter((each) => each.call === call);
    known.set(call, {
      answers: group,
      tree: treeOf(Object.fromEntries(group.flatMap(({ fields }) => Object.entries(fields)))),
    });
  }

  return (call, seen) => {
    const isRefusal = seen.status >= 400;
    const missing = headers
      .filter(({ of }) => of === undefined || of === (isRefusal ? "refusal" : "success"))
      .filter(({ header }) => !seen.headers.has(header))
      .map(({ header }) => `the header ${header} is missing, which each real answer has`);
    if (isRefusal) return [...missing, ...ofRefusal(refusals, nameOf(call), seen)];
    const facts = known.get(nameOf(call));
    if (!facts || seen.status >= 300) return missing;
    const statuses = facts.answers.flatMap(({ status, documentedStatuses = [] }) => [
      status,
      ...documentedStatuses,
    ]);
    if (!statuses.includes(seen.status))
      return [
        ...missing,
        `status ${seen.status}, and the real one was seen to answer ${statuses.join(", ")}`,
      ];
    return [...missing, ...ofPlace(facts.tree, seen.body, "")];
  };
}

/** A refusal with the message of a recorded one must have its status and code. */
function ofRefusal(refusals: readonly SeenRefusal[], call: string, { status, body }: SeenCall): string[] {
  const { code, message } = readRefusal(body);
  return refusals
    .filter((fact) => fact.call === call || fact.call === "any")
    .filter((fact) =>
      fact.message ? fact.message.test(message) : fact.code !== undefined && fact.code === code,
    )
    .flatMap((fact) => [
      ...(fact.status === status ? [] : [`status ${status} for "${fact.when}", which is ${fact.status}`]),
      ...(fact.code === undefined || fact.code === code
        ? []
        : [`code "${code}" for "${fact.when}", which is "${fact.code}"`]),
    ]);
}

/** Code and message in the forms of the four vendors. */
export function readRefusal(body: unknown): { readonly code: string; readonly message: string } {
  const outer = (body ?? {}) as Readonly<Record<string, unknown>>;
  const inner = (
    typeof outer["error"] === "object" && outer["error"] !== null ? outer["error"] : outer
  ) as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const message = text(inner["message"]) || text(outer["error"]);
  // Fly's word is `status`; GitHub's `status` is the number again.
  const isFly = typeof outer["error"] === "string";
  return { code: text(inner["code"]) || (isFly ? text(outer["status"]) : ""), message };
}

function ofPlace(place: Place, value: unknown, path: string): string[] {
  const name = path === "" ? "the body" : path;
  if (place.types.size > 0 && !typesOf(value).some((type) => place.types.has(type)))
    return [`${name} is ${typesOf(value).at(-1) ?? "?"}, and was seen as ${[...place.types].join(" or ")}`];
  if (place.words && typeof value === "string" && !place.words.includes(value))
    return [`${name} has a word that was never seen, only ${place.words.join(", ")}`];
  if (Array.isArray(value)) {
    const { items } = place;
    return items ? value.flatMap((each, at) => ofPlace(items, each, join(path, String(at)))) : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return [...place.fields].flatMap(([field, of]) => {
    if (field in value) return ofPlace(of, (value as Record<string, unknown>)[field], join(path, field));
    return of.isOptional ? [] : [`${join(path, field)} is missing, which the real answer always had`];
  });
}

/** The names of a value's type, the widest last. */
function typesOf(value: unknown): string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"];
  return [typeof value];
}

const join = (path: string, field: string): string => (path === "" ? field : `${path}.${field}`);
