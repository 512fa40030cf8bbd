import type { CloudContract } from "../call.ts";
import { openSchemaCheck } from "../schema-check.ts";
import { calls, document } from "./calls.ts";
import { vercelDocument } from "./document.ts";

export const vercel: CloudContract = {
  calls,
  document,
  bases: [""],
  prepare: () => vercelDocument.prepare(),
  open: () => openSchemaCheck(vercelDocument.read()),
};
