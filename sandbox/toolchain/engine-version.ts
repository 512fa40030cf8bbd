/** The Pulumi engine that this project runs on; `toolchain/engine/go.mod` names the same. */
export const engineVersion = "3.276.0";
