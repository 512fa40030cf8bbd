import * as pulumi from "@pulumi/pulumi";

/** The same fields, each of which, and each part of which, may still be on its way. */
export type Args<Inputs> = { readonly [Key in keyof Inputs]: pulumi.Input<Parts<Inputs[Key]>> };

type Parts<Value> =
  Value extends Readonly<Record<string, string | undefined>>
    ? { readonly [Key in keyof Value]: pulumi.Input<Value[Key]> }
    : Value;

export interface Kind {
  /** Path of the provider module, as `provider-modules.ts` lists it. It also names the type: `neon/branch` is `neon:Branch`. */
  readonly path: string;
  /** What the cloud makes, beyond the inputs. */
  readonly outputs?: readonly string[];
  /** Outputs that are secrets. Inputs keep the secrecy that they were given. */
  readonly secretOutputs?: readonly string[];
}

/** A resource whose provider is a module of ours: what `pulumi.dynamic.Resource` is, with a provider that is a path. */
export abstract class ModuleResource extends pulumi.CustomResource {
  constructor(kind: Kind, name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    const [cloud = "", resource = ""] = kind.path.split("/");
    const type = resource.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
    const undefinedOutputs = Object.fromEntries((kind.outputs ?? []).map((output) => [output, undefined]));
    const fullType = `pulumi-nodejs:dynamic/${cloud}:${type}`;
    // A promise and not an output, which would make the resource wait for its parent, and that one waits for it.
    const urn = pulumi.createUrn(name, fullType, opts?.parent);
    const shim = new Promise<string>((resolve) => {
      urn.apply((text) => resolve(moduleProvider(kind.path, text)));
    });
    super(
      fullType,
      name,
      { ...args, ...undefinedOutputs, __provider: shim },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: [...(kind.secretOutputs ?? [])] }),
    );
  }
}

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
