import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";

// A form is judged in the browser while somebody types, and again by the server. Both have to say the same.

interface Case {
  form: string;
  answers: Record<string, string>;
  setting: unknown;
  verdict: string;
}

interface Verdicts {
  forms: Record<string, unknown>;
  cases: Case[];
}

interface Module {
  initSync(options: { module: BufferSource }): void;
  verdict(form: string, answers: string, setting: string): string | undefined;
}

test("the browser's code says of 5,000 answers what the server's says @js", async () => {
  const folder = resolve("../target/e2e/verdicts");
  const { forms, cases } = JSON.parse(readFileSync(`${folder}/cases.json`, "utf8")) as Verdicts;
  const module = (await import(pathToFileURL(`${folder}/site/pkg/banyan.mjs`).href)) as Module;
  module.initSync({ module: readFileSync(`${folder}/site/pkg/banyan_bg.wasm`) });
  expect(cases).toHaveLength(5_000);
  expect(Object.keys(forms).length).toBeGreaterThan(92);
  const said = (one: Case): string | undefined =>
    module.verdict(JSON.stringify(forms[one.form]), JSON.stringify(one.answers), JSON.stringify(one.setting));
  const different = cases.filter((one) => said(one) !== one.verdict);
  expect(different.slice(0, 3)).toEqual([]);
  // Enough of them are wrong somewhere, and enough are sound.
  const sound = cases.filter((one) => one.verdict.includes("errors: []")).length;
  expect(sound).toBeGreaterThan(50);
  expect(sound).toBeLessThan(4_000);
});
