"use strict";
// Pulumi's SDK loads TypeScript's compiler and npm's installer at every start, for a serializer of functions that our
// dynamic resources have no need of (module-provider.ts). Here both are loaded when something of them is first used:
// that is more than a second of a rollout. docs/decisions/start-up.md
const sdk = require.resolve("@pulumi/pulumi");
const { createRequire } = require("node:module");
const ofSdk = createRequire(sdk);

for (const name of ["typescript", "@npmcli/arborist"]) {
  const file = ofSdk.resolve(name);
  // Loaded already by somebody who has use of it.
  if (require.cache[file]) continue;
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[file];
      real = ofSdk(name);
    }
    return real;
  };
  const exports = new Proxy(
    {},
    {
      // Asked by the helper with which compiled code imports a package, before anything is used.
      get: (_target, key) => (key === "__esModule" && real === undefined ? true : Reflect.get(load(), key)),
      has: (_target, key) => Reflect.has(load(), key),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_target, key) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
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
