import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps the engine from taking a program that ended half-way for a whole one. A promise that nobody ever settles lets
 * Node end with resources still undeclared; the SDK then tells the engine that all were, before it notices, and the
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
    const names = [...undeclared].slice(0, 5).join(", ");
    void pulumi.log.error(
      `Internal error: the program ended before ${String(undeclared.size)} of its resources were declared (${names}); nothing is deleted`,
    );
  });
}
