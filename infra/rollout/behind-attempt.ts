import * as pulumi from "@pulumi/pulumi";

/**
 * Puts every resource that is declared from now on behind the attempt, and so behind the gate: a refused rollout
 * writes nothing. Each of them reports its failure. One rule in one place, because a single forgotten `dependsOn`
 * would let a write past the gate.
 */
export function putBehind(attempt: pulumi.Resource, onFailure: readonly pulumi.ErrorHook[]): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    // Components and providers call nothing by themselves; the instance cannot be asked yet what it is.
    if (type.startsWith("atlaris:") || type.startsWith("pulumi:")) return undefined;
    return {
      props,
      opts: pulumi.mergeOptions(opts, {
        dependsOn: attempt,
        hooks: { onError: [...onFailure] },
      }),
    };
  });
}
