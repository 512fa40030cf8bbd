// Writes the JSON Schema of the smoke suites; run by `npm run schema`, in the checkout.
import { writeFileSync } from "node:fs";
import { suiteSchemaFile, suiteSchemaText } from "./suite-json-schema.ts";

writeFileSync(suiteSchemaFile, suiteSchemaText());
