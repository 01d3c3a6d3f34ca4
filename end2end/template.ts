// Before the first test: the demo district is made once for each build of the binary. Every worker
// starts from a copy, so tests run side by side and leave nothing behind.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { binary, makeDemo, work } from "./banyan";

export default async function makeTemplate(): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(binary), hash);
  const name = `demo-${hash.digest("hex").slice(0, 12)}`;
  const template = join(work, name);
  process.env.BANYAN_TEMPLATE = template;

  await mkdir(work, { recursive: true });
  const others = (await readdir(work)).filter((entry) => entry.startsWith("demo-"));
  if (others.includes(name)) return;
  for (const old of others) await rm(join(work, old), { recursive: true });

  const making = join(work, "making");
  await rm(making, { recursive: true, force: true });
  await mkdir(making);
  await makeDemo(making);
  await rename(making, template);
}

/** A copy of the demo district, to be written to and thrown away. */
export async function copyTemplate(): Promise<string> {
  const template = process.env.BANYAN_TEMPLATE;
  if (!template) throw new Error("the template was not made");
  const data = await mkdtemp(join(tmpdir(), "banyan-e2e-"));
  await cp(template, data, { recursive: true });
  return data;
}
