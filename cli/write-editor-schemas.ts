// Writes the JSON Schemas of smoke suites and load profiles; run by `npm run schema`, in the checkout.
import { writeFileSync } from "node:fs";
import { editorSchemas } from "./editor-schemas.ts";

for (const [file, text] of Object.entries(editorSchemas)) writeFileSync(file, text());
