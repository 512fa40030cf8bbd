// Builds every part as one file that runs on this machine, into the folder of ROLLOUT_OUTPUT.
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

const out = process.env.ROLLOUT_OUTPUT ?? "";
await bundle("web/all.mjs", join(out, "web.mjs"));
for (const name of ["packing", "billing", "courier"])
  await bundle(`workers/${name}.mjs`, join(out, `${name}.mjs`));
