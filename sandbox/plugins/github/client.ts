import type { Operation } from "../kit/resource-type.ts";
import { openRestClient } from "../kit/rest-client.ts";

/** GitHub's API as one provider configuration reaches it. */
export interface GitHub {
  readonly owner: string;
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

const publicApi = "https://api.github.com/";

/** Opens the API by the provider's settings, or by the same variables of the environment as the real provider. */
export async function openGitHub({ config, signal }: Operation): Promise<GitHub> {
  const setting = (name: string, variable: string): string | undefined => {
    const value = config[name];
    return typeof value === "string" && value !== "" ? value : process.env[variable];
  };
  const token = setting("token", "GITHUB_TOKEN");
  if (!token) throw new Error("github: a token is missing. Set GITHUB_TOKEN or github:token.");
  const client = openRestClient({
    baseUrl: apiUrl(setting("baseUrl", "GITHUB_BASE_URL") ?? publicApi),
    headers: { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" },
    messageOf: (body) => (body as { message?: string } | undefined)?.message,
  });
  const call: GitHub["call"] = (method, path, body) => client.call(method, path, signal, body);
  const owner = setting("owner", "GITHUB_OWNER") ?? ((await call("GET", "user")) as { login: string }).login;
  return { owner, call };
}

/** Every host but GitHub's own is taken for an Enterprise server, as in the real provider. */
export function apiUrl(baseUrl: string): string {
  const base = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
  if (new URL(base).hostname === "api.github.com" || base.endsWith("/api/v3/")) return base;
  return `${base}api/v3/`;
}
