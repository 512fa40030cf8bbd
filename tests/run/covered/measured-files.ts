import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { mappedPlaces } from "./source-lines.ts";

/** A file whose coverage is measured. */
export interface MeasuredFile {
  readonly digest: string;
  /** Its lines with code, from 0. Types, imports, comments and blank lines are none. */
  readonly lines: ReadonlySet<number>;
}

const folders = ["infra", "stacks", "cli", "src"];

/** Tests, what only tests load, and settings of a vendor's tool. */
const isMeasured = (file: string): boolean =>
  /\.(ts|cjs|mjs)$/.test(file) && !/(\.test|-fixture|\.config)\.ts$|\/test-corpus\.ts$/.test(file);

/** The files of the project that are measured, by path. */
export function measuredFiles(root: string): ReadonlyMap<string, MeasuredFile> {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z", ...folders],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const files = listed.split("\0").filter((file) => isMeasured(file) && existsSync(join(root, file)));
  return new Map(files.map((file) => [file, readMeasured(join(root, file))]));
}

function readMeasured(path: string): MeasuredFile {
  const text = readFileSync(path, "utf8");
  const { code, map } = transformSync(text, {
    loader: path.endsWith(".ts") ? "ts" : "js",
    sourcemap: "external",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const { mappings } = JSON.parse(map) as { readonly mappings: string };
  const imports = importLines(text);
  return {
    digest: createHash("sha256").update(text).digest("hex"),
    lines: new Set(
      mappedPlaces(code, mappings)
        .map(({ line }) => line)
        .filter((line) => !imports.has(line)),
    ),
  };
}

/** Lines of imports and re-exports: a bundle has none of them, whatever it holds of the modules. */
function importLines(text: string): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const found of text.matchAll(/^(?:import|export)\b[^;()]*?["'][^"'\n]+["'];?$/gm)) {
    const first = text.slice(0, found.index).split("\n").length - 1;
    const count = found[0].split("\n").length;
    for (let line = first; line < first + count; line += 1) lines.add(line);
  }
  return lines;
}
