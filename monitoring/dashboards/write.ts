// Writes the dashboards as JSON next to this file: npm run dashboards.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dashboardFiles } from "./files.ts";

for (const [name, text] of dashboardFiles()) writeFileSync(join(import.meta.dirname, name), text);
