import type { RecordedCall } from "./recorded-call.ts";

/** Why a call is not sent to an emulator; undefined where it is. */
export function whyLeftOut(
  { cloud, method, url, answer, body }: RecordedCall,
  hasUpload: boolean,
): string | undefined {
  if (cloud === undefined) return `${url.host} is none of the four clouds`;
  if (/^\/_?sandbox\//.test(url.pathname))
    return "a call of the sandbox's own; an empty image stands for what was built";
  // What a recording says is anybody's text: no command of it is run.
  if (cloud === "fly" && /\/machines\/[^/]+\/(exec|signal|ps)$/.test(url.pathname))
    return "meets a program, and none runs";
  if (answer === undefined) return "no answer was recorded";
  if (body.kind === "not kept" && !hasUpload) return `the body of this ${method} is not in the recording`;
  return undefined;
}
