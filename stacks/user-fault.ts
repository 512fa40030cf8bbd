import * as pulumi from "@pulumi/pulumi";

/**
 * A fault that the user can mend: told by its message alone. Without a stack, because the SDK otherwise renders the
 * stack with all that hangs on it, which nobody sees and which takes ten seconds.
 */
export function userFault(message: string): pulumi.RunError {
  const fault = new pulumi.RunError(message);
  Object.defineProperty(fault, "stack", { value: undefined });
  return fault;
}
