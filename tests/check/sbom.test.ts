import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Sbom } from "./sbom.ts";
import { bundledPackages, makeSbom, sbomFaults } from "./sbom.ts";

const root = join(import.meta.dirname, "..", "..");

describe("the SBOM of web and workers", () => {
  let sbom: Sbom;
  let bundled: readonly string[];
  beforeAll(async () => {
    sbom = makeSbom(root);
    bundled = await bundledPackages(root);
  }, 120_000);

  it("lists each package that is in the bundles, by its version, licence and digest", () => {
    expect(bundled.length).toBeGreaterThan(10);
    expect(sbomFaults(sbom, bundled)).toEqual([]);
    const [first = ""] = bundled;
    const component = sbom.components.find(({ name, version }) => `${name}@${version}` === first);
    expect(component).toMatchObject({ purl: `pkg:npm/${first.replace(/^@/, "%40")}` });
    expect(JSON.stringify(component?.["hashes"])).toContain("SHA-512");
    expect(component?.["licenses"]).toHaveLength(1);
  });

  it("lists nothing that is for development alone", () => {
    const names = sbom.components.map(({ name }) => name);
    expect(names.filter((name) => /^(vitest|eslint|typescript|drizzle-kit|@pulumi\/.*)$/.test(name))).toEqual(
      [],
    );
  });

  it("is refused where one is missing, or has another version", () => {
    const [first = "", second = ""] = bundled;
    const nameOf = (each: string): string => each.slice(0, each.lastIndexOf("@"));
    const components = sbom.components
      .filter(({ name }) => name !== nameOf(first))
      .map((each) => (each.name === nameOf(second) ? { ...each, version: "0.0.0" } : each));
    expect(sbomFaults({ ...sbom, components }, bundled)).toEqual([
      `${first} is in what is rolled out, and the SBOM does not list it`,
      `${second} is in what is rolled out, and the SBOM does not list it`,
    ]);
    expect(sbomFaults(sbom, [])).toEqual(["found no package in the bundles of web and workers"]);
  });
});
