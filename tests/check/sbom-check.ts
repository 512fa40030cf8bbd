// Checks that the SBOM lists every package that web and workers are bundled from; part of `npm run check`. With --print it prints
// the SBOM, which is complete then: `npm run --silent sbom > sbom.cdx.json`.
import { bundledPackages, makeSbom, sbomFaults } from "./sbom.ts";

void (async () => {
  const root = process.cwd();
  const sbom = makeSbom(root);
  const faults = sbomFaults(sbom, await bundledPackages(root));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
  else if (process.argv.includes("--print")) process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);
})();
