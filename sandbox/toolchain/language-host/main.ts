// The Node language host for an engine that was built from source: the Go modules do not hold the original. The
// engine starts it, reads its port from stdout and asks it to run the program.
import { spawn } from "node:child_process";
import { status, type ServerUnaryCall, type ServerWritableStream } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/language_pb.js";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { engineVersion } from "../engine-version.ts";
import { answer, rpcError, servePlugin } from "../grpc-plugin.ts";
import { programDependencies, requiredPlugins } from "./installed-packages.ts";
import { versionOf } from "./package-manager.ts";
import { parseProgramOptions } from "./program-options.ts";
import { runProgram, type RunningProgram } from "./run-program.ts";

let engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";
const programs = new Set<RunningProgram>();

async function run(
  request: messages.RunRequest,
  call: ServerUnaryCall<messages.RunRequest, messages.RunResponse>,
): Promise<messages.RunResponse> {
  const response = new messages.RunResponse();
  if (request.getAttachDebugger())
    return response.setError("This language host has no debugger to attach; run without --attach-debugger.");
  let program: RunningProgram;
  try {
    program = runProgram(request, engineAddress);
  } catch (error) {
    return response.setError((error as Error).message);
  }
  programs.add(program);
  call.on("cancelled", () => program.interrupt());
  const end = await program.ended;
  programs.delete(program);
  return response.setError(end.error).setBail(end.bail);
}

function optionsOf(info: messages.ProgramInfo | undefined): ReturnType<typeof parseProgramOptions> {
  return parseProgramOptions(info?.getOptions()?.toJavaScript() ?? {});
}

function installDependencies(
  call: ServerWritableStream<messages.InstallDependenciesRequest, messages.InstallDependenciesResponse>,
): void {
  const fail = (error: unknown): void => void call.emit("error", rpcError(error));
  try {
    const info = call.request.getInfo();
    const child = spawn(optionsOf(info).packageManager, ["install"], {
      cwd: info?.getProgramDirectory() ?? call.request.getDirectory(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunk = (): messages.InstallDependenciesResponse => new messages.InstallDependenciesResponse();
    child.stdout.on("data", (data: Buffer) => call.write(chunk().setStdout(data)));
    child.stderr.on("data", (data: Buffer) => call.write(chunk().setStderr(data)));
    child.once("error", fail);
    child.once("close", (code) => {
      if (code === 0) call.end();
      else fail(new Error(`installing dependencies ended with exit code ${String(code)}`));
    });
    call.on("cancelled", () => child.kill());
  } catch (error) {
    fail(error);
  }
}

async function about(request: messages.AboutRequest): Promise<messages.AboutResponse> {
  const { packageManager } = optionsOf(request.getInfo());
  const response = new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version);
  response.getMetadataMap().set("packagemanager", packageManager);
  const packageManagerVersion = await versionOf(packageManager);
  if (packageManagerVersion !== undefined)
    response.getMetadataMap().set("packagemanagerVersion", packageManagerVersion);
  return response;
}

servePlugin(
  LanguageRuntimeService,
  {
    handshake: answer((request: messages.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: answer(() => new PluginInfo().setVersion(engineVersion)),
    getRequiredPackages: answer((request: messages.GetRequiredPackagesRequest) =>
      new messages.GetRequiredPackagesResponse().setPackagesList(
        requiredPlugins(request.getInfo()?.getProgramDirectory() ?? ".").map((plugin) =>
          new PackageDependency()
            .setName(plugin.name)
            .setKind("resource")
            .setVersion(plugin.version)
            .setServer(plugin.server),
        ),
      ),
    ),
    run: answer(run),
    installDependencies,
    about: answer(about),
    getProgramDependencies: answer((request: messages.GetProgramDependenciesRequest) =>
      new messages.GetProgramDependenciesResponse().setDependenciesList(
        programDependencies(
          request.getInfo()?.getProgramDirectory() ?? ".",
          request.getTransitivedependencies(),
        ).map(({ name, version }) => new messages.DependencyInfo().setName(name).setVersion(version)),
      ),
    ),
    runtimeOptionsPrompts: answer(() => new messages.RuntimeOptionsResponse()),
    template: answer(() => new messages.TemplateResponse()),
    cancel: answer(() => {
      for (const program of programs) program.interrupt();
      return new Empty();
    }),
    // A policy pack or plugin in TypeScript, and code generation: nothing here asks for them.
    runPlugin: (call: ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>) =>
      void call.emit("error", rpcError("plugins in TypeScript are not supported", status.UNIMPLEMENTED)),
  },
  () => {
    for (const program of programs) program.kill();
  },
);
