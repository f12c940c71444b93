import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { start } from "../processes.ts";

/** How a program is run: its folder and entry point, Node's own arguments, and further environment. */
export interface ProgramRun {
  readonly folder: string;
  readonly entry: string;
  readonly nodeArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

type Run = grpc.handleUnaryCall<language.RunRequest, language.RunResponse>;

const RUNNER = new URL(import.meta.resolve("@pulumi/pulumi/cmd/run/index.js")).pathname;

/**
 * What Pulumi's own language host does for a Node.js program: starts Node with the SDK's runner (`cmd/run`) for every
 * update. The host itself is no published package; the runner, which does all the work, is part of the SDK.
 */
export class LanguageHost {
  readonly #server = new grpc.Server();
  readonly #program: ProgramRun;
  #port = 0;

  private constructor(program: ProgramRun) {
    this.#program = program;
  }

  static async start(program: ProgramRun): Promise<LanguageHost> {
    const host = new LanguageHost(program);
    host.#server.addService(languageService.LanguageRuntimeService, {
      getRequiredPlugins: answer(() => new language.GetRequiredPluginsResponse()),
      getPluginInfo: answer(() => {
        const info = new plugin.PluginInfo();
        info.setVersion("1.0.0");
        return info;
      }),
      run: host.#run,
    });
    host.#port = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      host.#server.bindAsync("127.0.0.1:0", credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    return host;
  }

  /** For the command line's `--client`. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  readonly #run: Run = ({ request }, callback) => {
    const response = new language.RunResponse();
    void this.#runProgram(request)
      .catch((error: unknown) => response.setError(String(error)))
      .then(() => callback(null, response));
  };

  async #runProgram(request: language.RunRequest): Promise<void> {
    const { folder, entry, nodeArgs, env } = this.#program;
    const args = [...nodeArgs, RUNNER, ...argumentsOf(request, folder), entry];
    const child = start(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, ...env, ...configOf(request) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(`the program ended with ${code}: ${said}`);
  }
}

function answer<Response>(make: () => Response): grpc.handleUnaryCall<unknown, Response> {
  return (_call, callback) => callback(null, make());
}

function argumentsOf(request: language.RunRequest, folder: string): string[] {
  return [
    ...["--monitor", request.getMonitorAddress(), "--engine", request.getArgsList()[0] ?? ""],
    ...["--organization", request.getOrganization(), "--project", request.getProject()],
    ...["--stack", request.getStack(), "--pwd", folder],
    ...["--parallel", String(request.getParallel()), ...(request.getDryrun() ? ["--dry-run"] : [])],
  ];
}

function configOf(request: language.RunRequest) {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}
