import type { CloudCall, ErrorOfCall } from "./cloud-call.ts";
import { callOf } from "./cloud-call.ts";
import type { Cloud } from "./cloud-names.ts";

/**
 * A success that cannot be the cloud's own answer. Whether the call was carried out is not known: a proxy may have answered in its
 * place, or the connection may have ended in the middle. A vendor's client that ignored it would report a change that never was.
 */
export class UnreadableAnswer extends Error implements ErrorOfCall {
  // As the other errors of a call without an answer.
  override readonly name = "NoAnswer";
  readonly call: CloudCall;
  /** What came instead. */
  readonly what: string;

  constructor(cloud: Cloud, method: string, path: string, status: number, what: string) {
    super(`${cloud} answered ${method} ${path} with ${what}`);
    this.what = what;
    this.call = callOf(cloud, method, path, status);
  }
}

const withoutBody = [204, 205];

/** What makes a success no answer of a cloud's API, whose bodies are JSON; undefined where nothing does. */
export async function whyUnreadable(method: string, answer: Response): Promise<string | undefined> {
  if (!answer.ok || method === "HEAD" || withoutBody.includes(answer.status)) return undefined;
  const type = answer.headers.get("content-type") ?? "";
  if (/^text\/html\b/i.test(type)) return "an HTML page, as a proxy or a login page of a network does";
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type) || /stream/i.test(type)) return undefined;
  const text = await answer.clone().text();
  if (text.trim() === "") return "an empty body, where JSON was announced";
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return "JSON that is cut off or damaged";
  }
}
