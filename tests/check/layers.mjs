/**
 * Which file may import which: `npm run check -- layers`, docs/decisions/layers.md. Imports of types count as well
 * (`tsPreCompilationDeps`): what is only a type today ties two files together anyway.
 */

/** Tests start a step from the top, through the dispatcher, so that the layers inside a folder are not theirs. */
const testCode = "(\\.test\\.ts|/test-[^/]+\\.ts|-fixture\\.ts)$";
/** Not tests, by whose names they go: they make a database for tests. */
const notTestCode = "^(cli/commands/test-database|infra/neon/test-database)\\.ts$";

/** Of `infra/`, the lowest first: a file imports from its own layer and from those below it. */
const infraLayers = [
  { name: "shared", path: "^infra/shared/" },
  { name: "dynamic", path: "^infra/dynamic/" },
  { name: "clouds", path: "^infra/(neon|fly|vercel|github|migration-lint)/" },
  // A host that runs Fly's image by the worker's fly.*.toml.
  { name: "hosts", path: "^infra/railway/" },
  { name: "rollout", path: "^infra/rollout/" },
  { name: "preview", path: "^infra/preview/" },
  { name: "engine", path: "^infra/engine/" },
];

/** Of `infra/rollout/`, likewise. */
const rolloutLayers = [
  { name: "rollout-lease", path: "^infra/rollout/lease/" },
  { name: "rollout-records", path: "^infra/rollout/(records/|record\\.ts$)" },
  { name: "rollout-ownership", path: "^infra/rollout/ownership/" },
  { name: "rollout-rules", path: "^infra/rollout/(?!(record|resources)\\.ts$)[^/]+\\.ts$" },
  { name: "rollout-work", path: "^infra/rollout/(rehearsal|restore|incident)/" },
  { name: "rollout-providers", path: "^infra/rollout/providers/" },
  { name: "rollout-declared", path: "^infra/rollout/resources\\.ts$" },
];

/** Of `stacks/`, likewise. `index.ts` puts them together; the command line uses each. */
const stacksLayers = [
  { name: "settings", path: "^stacks/settings/" },
  { name: "release", path: "^stacks/release/" },
  { name: "environment", path: "^stacks/environment/" },
];

/** One rule for each layer: it imports none of those above it. */
const noImportUp = (layers) =>
  layers.slice(0, -1).map(({ name, path }, index) => ({
    name: `${name}-not-up`,
    comment: `${name} is below ${layers
      .slice(index + 1)
      .map((above) => above.name)
      .join(", ")}: move what both need down.`,
    severity: "error",
    from: { path, pathNot: testCode },
    to: { path: layers.slice(index + 1).map((above) => above.path) },
  }));

const never = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    never(
      "no-circle",
      "Move the type or function that closes the circle down, into the file that the others import already.",
      { path: "^(infra|stacks|cli|src)/" },
      { circular: true },
    ),
    never(
      "resolves",
      "An import that leads nowhere is one that no rule here can see.",
      { path: "^(infra|stacks|cli|src)/" },
      { couldNotResolve: true, path: "^(\\.|@rollout/)" },
    ),

    // infra, src ← stacks ← cli
    never(
      "infra-alone",
      "infra/ is a library: the application and the stacks use it.",
      { path: "^infra/" },
      { path: "^(src|stacks|cli|bench|tests)/" },
    ),
    never(
      "application-alone",
      "src/ is the application, which does not know how it is rolled out.",
      { path: "^src/" },
      { path: "^(infra|stacks|cli|bench|tests)/" },
    ),
    never(
      "stacks-below-cli",
      "stacks/ is the program that Pulumi runs, with or without the command line.",
      { path: "^stacks/" },
      { path: "^(cli|bench|tests)/" },
    ),
    never(
      "cli-on-top",
      "cli/ does not need what measures or tests it.",
      { path: "^cli/", pathNot: testCode },
      { path: "^(bench|tests)/" },
    ),
    never(
      "sandbox-apart",
      "Two readings of a vendor's document test each other only while they share no code.",
      { path: "^(infra|stacks|cli|src)/" },
      { path: "^sandbox/" },
    ),
    never(
      "sandbox-alone",
      "Two readings of a vendor's document test each other only while they share no code.",
      { path: "^sandbox/" },
      { path: "^(infra|stacks|cli)/" },
    ),

    ...noImportUp(infraLayers),
    ...noImportUp(rolloutLayers),
    ...noImportUp(stacksLayers),
    never(
      "clouds-apart",
      "What two clouds need together is a step of the rollout.",
      { path: "^infra/(neon|fly|vercel|github|migration-lint)/" },
      {
        path: "^infra/(neon|fly|vercel|github|migration-lint)/",
        pathNot: "^infra/$1/",
      },
    ),
    never(
      "engine-by-its-door",
      "What runs inside the engine is entered by the dispatcher, and by what is loaded before Pulumi's SDK.",
      { path: "^(stacks|cli)/" },
      { path: "^infra/engine/", pathNot: "^infra/engine/(dispatch\\.ts|before-sdk\\.cjs)$" },
    ),
    never(
      "providers-by-path",
      "A resource is declared by its class; its provider is found by its path (docs/decisions/providers-by-path.md).",
      // It changes a secret of the repository without a stack.
      { path: "^(stacks|cli)/", pathNot: "^cli/commands/test-database\\.ts$" },
      { path: "^infra/[^/]+/providers/" },
    ),
    never(
      "code-without-tests",
      "What runs does not need what tests it.",
      { path: "^(infra|stacks|cli|src)/", pathNot: testCode },
      { path: testCode, pathNot: notTestCode },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|\\.vercel|\\.sandbox)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
    moduleSystems: ["es6", "cjs"],
  },
};
