// All that the tests know about running the product: its commands, its readiness, its end.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));

export const binary = process.env.BANYAN_BIN ?? resolve(root, "target/debug/banyan");
export const work = resolve(root, "target/e2e");

const environment = {
  ...process.env,
  BANYAN_SITE_DIR: process.env.BANYAN_SITE_DIR ?? resolve(root, "site"),
};

/** Fills an empty folder with the demo district. */
export async function makeDemo(data: string): Promise<void> {
  await promisify(execFile)(binary, ["demo", "--data", data], { env: environment });
}

/** A running `banyan serve` over a data folder of its own. */
export class Server {
  /** What it has written so far. */
  log = "";

  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {
    const keep = (chunk: Buffer) => (this.log += chunk);
    process.stdout?.on("data", keep);
    process.stderr?.on("data", keep);
  }

  static async start(data: string): Promise<Server> {
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(binary, ["serve", "--listen", address, "--data", data], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const server = new Server(`http://${address}`, child);
    await server.ready();
    return server;
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    const end = once(this.process, "exit");
    this.process.kill("SIGTERM");
    const patience = setTimeout(() => this.process.kill("SIGKILL"), 5_000);
    await end;
    clearTimeout(patience);
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (this.running && Date.now() < deadline) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((next) => setTimeout(next, 50));
    }
    await this.stop();
    throw new Error(`the server did not become ready:\n${this.log}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
