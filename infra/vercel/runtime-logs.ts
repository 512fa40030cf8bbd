import { z } from "zod";
import type { Access } from "../shared/cloud-access.ts";
import { ApiError } from "../shared/json-api.ts";

/** What a deployment has answered or printed. */
export interface RuntimeLine {
  readonly id: string;
  /** RFC 3339, by Vercel's clock. */
  readonly at: string;
  /** `error`, `warning`, `info`, … */
  readonly level: string;
  /** `GET /path 200`; empty where the line belongs to no request. */
  readonly request: string;
  /** What was printed; empty where nothing was. */
  readonly text: string;
}

const row = z.object({
  rowId: z.string(),
  level: z.string(),
  source: z.string(),
  timestampInMs: z.number(),
  message: z.string().default(""),
  requestMethod: z.string().default(""),
  requestPath: z.string().default(""),
  responseStatusCode: z.number().default(0),
});

/** Until the answer begins, in milliseconds. */
const headLimit = 60_000;

/**
 * The lines of a deployment's functions from now on, until Vercel ends the stream (after five minutes) or the signal is aborted:
 * https://vercel.com/docs/rest-api/logs/get-logs-for-a-deployment. Earlier ones the call does not give.
 *
 * @param place `project` is the project's id.
 * @throws ApiError of an answer that is not a success; what fetch throws where there is none, or it ends in its middle.
 */
export async function* runtimeLogs(
  access: Access,
  place: { readonly team: string; readonly project: string; readonly deployment: string },
  signal: AbortSignal,
): AsyncGenerator<RuntimeLine> {
  const [team, project, deployment] = [place.team, place.project, place.deployment].map(encodeURIComponent);
  const path = `/v1/projects/${String(project)}/deployments/${String(deployment)}/runtime-logs`;
  const head = new AbortController();
  const timer = setTimeout(() => head.abort(new Error("no answer in time")), headLimit);
  try {
    const answer = await fetch(`${access.baseUrl}${path}?teamId=${String(team)}&format=lines`, {
      headers: { authorization: `Bearer ${access.token}`, accept: "application/stream+json" },
      signal: AbortSignal.any([signal, head.signal]),
    });
    clearTimeout(timer);
    if (!answer.ok || !answer.body) throw await refusal(path, answer);
    for await (const text of linesOf(answer.body)) {
      const parsed = row.safeParse(jsonIn(text));
      if (!parsed.success) continue;
      const { source, ...line } = parsed.data;
      // By it Vercel ends the stream.
      if (source === "delimiter" && line.rowId === "") return;
      yield lineOf(line);
    }
  } finally {
    clearTimeout(timer);
  }
}

function lineOf(given: Omit<z.infer<typeof row>, "source">): RuntimeLine {
  const { rowId: id, level, timestampInMs, message, requestMethod, requestPath, responseStatusCode } = given;
  const status = responseStatusCode > 0 ? String(responseStatusCode) : "";
  return {
    ...{ id, level, at: new Date(timestampInMs).toISOString(), text: message.trimEnd() },
    request: [requestMethod, requestPath, status].filter((part) => part !== "").join(" "),
  };
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line.trim() !== "");
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function refusal(path: string, answer: Response): Promise<ApiError> {
  const text = await answer.text();
  const id = answer.headers.get("x-vercel-id") ?? undefined;
  return new ApiError("vercel", `GET ${path}`, answer.status, jsonIn(text) ?? text, id);
}
