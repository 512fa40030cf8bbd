"use strict";
// The program and the providers of its resources, each as one file of plain JavaScript. To load 255 modules by tsx took 0.3 s of
// processor time at every start, one file 0.04 s. A bundle is made again when one of its sources has changed, and packages are
// none of it. Where it cannot be made or kept, the sources are loaded by tsx as they are. docs/decisions/start-up.md
const { createHash } = require("node:crypto");
const {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { dirname, join, relative, sep } = require("node:path");
const { mapTracesWhenRead } = require("./source-maps.cjs");

const root = join(__dirname, "..");
const folder = join(root, "node_modules", ".cache", "bundles");
const entries = { program: "stacks/index.ts", providers: "infra/engine/dispatch.ts" };
const ours = "@rollout/infra/";
/** So many bundles of each are kept: those of releases that a rollback and a branch go back to. */
const most = 8;

/** What the bundle depends on in addition to its sources. A change of this file makes new ones. */
const made = () => [
  readFileSync(__filename),
  readFileSync(join(root, "tsconfig.json")),
  readFileSync(join(root, "infra", "package.json")),
  require("esbuild/package.json").version,
];

/** Sources by their paths, in the order of these, with what each of them holds. */
function digestOf(contents) {
  const hash = createHash("sha256");
  for (const part of made()) hash.update(part).update("\0");
  for (const [path, content] of Object.entries(contents).sort(([one], [other]) => (one < other ? -1 : 1)))
    hash.update(path).update("\0").update(content).update("\0");
  return hash.digest("hex").slice(0, 32);
}

const sourcesFile = (name) => join(folder, `${name}.json`);
const bundleFile = (name, digest) => join(folder, `${name}-${digest}.cjs`);

/** The bundle of the sources as they are on disk; `false` where none can be made of them, undefined where none was made yet. */
function keptBundle(name) {
  try {
    const paths = JSON.parse(readFileSync(sourcesFile(name), "utf8"));
    const contents = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path))]));
    const file = bundleFile(name, digestOf(contents));
    return statSync(file).size > 0 && file;
  } catch {
    return undefined;
  }
}

/** Makes a bundle, named by the very contents that it was made of. Where that fails an empty one is kept, so that it is not tried again. */
async function makeBundle(name) {
  const contents = {};
  const built = await build(name, contents).catch(() => undefined);
  const file = bundleFile(name, digestOf(contents));
  mkdirSync(folder, { recursive: true });
  if (built) put(`${file}.map`, built.map);
  put(file, built ? built.code : "");
  put(sourcesFile(name), JSON.stringify(Object.keys(contents)));
  removeOld(name);
  return built !== undefined && file;
}

/** @param contents is filled with what was read, by path. */
async function build(name, contents) {
  const project = {
    name: "project",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === "entry-point") return undefined;
        return path.startsWith(ours)
          ? { path: join(root, "infra", `${path.slice(ours.length)}.ts`) }
          : { path, external: true };
      });
      onLoad({ filter: /./ }, ({ path }) => {
        const from = relative(root, path).split(sep).join("/");
        contents[from] = readFileSync(path);
        const text = contents[from].toString("utf8");
        if (!from.endsWith(".ts") || from.startsWith("..") || from.startsWith("node_modules/"))
          throw new Error(`${from} is no source of the program`);
        const place = `require("node:path").join(__filename, "../../../..", ${JSON.stringify(dirname(from))})`;
        // In front of the first line, so that all lines stay where they are.
        const asked = /\b__dirname\b/.test(text) ? `var __dirname = ${place}; ` : "";
        return { loader: "ts", contents: `${asked}${text}` };
      });
    },
  };
  const { outputFiles, warnings } = await require("esbuild").build({
    entryPoints: [join(root, entries[name])],
    outfile: join(folder, `${name}.cjs`),
    plugins: [project],
    tsconfig: join(root, "tsconfig.json"),
    ...{ bundle: true, write: false, platform: "node", format: "cjs", target: "node22", keepNames: true },
    ...{ sourcemap: "external", sourcesContent: false, logLevel: "silent" },
  });
  const [meta] = warnings.filter(({ id }) => id === "empty-import-meta");
  if (meta) throw new Error(`${meta.location?.file ?? name} asks by import.meta where it is`);
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
  return { code: textOf(".cjs"), map: textOf(".map") };
}

/** Whole or not at all: others may read it, or make the same. */
function put(file, text) {
  const own = `${file}.${String(process.pid)}`;
  writeFileSync(own, text);
  renameSync(own, file);
}

function removeOld(name) {
  const found = readdirSync(folder)
    .filter((file) => file.startsWith(`${name}-`) && file.endsWith(".cjs"))
    .map((file) => ({ file, at: statSync(join(folder, file)).mtimeMs }))
    .sort((one, other) => other.at - one.at);
  for (const { file } of found.slice(most))
    for (const each of [file, `${file}.map`]) rmSync(join(folder, each), { force: true });
}

/** Where the maps of sources are asked for, as for a measurement of coverage, the sources are loaded themselves. */
function areUsed() {
  process.setSourceMapsEnabled(true);
  // Who measures keeps them on.
  process.setSourceMapsEnabled(false);
  return !process.sourceMapsEnabled;
}

/** Loads a module of the project as it is. */
function loadByTsx(path) {
  require("tsx/cjs");
  mapTracesWhenRead();
  return require(join(root, path));
}

/** @returns what the program's module exports. */
async function loadProgram() {
  if (areUsed()) {
    const file = keptBundle("program") ?? (await makeAll().catch(() => false));
    if (file) {
      mapTracesWhenRead();
      return require(file);
    }
  }
  return loadByTsx(entries.program);
}

async function makeAll() {
  // The provider's process has started already: it finds its bundle the next time.
  const [program] = await Promise.all([makeBundle("program"), makeBundle("providers")]);
  await require("esbuild").stop?.();
  return program;
}

/**
 * Has the line that stands in each state as a resource's provider find the bundle: it loads tsx and then the module by its name. What
 * else is loaded by tsx later still is.
 */
function useBundleOfProviders() {
  const file = areUsed() && keptBundle("providers");
  if (!file) {
    require("tsx/cjs");
    mapTracesWhenRead();
    return;
  }
  mapTracesWhenRead();
  const loader = require.resolve("tsx/cjs");
  preload(loader, {});
  Module._extensions[".ts"] = (module, path) => {
    delete Module._extensions[".ts"];
    delete require.cache[loader];
    require("tsx/cjs");
    mapTracesWhenRead();
    Module._extensions[".ts"](module, path);
  };
  preload(join(root, entries.providers), require(file));
  // The engine kills its provider, which would never write what Node keeps of the compiled code; where that is there nothing is done.
  setTimeout(() => Module.flushCompileCache?.(), 1_000).unref();
}

/** Gives who loads a file these exports. */
function preload(filename, exports) {
  require.cache[filename] = Object.assign(new Module(filename), { filename, loaded: true, exports });
}

module.exports = { loadProgram, useBundleOfProviders };
