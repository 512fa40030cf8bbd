import type { CloudContract } from "../call.ts";
import { openSchemaCheck } from "../schema-check.ts";
import { calls, document } from "./calls.ts";
import { commandLineOperations } from "./command-line.ts";
import { vercelDocument } from "./document.ts";

export const vercel: CloudContract = {
  calls,
  document,
  bases: [""],
  prepare: () => vercelDocument.prepare(),
  open: () => {
    const { operations, definitions } = vercelDocument.read();
    return openSchemaCheck({ operations: { ...operations, ...commandLineOperations }, definitions });
  },
};
