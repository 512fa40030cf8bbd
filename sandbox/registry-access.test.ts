import { expect, it } from "vitest";
import { registryVariables } from "./registry-access.ts";

it("keeps what npm needs to reach the registry, and no token or setting of the caller", () => {
  const reaching = {
    NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
    https_proxy: "http://proxy.example:3128",
    NO_PROXY: "localhost",
    npm_config_cafile: "/etc/ca.pem",
    NPM_CONFIG_REGISTRY: "https://packages.example/",
    "npm_config_//packages.example/:_authToken": "needed by npm itself",
  };
  const other = {
    NODE_OPTIONS: "--inspect",
    npm_config_prefix: "/x",
    FLY_ACCESS_TOKEN: "t",
    UNSET: undefined,
  };
  expect(registryVariables({ ...reaching, ...other })).toEqual(reaching);
});
