import type { CloudContract } from "../call.ts";
import { openSchemaCheck } from "../schema-check.ts";
import { calls, document } from "./calls.ts";
import { githubDocument } from "./document.ts";

export const github: CloudContract = {
  calls,
  document,
  // The provider plugin takes every address but github.com for a GitHub Enterprise Server.
  bases: ["/api/v3", ""],
  prepare: () => githubDocument.prepare(),
  open: () => openSchemaCheck(githubDocument.read()),
};
