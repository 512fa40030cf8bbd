import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

/**
 * Keeps the engine from taking a program that ended half-way for a complete one. A promise that is never settled lets
 * Node end with resources still undeclared; the SDK then reports to the engine that all were, before it notices, and the
 * engine deletes what it misses. Here the process is marked as failed first, which the SDK respects.
 */
export function refuseHalfPrograms(): void {
  const undeclared = new Set<string>();
  pulumi.runtime.registerStackTransformation(({ resource, name, type }) => {
    const label = `${type} ${name}`;
    undeclared.add(label);
    // The resource has no URN before its constructor has run.
    queueMicrotask(() => resource.urn.apply(() => undeclared.delete(label)));
    return undefined;
  });
  process.on("beforeExit", () => {
    if (undeclared.size === 0 || process.exitCode) return;
    process.exitCode = 1;
    const fault = halfProgramFault([...undeclared], isExplained());
    if (fault !== undefined) void pulumi.log.error(fault);
  });
}

/**
 * @param undeclared the resources that were begun and not declared.
 * @param explained whether another failure, which is reported already, has kept them from it.
 */
export function halfProgramFault(undeclared: readonly string[], explained: boolean): string | undefined {
  if (undeclared.length === 0 || explained) return undefined;
  const names = undeclared.slice(0, 5).join(", ");
  return `Internal error: the program ended before ${String(undeclared.length)} of its resources were declared (${names}); nothing is deleted`;
}

/**
 * Whether the engine has stopped answering, as it does once a resource has failed, or the program has reported an error. The SDK
 * keeps quiet about promises that were left then by the same two signs; the first is none of its public types.
 */
export function isExplained(): boolean {
  const { getStore } = state as unknown as {
    readonly getStore?: () => { readonly terminated?: boolean };
  };
  return pulumi.log.hasErrors() || getStore?.().terminated === true;
}
