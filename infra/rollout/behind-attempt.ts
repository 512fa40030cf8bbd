import * as pulumi from "@pulumi/pulumi";

/**
 * Puts every resource that is declared from now on behind the attempt, and so behind the gate: a refused rollout
 * writes nothing. Each of them reports its failure. One rule in one place, because a single forgotten `dependsOn`
 * would let a write past the gate.
 */
export function putBehind(
  attempt: pulumi.Resource,
  hooks: { readonly onFailure: readonly pulumi.ErrorHook[]; readonly beforeAct: pulumi.ResourceHook },
): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    // Components and providers call nothing on their own; the instance cannot be asked yet what it is.
    if (type.startsWith("rollout:") || type.startsWith("pulumi:")) return undefined;
    const onError = [...hooks.onFailure];
    const before = [hooks.beforeAct];
    return {
      props,
      opts: pulumi.mergeOptions(opts, {
        dependsOn: attempt,
        // Our own providers look themselves (this-run.ts), in the process that holds the lease.
        hooks: type.startsWith("pulumi-nodejs:dynamic/")
          ? { onError }
          : { onError, beforeCreate: before, beforeUpdate: before },
      }),
    };
  });
}
