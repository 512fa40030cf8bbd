// Writes the JSON Schema of the stack files; run by `npm run schema`, in the checkout.
import { writeFileSync } from "node:fs";
import { application } from "../../rollout.config.ts";
import { schemaFile, schemaText } from "./json-schema.ts";

writeFileSync(schemaFile, schemaText(application));
