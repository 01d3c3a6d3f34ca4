import { defineConfig } from "@playwright/test";

// REPORT names the file that `./dev test` counts from; without it the results are only shown.
const report = process.env.REPORT;

export default defineConfig({
  testDir: "specs",
  outputDir: "../target/e2e/results",
  globalSetup: "./template.ts",
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(report),
  reporter: report ? [["list"], ["json", { outputFile: report }]] : "list",
  timeout: 90_000,
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    // Also keeps view transitions from running under the tests.
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // Chromium refuses its sandbox to root.
      chromiumSandbox: process.getuid?.() !== 0,
      args: ["--disable-gpu", "--disable-quic"],
    },
  },
  // Every spec runs in both; a title marked @js or @nojs runs in that one alone.
  projects: [
    { name: "js", grepInvert: /@nojs\b/ },
    { name: "nojs", grepInvert: /@js\b/, use: { javaScriptEnabled: false } },
  ],
});
