import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { bundleOptions, entryPoints } from "../../../src/build/bundle.ts";
import type { MeasuredFile } from "./measured-files.ts";
import { inlineMap, mappedPlaces, type MappedPlace } from "./source-lines.ts";

/** What the hook kept of a source that was executed. */
export interface KeptSource {
  readonly url: string;
  /** Digest of the file that it was compiled from. */
  readonly file: string;
  readonly code: string;
}

/** A source that was executed, and where it comes from. */
export interface ExecutedCode {
  readonly places: readonly MappedPlace[];
  /** Paths in the project, in the order of the places' sources; of a file that is not measured, undefined. */
  readonly files: readonly (string | undefined)[];
}

/** Finds out what a kept source was compiled from; gives undefined for code that is not the project's own. */
export type CodeReader = (source: KeptSource) => ExecutedCode | undefined;

/** Reads modules, wherever their checkout is, and the bundles that are deployed, which carry no source map themselves. */
export async function openCodeReader(
  root: string,
  measured: ReadonlyMap<string, MeasuredFile>,
): Promise<CodeReader> {
  const bundles = await bundleMaps(root);
  return ({ url, file, code }) => {
    const bundled = [...bundles].find(([text]) => code.endsWith(text));
    if (bundled) {
      const [text, { mappings, sources }] = bundled;
      const firstLine = code.slice(0, -text.length).split("\n").length - 1;
      return {
        places: mappedPlaces(code, mappings, firstLine),
        files: sources.map((path) => known(path, measured)),
      };
    }
    const path = projectPath(url, file, measured);
    if (path === undefined) return undefined;
    const map = inlineMap(code);
    return { places: map ? mappedPlaces(code, map.mappings) : eachLine(code), files: [path] };
  };
}

const known = (path: string, measured: ReadonlyMap<string, MeasuredFile>): string | undefined =>
  measured.has(path) ? path : undefined;

/** The file of the project that `url` is a copy of. Another folder's `cli/main.ts`, or one that a test has changed, is not. */
function projectPath(
  url: string,
  digest: string,
  measured: ReadonlyMap<string, MeasuredFile>,
): string | undefined {
  const parts = decodeURIComponent(url).split("/");
  for (let from = parts.length - 1; from > 0; from -= 1) {
    const path = parts.slice(from).join("/");
    if (measured.get(path)?.digest === digest) return path;
  }
  return undefined;
}

/** A program that was not compiled: each line maps to its own line. */
function eachLine(code: string): readonly MappedPlace[] {
  let offset = 0;
  return code.split("\n").map((text, line) => {
    const place = { offset: offset + text.length - text.trimStart().length, source: 0, line };
    offset += text.length + 1;
    return place;
  });
}

interface BundleMap {
  readonly mappings: string;
  readonly sources: readonly string[];
}

/** The bundles of the project's sources as they are, by their text. */
async function bundleMaps(root: string): Promise<ReadonlyMap<string, BundleMap>> {
  const folder = await realpath(root);
  const artifacts = Object.keys(entryPoints(folder));
  const { outputFiles } = await build({
    ...bundleOptions(folder, artifacts),
    write: false,
    sourcemap: "external",
  });
  const text = (name: string): string =>
    outputFiles.find(({ path }) => path === join(folder, name))?.text ?? "";
  return new Map(
    artifacts.map((artifact) => {
      const map = JSON.parse(text(`${artifact}.mjs.map`)) as BundleMap;
      const sources = map.sources.map((source) => relative(folder, join(folder, source)));
      return [text(`${artifact}.mjs`), { mappings: map.mappings, sources }];
    }),
  );
}
