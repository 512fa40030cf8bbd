import type { CloudAccess } from "../../infra/shared/cloud-access.ts";
import type { SeenCall } from "../../sandbox/cloud/wire/wire.ts";
import { type Emulators, openEmulators } from "../../sandbox/replay/emulators.ts";
import type { Flyctl } from "./flyctl.ts";

/** The four clouds, new and empty, for one cell. */
export interface World {
  readonly access: CloudAccess;
  readonly emulators: Emulators;
  /** Makes a name that no other world of this process has: the clients remember what they have made. */
  name(what: string): string;
  /** Calls since the clouds were opened. */
  readonly calls: readonly SeenCall[];
  /** Is called with each call before it is answered; one at a time. */
  onCall: (call: SeenCall) => void;
  /** Ends the flyctl that run for it, as a kill of the process group does. */
  killFlyctl(): void;
  close(): Promise<void>;
}

let opened = 0;

export async function openWorld(flyctl: Flyctl): Promise<World> {
  opened += 1;
  const number = `${String(process.pid)}-${String(opened)}`;
  const calls: SeenCall[] = [];
  const open = (): Promise<Emulators> =>
    openEmulators((call) => {
      calls.push(call);
      world.onCall(call);
    });
  // A port that was free may be another process's by then.
  const emulators = await open().catch(open).catch(open);
  const { origins, tokens } = emulators;
  const of = (name: "neon" | "fly" | "vercel" | "github") => ({
    baseUrl: origins[name],
    token: tokens[name],
  });
  flyctl.serve(tokens.fly, origins.fly);
  const world: World = {
    access: {
      neon: { ...of("neon"), baseUrl: `${origins.neon}/api/v2` },
      fly: { ...of("fly"), graphqlUrl: origins.fly },
      vercel: of("vercel"),
      github: of("github"),
    },
    emulators,
    name: (what) => `${what}-${number}`,
    calls,
    onCall: () => undefined,
    killFlyctl: () => flyctl.kill(tokens.fly),
    close: async () => {
      flyctl.forget(tokens.fly);
      await emulators.close();
    },
  };
  return world;
}
