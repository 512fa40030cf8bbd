import { appendFileSync } from "node:fs";
import type { CloudName } from "../emulator.ts";

/** A call with its answer, as the client saw both. Bodies are parsed JSON; one of another kind is `undefined`. */
export interface SeenCall {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly requestBody: unknown;
  readonly status: number;
  readonly body: unknown;
  /** Of the answer. */
  readonly headers: Headers;
}

/** What is wrong with an answer; empty when it is as the vendor documents. Never a secret's value. */
export type CheckAnswer = (call: SeenCall) => readonly string[];

/** The vendors' documents, as far as answers are held against them. */
export interface Contract {
  readonly check: CheckAnswer;
  /** The vendor's name of a call; none when no document has it. */
  callName(call: SeenCall): string | undefined;
}

export interface WrongAnswer {
  readonly cloud: CloudName;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly wrong: readonly string[];
}

export interface CountedCall {
  readonly cloud: CloudName;
  readonly name: string;
  count: number;
}

/** Holds every answer against the contract, and keeps what it found. */
export interface AnswerCheck {
  /** To be called before the routes get the request. Gives what examines their answer and returns what to send. */
  observe(cloud: CloudName, request: Request): (answer: Response) => Promise<Response>;
  readonly wrongAnswers: readonly WrongAnswer[];
  /** Answered by a route, but in none of the documents. */
  undocumentedCalls(): readonly CountedCall[];
  /** Every distinct call that has a name. */
  seenCalls(): readonly CountedCall[];
}

const keptAnswers = 500;

/** `findingsFile` gets a line of JSON for each finding: it outlives the process that a test kills. */
export function openAnswerCheck(contract: Contract, findingsFile: string): AnswerCheck {
  const wrongAnswers: WrongAnswer[] = [];
  const undocumented = new Map<string, CountedCall>();
  const seen = new Map<string, CountedCall>();

  const writeDown = (finding: WrongAnswer): void =>
    appendFileSync(findingsFile, `${JSON.stringify(finding)}\n`);

  const judge = (call: SeenCall): void => {
    const { cloud, method, path, status } = call;
    const name = contract.callName(call);
    if (name !== undefined) count(seen, cloud, name);
    else if (count(undocumented, cloud, `${method} ${path}`))
      writeDown({ cloud, method, path, status, wrong: ["the call is in none of the documents"] });
    const wrong = contract.check(call);
    if (wrong.length === 0) return;
    const finding: WrongAnswer = { cloud, method, path, status, wrong };
    if (wrongAnswers.length < keptAnswers) wrongAnswers.push(finding);
    writeDown(finding);
  };

  return {
    wrongAnswers,
    undocumentedCalls: () => [...undocumented.values()],
    seenCalls: () => [...seen.values()],
    observe: (cloud, request) => {
      const { method } = request;
      const url = new URL(request.url);
      const copy = isJson(request.headers) ? request.clone() : undefined;
      return async (answer) => {
        const { status, headers } = answer;
        const requestBody = parse(await copy?.text().catch(() => undefined));
        const judgeText = (text: string | undefined): void =>
          judge({
            ...{ cloud, method, path: url.pathname, query: url.search.slice(1), requestBody, status },
            body: isLines(headers) ? parseLines(text) : parse(text),
            headers,
          });
        // It may last for minutes, and is passed on as it comes.
        if (isLines(headers) && answer.body)
          return new Response(answer.body.pipeThrough(heardTo(judgeText)), { status, headers });
        const text = isJson(headers) ? await answer.text() : undefined;
        judgeText(text);
        return text === undefined ? answer : new Response(text, { status, headers });
      };
    },
  };
}

/** Counts one more; returns whether it is the first. */
function count(calls: Map<string, CountedCall>, cloud: CloudName, name: string): boolean {
  const key = `${cloud} ${name}`;
  const known = calls.get(key);
  if (known) known.count += 1;
  else calls.set(key, { cloud, name, count: 1 });
  return known === undefined;
}

/** JSON in each line. */
const lines = "application/stream+json";

const isLines = (headers: Headers): boolean => headers.get("content-type")?.startsWith(lines) ?? false;

/** Passes bytes on, and gives what was complete of them at the end, be it that of the stream or that the client leaves. */
function heardTo(give: (text: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const chunks: Uint8Array[] = [];
  const complete = (): void => {
    const text = Buffer.concat(chunks).toString("utf8");
    give(text.slice(0, text.lastIndexOf("\n") + 1));
  };
  return new TransformStream({
    transform: (chunk, controller) => {
      chunks.push(chunk);
      controller.enqueue(chunk);
    },
    flush: complete,
    cancel: complete,
  });
}

const parseLines = (text: string | undefined): unknown[] =>
  (text ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map(parse);

const isJson = (headers: Headers): boolean =>
  /^application\/([^;]*\+)?json\b/.test(headers.get("content-type") ?? "");

function parse(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
