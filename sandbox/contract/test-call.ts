import { beforeAll } from "vitest";
import type { CloudName } from "../cloud/emulator.ts";
import { facts } from "./seen/index.ts";
import type { Contract, SeenCall } from "../cloud/wire/answer-check.ts";
import { openContract } from "./index.ts";

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

/** What is found in an answer of a cloud. */
export type CheckAnswer = (request: string, answer: Partial<SeenCall>) => readonly string[];

/** The check of a cloud's answers, for the tests of a file. */
export function useContract(cloud: CloudName): {
  readonly check: CheckAnswer;
  readonly contract: () => Contract;
} {
  let contract: Contract;
  beforeAll(async () => {
    contract = await openContract();
  });
  return {
    check: (request, answer) => contract.check(seenCall(cloud, request, answer)),
    contract: () => contract,
  };
}
