/** What Vercel gives a function of the request that it answers (vercel/vercel, packages/functions/src/wait-until.ts). */
interface RequestContext {
  readonly get?: () => { readonly waitUntil?: (work: Promise<unknown>) => void } | undefined;
}

const context = Symbol.for("@vercel/request-context");

/** Keeps the function running until the work has ended, where it would be frozen once its answer is sent. */
export function waitUntil(work: Promise<void>): void {
  const given = (globalThis as { readonly [context]?: RequestContext })[context];
  given?.get?.()?.waitUntil?.(work);
}
