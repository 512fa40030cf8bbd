import type { CloudName } from "../cloud/emulator.ts";

export type ReplayedCloud = Exclude<CloudName, "railway" | "ai">;

/** A call of a recording. */
export interface RecordedCall {
  /** Its place in the file, from 0. */
  readonly index: number;
  /** Undefined where it went to none of the clouds that are replayed. */
  readonly cloud: ReplayedCloud | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly milliseconds: number;
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: RecordedBody;
  /** Undefined where none came. */
  readonly answer: Answer | undefined;
}

/** What was sent. */
export type RecordedBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly json: unknown }
  /** Left out of the recording, or no JSON. */
  | { readonly kind: "not kept" };

/** What a cloud, or its emulator, answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of JSON alone. */
  readonly json: unknown;
  readonly hasBody: boolean;
}

/** A read that is sent as a POST counts as one. */
export function isRead({ method, url, body }: RecordedCall): boolean {
  if (method === "GET" || method === "HEAD") return true;
  if (method !== "POST" || !url.pathname.endsWith("/graphql") || body.kind !== "json") return false;
  const { query } = body.json as { readonly query?: unknown };
  return typeof query === "string" && !/^\s*mutation\b/.test(query);
}

/** Why a call is not sent to an emulator; undefined where it is. */
export function whyLeftOut(
  { cloud, method, url, answer, body }: RecordedCall,
  hasUpload: boolean,
): string | undefined {
  if (cloud === undefined)
    return isOfRailway(url)
      ? "Railway's deployments run programs, and none runs in a replay"
      : `${url.host} is none of the four clouds`;
  if (/^\/_?sandbox\//.test(url.pathname))
    return "a call of the sandbox's own; an empty image stands for what was built";
  // What a recording has may be written by anyone: no command of it is run.
  if (cloud === "fly" && /\/machines\/[^/]+\/(exec|signal|ps)$/.test(url.pathname))
    return "meets a program, and none runs";
  if (answer === undefined) return "no answer was recorded";
  if (body.kind === "not kept" && !hasUpload) return `the body of this ${method} is not in the recording`;
  return undefined;
}

/** By its path, which no other cloud has: its address in a recording may be any. */
const isOfRailway = ({ pathname }: URL): boolean => pathname === "/graphql/v2";

/** The same for every repetition of a call. */
export const keyOf = ({ method, url, body }: RecordedCall): string =>
  `${method} ${url.href} ${body.kind === "json" ? JSON.stringify(body.json) : ""}`;

/** The words and ids of a path, decoded. */
export const segmentsOf = (url: URL): readonly string[] =>
  url.pathname
    .split("/")
    .filter((segment) => segment !== "")
    .map(decoded);

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the recorder writes in place of a secret. */
export const redacted = "REDACTED";
