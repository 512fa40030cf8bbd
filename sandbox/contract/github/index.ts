import { join } from "node:path";
import type { CloudContract } from "../call.ts";
import { openCache, packageOf } from "../cache.ts";
import { openSchemaCheck, type SchemaDocument } from "../schema-check.ts";
import { calls, document } from "./calls.ts";

const source = packageOf("@octokit/openapi-types");

export const githubDocument = openCache<SchemaDocument>(
  "github",
  source.version,
  ["read-document.ts", "calls.ts", "from-types.ts", "types-file.ts"].map((file) =>
    join(import.meta.dirname, file),
  ),
  // Loads TypeScript's compiler, which takes longer than to read what it made.
  async () => (await import("./read-document.ts")).readDocument(source.folder),
);

export const github: CloudContract = {
  calls,
  document,
  // The provider plugin takes every address but github.com for a GitHub Enterprise Server.
  bases: ["/api/v3", ""],
  prepare: () => githubDocument.prepare(),
  open: () => openSchemaCheck(githubDocument.read()),
};
