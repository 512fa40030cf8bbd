import { dump, load } from "js-yaml";
import type { Checkout } from "./checkout.ts";

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

/** Gives a stack's file other settings, by part (`neon`, `github`) and name; the rest of a part stays. */
export function changeSettings(
  checkout: Checkout,
  stack: string,
  settings: Readonly<Record<string, object>>,
): void {
  const file = `Pulumi.${stack}.yaml`;
  const { config, ...rest } = load(checkout.read(file)) as StackFile;
  const changed = Object.fromEntries(
    Object.entries(settings).map(([part, given]) => [
      `rollout:${part}`,
      { ...(config[`rollout:${part}`] as object | undefined), ...given },
    ]),
  );
  if (Object.keys(changed).length > 0)
    checkout.write(file, dump({ ...rest, config: { ...config, ...changed } }, { indent: 2 }));
}
