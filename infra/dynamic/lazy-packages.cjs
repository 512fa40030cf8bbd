"use strict";
// Pulumi's SDK loads TypeScript's compiler at every start, for a serializer of functions that our dynamic resources do not
// use (module-provider.ts). Here it is loaded when something of it is first used. docs/decisions/start-up.md
const sdk = require.resolve("@pulumi/pulumi");
const { createRequire } = require("node:module");
const ofSdk = createRequire(sdk);

const name = "typescript";
const file = ofSdk.resolve(name);
// Not where something that uses it has loaded it already.
if (!require.cache[file]) {
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
