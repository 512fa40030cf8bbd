import type { dynamic } from "@pulumi/pulumi";

/** The part of `dispatch.ts` that the shim calls. */
interface Dispatch {
  check(path: string, news: unknown): Promise<dynamic.CheckResult>;
  diff(path: string, olds: unknown, news: unknown): Promise<dynamic.DiffResult>;
  create(path: string, inputs: unknown): Promise<dynamic.CreateResult>;
  read(path: string, id: string, properties: unknown): Promise<dynamic.ReadResult>;
  update(path: string, id: string, olds: unknown, news: unknown): Promise<dynamic.UpdateResult>;
  remove(path: string, id: string, properties: unknown): Promise<void>;
}

/**
 * A dynamic provider that is nothing but the path of a module. Pulumi writes the provider's code into the state of
 * every resource; this code says only where today's code is. So a state stays small, a change of our code touches no
 * resource, and what an old state deletes is deleted by today's code.
 *
 * @param modulePath Key in `dispatch.ts`, for instance `neon/branch`.
 */
export function moduleProvider(modulePath: string): dynamic.ResourceProvider {
  /* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return -- this function's text runs in the provider process, where only require works */
  const today = (): Dispatch => (require("tsx/cjs"), require("@atlaris/infra/dynamic/dispatch"));
  /* eslint-enable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-return */
  return {
    check: (_olds, news) => today().check(modulePath, news),
    diff: (_id, olds, news) => today().diff(modulePath, olds, news),
    create: (inputs) => today().create(modulePath, inputs),
    read: (id, properties) => today().read(modulePath, id, properties),
    update: (id, olds, news) => today().update(modulePath, id, olds, news),
    delete: (id, properties) => today().remove(modulePath, id, properties),
  };
}
