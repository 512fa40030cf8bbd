import type { CloudName } from "../cloud/stand-in.ts";
import { facts } from "./seen/index.ts";
import type { SeenCall } from "../cloud/wire/answer-check.ts";

/** A call with its answer, as the wire would have seen it: `GET /v2/user` and what matters to the test. */
export function seenCall(cloud: CloudName, request: string, answer: Partial<SeenCall>): SeenCall {
  const [method = "", target = ""] = request.split(" ");
  const [path = "", query = ""] = target.split("?");
  return {
    ...{ cloud, method, path, query, requestBody: undefined, status: 200, body: undefined },
    headers: new Headers(facts[cloud].headers.map(({ header }) => [header, "1"])),
    ...answer,
  };
}
