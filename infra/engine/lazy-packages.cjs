"use strict";
// Packages that others load at every start, and of which a rollout uses nothing, are loaded when something of them is
// first used: TypeScript's compiler and a reader of package.json, by Pulumi's SDK for a serializer of functions (resource.ts has
// our own way), its Automation API, and zod's messages in fifty languages. docs/decisions/start-up.md
const { createRequire } = require("node:module");
const ofSdk = createRequire(require.resolve("@pulumi/pulumi"));

loadWhenUsed(ofSdk, "typescript");
loadWhenUsed(ofSdk, "./automation");
loadWhenCalled(ofSdk, "normalize-package-data");
loadWhenUsed(require, "zod/v4/locales");

function loadWhenUsed(ofUser, name) {
  putOff(ofUser, name, (load, isLoaded) => {
    return new Proxy(
      {},
      {
        // Asked by the helper with which compiled code imports a package, before anything is used.
        get: (_target, key) => (key === "__esModule" && !isLoaded() ? true : Reflect.get(load(), key)),
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

function putOff(ofUser, name, exportsOf) {
  const file = ofUser.resolve(name);
  // Not where something that uses it has loaded it already.
  if (require.cache[file]) return;
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[file];
      real = ofUser(name);
    }
    return real;
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
