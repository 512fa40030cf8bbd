import { forgetOverrides, readOverrides, type Overrides } from "../overrides.ts";
import { UserError } from "../user-error.ts";
import { overrideNotice } from "./override-notices.ts";
import type { Sandbox } from "./sandbox.ts";

/** Lists the settings that this sandbox overrides, or makes them follow the checkout again. */
export async function settings({ checkout, home }: Sandbox, args: readonly string[]): Promise<number> {
  const [option, ...more] = args;
  if (more.length > 0 || (option !== undefined && option !== "--forget"))
    throw new UserError(`bin/sandbox settings takes --forget or nothing, got ${args.join(" ")}.`, 2);
  const all = readOverrides(checkout, home);
  if (option) for (const each of all) forgetOverrides(home, each);
  const lines = option ? all.map(forgotten) : all.map(overrideNotice);
  process.stdout.write(
    `${lines.length > 0 ? lines.join("\n") : "Every setting is as in the checkout, apart from the web host and the AI endpoint."}\n`,
  );
  return 0;
}

function forgotten({ stack, keys }: Overrides): string {
  return `As in Pulumi.${stack}.yaml of the checkout again: ${keys.join(", ")}`;
}
