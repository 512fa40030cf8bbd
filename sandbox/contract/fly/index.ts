import type { CloudContract } from "../call.ts";
import { checkOfOwnSchemas } from "../own-schemas.ts";
import { calls, document } from "./calls.ts";
import { operations, refusal } from "./schemas.ts";

export const fly: CloudContract = {
  calls,
  document,
  bases: [""],
  // Written here; there is no document to read.
  prepare: async () => undefined,
  open: () => checkOfOwnSchemas(calls, operations, refusal),
};
