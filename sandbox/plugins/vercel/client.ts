import type { Operation } from "../kit/resource-type.ts";
import { openRestClient } from "../kit/rest-client.ts";
import type { Properties } from "../kit/values.ts";

/** Vercel's API as one provider configuration reaches it. */
export interface Vercel {
  /** Team of the resource, else of the provider. */
  readonly team: string | undefined;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** Opens the API for a resource with these properties. */
export function openVercel({ config, signal }: Operation, properties: Properties): Vercel {
  const token = textOf(config["apiToken"]) ?? process.env["VERCEL_API_TOKEN"];
  // The real provider refuses others before it calls.
  if (!token || !/^[0-9a-zA-Z]{24}$/.test(token))
    throw new Error(
      "vercel: the API token must be 24 letters and digits. Set VERCEL_API_TOKEN or vercel:apiToken.",
    );
  // The real provider has no such setting: this emulator is used where the clouds are on this machine, and only there.
  const baseUrl = process.env["VERCEL_API_URL"];
  if (!baseUrl)
    throw new Error("vercel: this emulator calls the sandbox only, and VERCEL_API_URL is not set.");
  const team = textOf(properties["teamId"]) ?? textOf(config["team"]);
  const client = openRestClient({
    baseUrl: baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`,
    headers: { authorization: `Bearer ${token}` },
    messageOf: (body) => {
      const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
      return error && `${error.code ?? "error"}: ${error.message ?? ""}`;
    },
  });
  const query =
    team === undefined ? "" : `?${team.startsWith("team_") ? "teamId" : "slug"}=${encodeURIComponent(team)}`;
  return { team, call: (method, path, body) => client.call(method, `${path}${query}`, signal, body) };
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
