import type { Emulators } from "./emulators.ts";
import { isTime } from "./names.ts";
import { type Answer, type RecordedCall, decoded, redacted, type ReplayedCloud } from "./recorded-call.ts";
import { parsedJson } from "./read-har.ts";
import type { SecretValues } from "./secret-values.ts";
import type { Substitutions } from "./substitutions.ts";

/** As long as the slowest call of an emulator, which waits for a machine. */
const limitMilliseconds = 90_000;

/** Of the connection, of the caller, or made again here. */
const notSent =
  /^(:.*|host|connection|keep-alive|transfer-encoding|upgrade|te|trailer|expect|content-length|accept-encoding|authorization|cookie)$/i;

/** Something to send in place of what the recording has not kept. */
export interface Upload {
  readonly content: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Sender {
  /** Sends the call to its emulator, with the names of today. @throws where no answer comes */
  send(call: RecordedCall, cloud: ReplayedCloud, upload?: Upload): Promise<Answer>;
}

export function openSender(
  { origins, tokens }: Pick<Emulators, "origins" | "tokens">,
  names: Substitutions,
  secrets: SecretValues,
): Sender {
  const addressOf = ({ url, startedAt }: RecordedCall, cloud: ReplayedCloud): string => {
    const path = url.pathname.split("/").map((segment) => encodeURIComponent(ofPath(decoded(segment))));
    const query = new URLSearchParams(
      [...url.searchParams].map(([name, value]): [string, string] => [name, ofQuery(name, value, startedAt)]),
    );
    return `${origins[cloud]}${path.join("/")}${query.size > 0 ? `?${query.toString()}` : ""}`;
  };

  const ofPath = (segment: string): string => {
    if (!/^\d{1,15}$/.test(segment)) return names.apply(segment);
    const number = Number(segment);
    const id = names.applyToNumber("id", number);
    return String(id === number ? names.applyToNumber("number", number) : id);
  };

  const ofQuery = (name: string, value: string, startedAt: number): string =>
    /^\d{1,15}$/.test(value)
      ? String(names.applyToNumber(name, Number(value)))
      : isTime(value)
        ? moved(value, startedAt)
        : names.apply(value);

  const bodyOf = async ({ body, startedAt }: RecordedCall): Promise<string | undefined> => {
    if (body.kind !== "json") return undefined;
    return JSON.stringify(await secrets.fill(names.applyTo(withTimesOfNow(body.json, startedAt))));
  };

  return {
    send: async (call, cloud, upload) => {
      const headers = new Headers();
      for (const [name, value] of call.headers)
        if (!notSent.test(name) && value !== redacted) headers.set(name, names.apply(value));
      headers.set("authorization", `Bearer ${tokens[cloud]}`);
      for (const [name, value] of Object.entries(upload?.headers ?? {})) headers.set(name, value);
      const body = upload?.content ?? (await bodyOf(call));
      const response = await fetch(addressOf(call, cloud), {
        method: call.method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(limitMilliseconds),
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      const isJson = /\bjson\b/i.test(response.headers.get("content-type") ?? "");
      const json = isJson ? parsedJson(text) : undefined;
      secrets.observe(json);
      return { status: response.status, headers: response.headers, json, hasBody: text !== "" };
    },
  };
}

/** As long before or after now as it was before or after the call. */
const moved = (time: string, startedAt: number): string =>
  new Date(Date.now() + (Date.parse(time) - startedAt)).toISOString();

function withTimesOfNow(value: unknown, startedAt: number): unknown {
  if (typeof value === "string") return isTime(value) ? moved(value, startedAt) : value;
  if (Array.isArray(value)) return value.map((each) => withTimesOfNow(each, startedAt));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withTimesOfNow(each, startedAt)]),
  );
}
