import { openInstallation, type Installation } from "../postgres/installation.ts";
import type { EmulatorContext } from "../emulator.ts";
import { BranchData } from "./branch-data.ts";
import { openComputes, type Computes } from "./computes.ts";

/** The PostgreSQL servers behind the control plane, and the data that they have. */
export interface Servers {
  readonly installation: Pick<Installation, "folder">;
  readonly computes: Computes;
  readonly data: Pick<BranchData, "fillNew" | "fill">;
}

export interface ServerOptions {
  readonly context: EmulatorContext;
  readonly administratorPassword: string;
  /** Called when the server of a branch has ended and was not stopped. */
  readonly ended: (branchId: string) => void;
}

export type OpenServers = (options: ServerOptions) => Promise<Servers>;

/** One PostgreSQL server for each branch that has an endpoint. */
export const openServers: OpenServers = async ({ context, administratorPassword, ended }) => {
  const { processes } = context;
  const installation = await openInstallation(context.home.folder, context.dataFolder);
  const computes = openComputes(installation, processes, administratorPassword, ended);
  return {
    installation,
    computes,
    data: new BranchData(installation, processes, computes, administratorPassword),
  };
};
