"use strict";
// Loaded before Pulumi's SDK: in the program's process by `nodeargs` of Pulumi.yaml, in the provider's by its first line.
//
// Packages that others load at every start, and of which a rollout uses nothing, are loaded when something of them is
// first used. Of Pulumi's SDK: TypeScript's compiler, a reader of package.json and V8's debugger, for a serializer of functions
// (resource.ts has our own way), its Automation API, and what sends traces (`pulumi up --tracing`). Of zod: its messages in fifty
// languages. docs/decisions/start-up.md
const Module = require("node:module");

// Pulumi takes the first `node` on the PATH, whichever it is.
require("../../bin/node-version.cjs").requireNode();
require("../../bin/compile-cache.cjs");

const ofSdk = Module.createRequire(require.resolve("@pulumi/pulumi"));

loadWhenUsed(ofSdk, "typescript");
loadWhenUsed(ofSdk, "./automation");
// A program waits for the debugger, which from then on is reported each file that is loaded.
loadWhenUsed(ofSdk, "./runtime/closure/v8Hooks", { isInitializedAsync: () => Promise.resolve() });
loadWhenCalled(ofSdk, "normalize-package-data");
loadWhenUsed(require, "zod/v4/locales");
// The engine sets it where it collects traces itself; the SDK then uses these packages at once.
if (!process.env.TRACEPARENT)
  loadTogetherWhenCalled(ofSdk, [
    "@opentelemetry/instrumentation",
    "@opentelemetry/instrumentation-grpc",
    "@opentelemetry/exporter-zipkin",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/sdk-trace-node",
  ]);
// It would parse the source maps of the SDK for each trace of one of its promises. Traces of ours: bin/source-maps.cjs.
putOff(ofSdk, "source-map-support/register", () => ({}));

/** @param known What is given without loading it. */
function loadWhenUsed(ofUser, name, known = {}) {
  putOff(ofUser, name, (load, isLoaded) => {
    return new Proxy(
      {},
      {
        // Asked by the helper with which compiled code imports a package, before anything is used.
        get: (_target, key) => {
          if (key === "__esModule" && !isLoaded()) return true;
          return key in known ? known[key] : Reflect.get(load(), key);
        },
        has: (_target, key) => Reflect.has(load(), key),
        ownKeys: () => Reflect.ownKeys(load()),
        getOwnPropertyDescriptor: (_target, key) => {
          const found = Reflect.getOwnPropertyDescriptor(load(), key);
          return found && { ...found, configurable: true };
        },
      },
    );
  });
}

/** Of a package that is one function. */
function loadWhenCalled(ofUser, name) {
  putOff(
    ofUser,
    name,
    (load) =>
      (...args) =>
        load()(...args),
  );
}

/** Of packages that load each other, and of which functions and classes are used: all of them at the first call. */
function loadTogetherWhenCalled(ofUser, names) {
  const loads = [];
  for (const name of names)
    putOff(ofUser, name, (load) => {
      loads.push(load);
      const loadAll = () => {
        for (const each of loads) each.forget();
        return load();
      };
      return new Proxy({}, { get: (_target, key) => callable(() => loadAll()[key]) });
    });
}

function callable(find) {
  return new Proxy(function () {}, {
    apply: (_target, self, args) => Reflect.apply(find(), self, args),
    construct: (_target, args) => Reflect.construct(find(), args),
  });
}

function putOff(ofUser, name, exportsOf) {
  const file = ofUser.resolve(name);
  // Not where something that uses it has loaded it already.
  if (require.cache[file]) return;
  let real;
  const load = () => {
    if (real === undefined) {
      load.forget();
      real = ofUser(name);
    }
    return real;
  };
  /** Who loads the package from now on gets the package itself. */
  load.forget = () => {
    if (!(require.cache[file] instanceof Module)) delete require.cache[file];
  };
  const exports = exportsOf(load, () => real !== undefined);
  require.cache[file] = {
    id: file,
    path: file,
    filename: file,
    loaded: true,
    exports,
    children: [],
    paths: [],
  };
}
