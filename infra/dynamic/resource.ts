import * as pulumi from "@pulumi/pulumi";

/** The same fields, each of which, and each part of which, may still be on its way. */
export type Args<Inputs> = { readonly [Key in keyof Inputs]: pulumi.Input<Parts<Inputs[Key]>> };

type Parts<Value> =
  Value extends Readonly<Record<string, string | undefined>>
    ? { readonly [Key in keyof Value]: pulumi.Input<Value[Key]> }
    : Value;

interface Kind {
  /** What the cloud makes, beyond the inputs. */
  readonly outputs?: readonly string[];
  /** Outputs that are secrets. Inputs keep the secrecy that they were given. */
  readonly secretOutputs?: readonly string[];
}

type Options = pulumi.CustomResourceOptions;

/** A class of resources, and what each of them has beyond what Pulumi gives it. */
type ResourceClass<Inputs, Outputs> = new (
  name: string,
  args: Args<Inputs>,
  opts?: Options,
) => pulumi.CustomResource & { readonly [Key in keyof Outputs]: pulumi.Output<Outputs[Key]> };

/**
 * Resources whose provider is a module of ours: what `pulumi.dynamic.Resource` is, with a provider that is a path.
 *
 * @param path Of the provider module, as `provider-modules.ts` lists it. It also names the type: `neon/branch` is `neon:Branch`.
 * @typeParam Outputs What a program may read of one, inputs among it.
 */
export function defineResource<Inputs, Outputs extends object = object>(
  path: string,
  { outputs = [], secretOutputs = [] }: Kind = {},
): ResourceClass<Inputs, Outputs> {
  const [cloud = "", resource = ""] = path.split("/");
  const type = resource.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const fullType = `pulumi-nodejs:dynamic/${cloud}:${type}`;
  class ModuleResource extends pulumi.CustomResource {
    constructor(name: string, args: Args<Inputs>, opts?: Options) {
      // A promise and not an output, which would make the resource wait for its parent, and that one waits for it.
      const urn = pulumi.createUrn(name, fullType, opts?.parent);
      const shim = new Promise<string>((resolve) => {
        urn.apply((text) => resolve(moduleProvider(path, text)));
      });
      const unknown = Object.fromEntries(outputs.map((output) => [output, undefined]));
      super(
        fullType,
        name,
        { ...args, ...unknown, __provider: shim },
        pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secretOutputs] }),
      );
    }
  }
  // The engine sets the fields, inputs and outputs, by their names.
  return ModuleResource as ResourceClass<Inputs, Outputs>;
}

/**
 * The provider of a dynamic resource as it stands in the state: text that finds today's code. Pulumi would serialize a
 * provider's functions and keep all their code with every resource; of ours it keeps one line. So a state stays small,
 * a change of our code touches no resource, and what an old state deletes is deleted by today's code.
 *
 * The engine's provider process loads the text and calls `handler()`.
 *
 * @param modulePath Key in `provider-modules.ts`, for instance `neon/branch`.
 * @param urn The resource's own, by which the engine shows what the provider reports while it works.
 */
export function moduleProvider(modulePath: string, urn = ""): string {
  const words = [modulePath, ...(urn === "" ? [] : [urn])].map((word) => JSON.stringify(word)).join(", ");
  return `exports.handler = () => (require("tsx/cjs"), require("@rollout/infra/engine/dispatch").providerAt(${words}));`;
}
