import { cloudNames, type CloudName } from "../emulator.ts";

/** What can befall a call, and what of it the cloud has done by then. */
export const faultKinds = {
  status: "refused with --status (default 503), in the vendor's form; nothing is done",
  hang: "no answer until the client gives up (or --milliseconds); nothing is done",
  reset: "the connection is reset at once; nothing is done",
  "lost-before": "the call arrives whole, then the connection ends without an answer; nothing is done",
  "lost-after": "the call is done, then the connection ends without an answer",
  malformed: "the call is done, its answer is a 200 that ends in the middle of its JSON",
  empty: "the call is done, its answer is a 200 without a body",
  page: "an HTML page of a proxy with --status (default 200); nothing is done",
  throttled: "429 that names no time after which to ask again; nothing is done",
  "secondary-limit": "403 of GitHub's secondary rate limit, without a time; nothing is done",
  drip: "the call is done, its answer comes in pieces over --milliseconds (default 5000)",
  delay: "the call waits for --milliseconds first",
} as const;
export type FaultKind = keyof typeof faultKinds;

/** Calls that a fault befalls. */
export interface FaultRule {
  readonly cloud: CloudName;
  /** Any by default. */
  readonly method?: string;
  /** Of the complete path without the query: `*` stands for anything but a slash, `**` for anything. */
  readonly path: string;
  readonly kind: FaultKind;
  /** Of `status`, 400 to 599; of `page`, 200 or 400 to 599. */
  readonly status?: number;
  /** Of `delay`, `hang` and `drip`. */
  readonly milliseconds?: number;
  /** So many calls, then no more; all by default. */
  readonly times?: number;
  /** So many matching calls pass first. */
  readonly skip?: number;
}

export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const fields = ["cloud", "method", "path", "kind", "status", "milliseconds", "times", "skip"];

/** A rule that is none; the message lists all that is wrong with it. */
export class FaultRuleError extends Error {}

/** `input` as a rule; throws a FaultRuleError. */
export function parseFaultRule(input: Readonly<Record<string, unknown>>): FaultRule {
  const wrong = Object.keys(input)
    .filter((key) => !fields.includes(key))
    .map((key) => `${key} is unknown: a rule has ${fields.join(", ")}`);
  const method = typeof input["method"] === "string" ? input["method"].toUpperCase() : input["method"];
  const { path, kind } = input;
  const oneOf = (name: string, value: unknown, known: readonly string[]): void => {
    if (!known.some((each) => each === value))
      wrong.push(`${name} must be one of ${known.join(", ")}; got ${show(value)}`);
  };
  const wholeNumber = (name: string, from: number, to: number, onlyOf?: readonly string[]): void => {
    const value = input[name];
    if (value === undefined) return;
    if (!Number.isInteger(value) || (value as number) < from || (value as number) > to)
      wrong.push(`${name} must be an integer from ${from} to ${to}; got ${show(value)}`);
    else if (onlyOf && !onlyOf.includes(kind as string))
      wrong.push(`${name} is for ${onlyOf.join(" and ")} only, and kind is ${show(kind)}`);
  };
  oneOf("cloud", input["cloud"], cloudNames);
  oneOf("kind", kind, Object.keys(faultKinds));
  if (method !== undefined) oneOf("method", method, methods);
  if (typeof path !== "string" || !/^(\/|\*\*)/.test(path))
    wrong.push(`path must begin with / or **, such as /v1/apps/*/machines; got ${show(path)}`);
  else if (path.includes("?")) wrong.push(`path is without the query; got ${show(path)}`);
  if (kind !== "page" || input["status"] !== 200) wholeNumber("status", 400, 599, ["status", "page"]);
  wholeNumber("milliseconds", 0, longest, ["delay", "hang", "drip"]);
  wholeNumber("times", 1, Number.MAX_SAFE_INTEGER);
  wholeNumber("skip", 0, Number.MAX_SAFE_INTEGER);
  if (kind === "secondary-limit" && input["cloud"] !== "github")
    wrong.push(`secondary-limit is GitHub's alone, and cloud is ${show(input["cloud"])}`);
  if (kind === "delay" && input["milliseconds"] === undefined)
    wrong.push("milliseconds is missing for delay");
  if (wrong.length > 0) throw new FaultRuleError(wrong.join("\n"));
  return {
    ...(input as unknown as FaultRule),
    ...(method === undefined ? {} : { method: method as string }),
  };
}

/** An hour: beyond it every client has given up. */
const longest = 3_600_000;

const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** Whether a rule's `path` covers this one. */
export function pathPattern(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"),
    );
  return new RegExp(`^${source.join("")}$`);
}
