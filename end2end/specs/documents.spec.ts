import { fillIn, formOf, open, said, send } from "../forms";
import { signIn } from "../people";
import { find, grownUp } from "../road";
import { awake, expect, expectAccessible, type Page, picture, scripted, test } from "../test";

// What a resident photographs comes with the application, and what was missing follows on the status page.

test.use({ viewport: { width: 390, height: 844 } });

/** A picture of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
const photo = (name: string) => ({ name, mimeType: "image/png", buffer: PIXEL });

const APPLY = "/s/qs01/apply/relief";

/** The receipt on the page: its number and its code. */
async function receipt(page: Page): Promise<{ number: string; code: string }> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("申请已收到");
  const text = await page.locator("body").innerText();
  const found = (kind: RegExp) => text.match(kind)?.[0] ?? "";
  const given = { number: found(/QS01\/SQ\/\d{4}\/\d+/), code: found(/[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}/) };
  expect(given.number && given.code).not.toBe("");
  return given;
}

/** Fills the application in, and chooses what proves it. */
async function applyWith(page: Page, order: number, files: string[], change: Record<string, string> = {}): Promise<void> {
  await open(page, APPLY);
  const form = page.locator("form.form");
  await fillIn(form, { ...grownUp("欧阳拍照", order).answers, ...change, consent: "yes" });
  await form.locator('input[type="file"][name="documents"]').setInputFiles(files.map(photo));
}

/** Whoever takes applications in, before a large screen. */
async function atDesk(another: () => Promise<Page>): Promise<Page> {
  const desk = await another();
  await desk.setViewportSize({ width: 1280, height: 900 });
  await signIn(desk, "qs01.intake");
  return desk;
}

// Proves INT-09.
test("two photographs come with an application, and a third is asked for and sent", async ({ page, another, complaints }, info) => {
  complaints.allow(/status of 422/);
  await applyWith(page, 300 + info.workerIndex, ["身份证.png", "低保证.png"], { phone: "123" });
  await expect(page.getByText("这项服务要：身份证或户口簿；收入证明，或低保证。")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "apply-with-proof");
  await page.getByRole("button", { name: "提交申请" }).click();

  // The telephone number is none; the photographs are there still, chosen already where the form came back.
  await expect(page.locator("#phone-error")).toBeVisible();
  await awake(page);
  if (!scripted()) for (const name of ["身份证.png", "低保证.png"]) await expect(page.getByRole("checkbox", { name })).toBeChecked();
  await picture(page, "apply-with-proof-again");
  await page.locator("[name=phone]").fill("19912345678");
  await page.getByRole("button", { name: "提交申请" }).click();
  const { number, code } = await receipt(page);

  const desk = await atDesk(another);
  const application = await find(desk, number);
  await expect(desk.getByRole("heading", { name: "附件 2 个" })).toBeVisible();
  await send(desk, "受理申请", { grade: "routine" });
  await said(desk, "已受理");
  await send(desk, "要求补充材料", { missing: "户口簿\n收入证明" });
  await said(desk, "已要求补充材料");

  await open(page, "/s/qs01/status");
  await page.getByLabel("回执码").fill(code);
  await page.getByRole("button", { name: "查询" }).click();
  await awake(page);
  for (const item of ["户口簿", "收入证明"]) await expect(page.getByRole("listitem").filter({ hasText: item })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "status-missing");
  const form = formOf(page, "补交材料");
  await form.getByRole("button", { name: "补交材料" }).click();
  await expect(page.locator("#documents-error")).toBeVisible();
  await awake(page);
  await form.locator('input[type="file"]').setInputFiles([photo("户口簿.png")]);
  await fillIn(form, { note: "收入证明下周才能开。" });
  await form.getByRole("button", { name: "补交材料" }).click();
  await said(page, "收到您补交的 1 个文件");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("正在初审");
  expect(page.url()).not.toContain(code);
  await expectAccessible(page);
  await picture(page, "status-sent");

  await open(desk, application);
  await expect(desk.getByRole("heading", { name: "附件 3 个" })).toBeVisible();
  await expect(desk.getByText("收入证明下周才能开。")).toBeVisible();
  const link = desk.getByRole("link", { name: "户口簿.png" });
  const whole = await desk.request.get((await link.getAttribute("href")) ?? "");
  expect([whole.status(), whole.headers()["content-type"]]).toEqual([200, "image/png"]);
  await expectAccessible(desk);
  await picture(desk, "application-with-proof");
  await open(desk, "/o/qs01/inbox");
  await expect(desk.getByText("补充材料已到").first()).toBeVisible();
});
