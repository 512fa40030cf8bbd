import type { PreflightRules, ResponseRules } from "./expectations-schema.ts";
import type { Failure } from "./failure.ts";
import { failure, show } from "./failure.ts";
import { compileSchema } from "./json-schema.ts";
import { compareHeader, compareJson } from "./match.ts";
import type { Answer } from "./send.ts";
import type { PreflightCheck, Suite } from "./suite-schema.ts";

const redirects = [301, 302, 303, 307, 308];

/** All that is not as expected, not only the first of it. */
export function compareAnswer(
  rules: ResponseRules,
  answer: Answer,
  schemas: Suite["schemas"],
): readonly Failure[] {
  const { status, headers, text, json, schema, redirect, unauthorized, withinMs, maxBytes } = rules;
  const schemaRule = typeof schema === "string" ? schemas[schema] : schema;
  return [
    ...(status === undefined ? [] : compareStatus(status, answer)),
    ...(unauthorized ? compareStatus(401, answer) : []),
    ...(redirect ? compareRedirect(redirect, answer) : []),
    ...Object.entries(headers ?? {}).flatMap(([name, rule]) =>
      compareHeader(name, rule, answer.headers.get(name)),
    ),
    ...(text ? compareText(text, answer.text) : []),
    ...(json || schemaRule
      ? compareBody(answer, (body) => [
          ...(json ? compareJson(json, body) : []),
          ...(schemaRule ? compileSchema(schemaRule)(body) : []),
        ])
      : []),
    ...(withinMs !== undefined && answer.milliseconds > withinMs
      ? failure("time", `at most ${withinMs} ms`, `${Math.round(answer.milliseconds)} ms`)
      : []),
    ...(maxBytes !== undefined && answer.bytes > maxBytes
      ? failure("size", `at most ${maxBytes} bytes`, `${answer.bytes} bytes`)
      : []),
  ];
}

/** The body as JSON; undefined where it is none. */
export function jsonOf({ text }: Answer): { readonly body: unknown } | undefined {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function compareStatus(expected: number | readonly number[], { status, text }: Answer): readonly Failure[] {
  const right = typeof expected === "number" ? [expected] : expected;
  if (right.includes(status)) return [];
  return failure("status", right.join(" or "), `${status}${text === "" ? "" : ` (${text.slice(0, 2_000)})`}`);
}

function compareRedirect(
  { location, status = redirects }: NonNullable<ResponseRules["redirect"]>,
  answer: Answer,
): readonly Failure[] {
  const given = answer.headers.get("location");
  const found = given === null ? undefined : absolute(given, answer.url);
  const what = "redirect";
  const wrong = compareStatus(status, answer);
  if (typeof location !== "string")
    return found !== undefined && new RegExp(location.matches, "u").test(found)
      ? wrong
      : [...wrong, ...failure(what, `a match of /${location.matches}/`, show(found))];
  const expected = absolute(location, answer.url);
  return found === expected ? wrong : [...wrong, ...failure(what, show(expected), show(found))];
}

function absolute(address: string, base: string): string {
  return URL.canParse(address, base) ? new URL(address, base).href : address;
}

function compareText(
  { contains, matches }: NonNullable<ResponseRules["text"]>,
  text: string,
): readonly Failure[] {
  return [
    ...(contains === undefined || text.includes(contains)
      ? []
      : failure("body", `a text with ${show(contains)}`, show(text.slice(0, 2_000)))),
    ...(matches === undefined || new RegExp(matches, "u").test(text)
      ? []
      : failure("body", `a match of /${matches}/`, show(text.slice(0, 2_000)))),
  ];
}

function compareBody(answer: Answer, compare: (body: unknown) => readonly Failure[]): readonly Failure[] {
  const json = jsonOf(answer);
  return json === undefined ? failure("body", "JSON", show(answer.text.slice(0, 2_000))) : compare(json.body);
}

/** Whether a browser would send the request after this answer: https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export function comparePreflight(
  { allowed, credentials }: PreflightRules,
  asked: PreflightCheck["preflight"],
  answer: Answer,
): readonly Failure[] {
  const refusals = refusalsOf(asked, credentials, answer);
  if (allowed) return refusals;
  return refusals.length > 0
    ? []
    : failure("preflight", `a refusal of ${asked.method} from ${asked.origin}`, "that a browser may send it");
}

function refusalsOf(
  asked: PreflightCheck["preflight"],
  credentials: boolean,
  answer: Answer,
): readonly Failure[] {
  const names = ["origin", "methods", "headers", "credentials"] as const;
  const [origin, methods, headers, withCredentials] = names.map((name) =>
    answer.headers.get(`access-control-allow-${name}`),
  );
  const listed = (list: string | null | undefined): readonly string[] =>
    (list ?? "").split(",").map((each) => each.trim().toLowerCase());
  const isAny = (list: string | null | undefined): boolean => !credentials && listed(list).includes("*");
  const isAllowedMethod =
    ["GET", "HEAD", "POST"].includes(asked.method) ||
    isAny(methods) ||
    listed(methods).includes(asked.method.toLowerCase());
  const refused = asked.headers.filter((name) => {
    const lower = name.toLowerCase();
    return !listed(headers).includes(lower) && !(isAny(headers) && lower !== "authorization");
  });
  return [
    ...(answer.status >= 200 && answer.status < 300
      ? []
      : failure("status", "200 to 299", String(answer.status))),
    ...(origin === asked.origin || isAny(origin)
      ? []
      : failure("header access-control-allow-origin", asked.origin, show(origin ?? undefined))),
    ...(isAllowedMethod
      ? []
      : failure("header access-control-allow-methods", asked.method, show(methods ?? undefined))),
    ...(refused.length === 0
      ? []
      : failure("header access-control-allow-headers", refused.join(", "), show(headers ?? undefined))),
    ...(!credentials || withCredentials === "true"
      ? []
      : failure("header access-control-allow-credentials", '"true"', show(withCredentials ?? undefined))),
  ];
}
