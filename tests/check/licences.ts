import { z } from "zod";

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.string().optional(),
      version: z.string().optional(),
      link: z.boolean().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});

/** Licences that ask for no more than to be named, by their SPDX identifier. */
const allowed: ReadonlySet<string> = new Set([
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0"],
  ...["ISC", "MIT", "MIT-0", "PSF-2.0", "Python-2.0"],
]);

/** A package that may have another licence, and why. */
interface Exception {
  readonly licence: string;
  readonly reason: string;
  /** Whether it is a tool of development alone, which nothing that is rolled out contains. */
  readonly isDevelopment?: true;
}

const exceptions: Readonly<Record<string, Exception>> = {
  "@logdna/tail-file": { licence: "SEE LICENSE IN LICENSE", reason: "the file holds the MIT licence" },
  "@sonarsource/analyzer-commons-configurations": {
    ...{ licence: "LGPL-3.0-only", reason: "of eslint-plugin-sonarjs", isDevelopment: true },
  },
  "eslint-plugin-sonarjs": {
    ...{ licence: "LGPL-3.0-only", reason: "a linter, run unchanged", isDevelopment: true },
  },
  lightningcss: { licence: "MPL-2.0", reason: "of vite, used unchanged", isDevelopment: true },
  "spdx-exceptions": { licence: "CC-BY-3.0", reason: "a list of names, which names its authors" },
};

/**
 * The packages of a lock file whose licence is neither allowed nor excepted, one line each, and the exceptions that no package
 * needs any more.
 *
 * @param named Exceptions by the package's name, for tests; those of this repository by default.
 */
export function licenceFaults(
  lock: unknown,
  named: Readonly<Record<string, Exception>> = exceptions,
): readonly string[] {
  const used = new Set<string>();
  const faults = Object.entries(lockFile.parse(lock).packages).flatMap(([path, found]) => {
    if (!path.includes("node_modules/") || found.link) return [];
    const name = path.replace(/^.*node_modules\//, "");
    const { license = "none" } = found;
    if (isAllowed(license)) return [];
    // Its builds for each platform have the licence of the package.
    const of = name in named ? name : name.replace(/-(android|darwin|freebsd|linux|win32)-.*$/, "");
    const exception = named[of];
    used.add(of);
    if (exception?.licence !== license)
      return [`${name}: expected a licence that only asks to be named, found ${license}: ${remedy}`];
    return exception.isDevelopment && !found.dev
      ? [`${name}: ${license} is allowed in development alone, and a production dependency needs it`]
      : [];
  });
  const unused = Object.keys(named).filter((name) => !used.has(name));
  return [...faults, ...unused.map((name) => `${name}: no package needs its exception any more: delete it`)];
}

const remedy = "take another package, or give the reason in tests/check/licences.ts";

/** `(MIT OR CC0-1.0)` needs one of them, `(BSD-3-Clause AND Apache-2.0)` both. */
function isAllowed(expression: string): boolean {
  const inner = expression.replace(/^\((.*)\)$/, "$1");
  if (inner.includes("(")) return false;
  return inner
    .split(" OR ")
    .some((either) => either.split(" AND ").every((licence) => allowed.has(licence.trim())));
}
