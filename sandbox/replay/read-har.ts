import { readFileSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../user-error.ts";
import type { Answer, RecordedBody, RecordedCall, ReplayedCloud } from "./recorded-call.ts";

/** What a replay needs of HAR 1.2 (w3c.github.io/web-performance/specs/HAR/Overview.html); everything else may be there. */
const headers = z.array(z.object({ name: z.string().min(1), value: z.string() }));
const address = z.string().refine((text) => /^https?:/.test(text) && URL.canParse(text), {
  error: "expected an address with http or https",
});
const entry = z.object({
  startedDateTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), { error: "expected a time" }),
  time: z.number(),
  /** As `bin/rollout --record` writes it. */
  _cloud: z.string().optional(),
  request: z.object({
    method: z.string().min(1),
    url: address,
    headers: headers.default([]),
    bodySize: z.number().default(-1),
    postData: z.object({ text: z.string().optional() }).optional(),
  }),
  response: z.object({
    status: z.number().int(),
    headers: headers.default([]),
    content: z
      .object({
        size: z.number().default(0),
        mimeType: z.string().default(""),
        text: z.string().optional(),
        encoding: z.string().optional(),
      })
      .default({ size: 0, mimeType: "" }),
  }),
});
const har = z.object({ log: z.object({ entries: z.array(entry) }) });

type Entry = z.output<typeof entry>;

const mostFaults = 20;

/** Reads a recording, its calls in the order in which they began. @throws UserError with all that is wrong with it */
export function readHar(file: string): readonly RecordedCall[] {
  const parsed = har.safeParse(contentOf(file));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `  ${placeOf(path)}: ${message}`);
    const more = faults.length > mostFaults ? [`  … and ${String(faults.length - mostFaults)} more`] : [];
    throw new UserError(
      [
        `${file} is not a HAR file that can be replayed:`,
        ...faults.slice(0, mostFaults),
        ...more,
        remedy,
      ].join("\n"),
      2,
    );
  }
  return parsed.data.log.entries
    .map(callOf)
    .sort((one, other) => one.startedAt - other.startedAt || one.index - other.index);
}

const remedy = "Make one with: bin/rollout up --stack staging --record run.har";

function contentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}\n${remedy}`, 2);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the file.
    throw new UserError(`${file} is not JSON, and so no HAR file.\n${remedy}`, 2);
  }
}

/** `log.entries[3].response.status` */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === "number" ? `[${String(part)}]` : `.${String(part)}`))
    .join("")
    .slice(1) || "the file";

function callOf({ startedDateTime, time, _cloud, request, response }: Entry, index: number): RecordedCall {
  const url = new URL(request.url);
  return {
    index,
    cloud: cloudOf(_cloud, url),
    startedAt: Date.parse(startedDateTime),
    milliseconds: Math.max(0, time),
    method: request.method.toUpperCase(),
    url,
    headers: headersOf(request.headers),
    body: bodyOf(request),
    answer: response.status === 0 ? undefined : answerOf(response),
  };
}

const hosts: Readonly<Record<string, ReplayedCloud>> = {
  "console.neon.tech": "neon",
  "api.machines.dev": "fly",
  "api.fly.io": "fly",
  "api.vercel.com": "vercel",
  "api.github.com": "github",
};

/** The recorder names it; of other recordings the host does. */
function cloudOf(named: string | undefined, { hostname }: URL): ReplayedCloud | undefined {
  const clouds = Object.values(hosts);
  return named === undefined ? hosts[hostname] : clouds.find((cloud) => cloud === named);
}

function bodyOf({ bodySize, postData }: Entry["request"]): RecordedBody {
  const json = parsedJson(postData?.text);
  if (json !== undefined) return { kind: "json", json };
  return bodySize > 0 || (postData?.text ?? "") !== "" ? { kind: "not kept" } : { kind: "none" };
}

function answerOf({ status, headers: given, content }: Entry["response"]): Answer {
  const { text, encoding, size } = content;
  const plain =
    encoding === "base64" && text !== undefined ? Buffer.from(text, "base64").toString("utf8") : text;
  const all = headersOf(given);
  if (!all.has("content-type") && content.mimeType !== "") all.set("content-type", content.mimeType);
  return { status, headers: all, json: parsedJson(plain), hasBody: size > 0 || (plain ?? "") !== "" };
}

export function parsedJson(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function headersOf(given: Entry["request"]["headers"]): Headers {
  const all = new Headers();
  for (const { name, value } of given)
    try {
      all.append(name, value);
    } catch {
      // Pseudo headers of HTTP/2, as browsers export them: `:authority`.
    }
  return all;
}
