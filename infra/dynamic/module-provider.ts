/**
 * The provider of a dynamic resource as it stands in the state: text that finds today's code. Pulumi would serialize a
 * provider's functions and keep all their code with every resource; of ours it keeps one line. So a state stays small,
 * a change of our code touches no resource, and what an old state deletes is deleted by today's code.
 *
 * The engine's provider process loads the text and calls `handler()`.
 *
 * @param modulePath Key in `provider-modules.ts`, for instance `neon/branch`.
 * @param urn The resource's own, by which the engine shows what the provider says while it works.
 */
export function moduleProvider(modulePath: string, urn = ""): string {
  const words = [modulePath, ...(urn === "" ? [] : [urn])].map((word) => JSON.stringify(word)).join(", ");
  return `exports.handler = () => (require("tsx/cjs"), require("@rollout/infra/dynamic/dispatch").providerAt(${words}));`;
}
