import { fillIn, follow, formOf, open, said, send } from "../forms";
import { signIn } from "../people";
import { find, grownUp, takeIn } from "../road";
import { awake, expect, expectAccessible, type Page, picture, test } from "../test";

// Whatever comes in between, nothing that was typed is lost, nothing happens twice, and nobody sends what another typed.

/** Signs in on the page that is open, whatever waits on it. */
async function enter(page: Page, name: string): Promise<void> {
  await page.getByLabel("账号").fill(name);
  await page.getByLabel("密码").fill("banyan-demo");
  await page.getByRole("button", { name: "登录" }).click();
}

test("a session that ended in mid-form keeps what was typed, and sends it after signing in", async ({ page, context, complaints }, info) => {
  complaints.allow(/status of 401/);
  await signIn(page, "qs01.intake");
  const number = await takeIn(page, grownUp("欧阳玉珍", 500 + info.workerIndex));
  const application = await find(page, number);
  const form = formOf(page, "登记退出");
  await page.locator("details#withdraw > summary").click();
  await fillIn(form, { note: "家人可以陪同，\n“暂时”不需要 <服务>。" });
  await context.clearCookies({ name: "session" });
  await form.getByRole("button", { name: "登记退出" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("请重新登录");
  await expect(page.getByText("您填写的都在")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "session-ended");
  await enter(page, "qs01.intake");
  await page.getByRole("button", { name: "继续提交" }).click();
  await expect(page).toHaveURL(new RegExp(`${application}\\?done=withdraw`));
  await expect(page.getByText("“暂时”不需要 <服务>。")).toBeVisible();
});

test("what was typed when a session ended opens for nobody else, and still for its person", async ({ page, context, complaints }, info) => {
  complaints.allow(/status of 401/);
  await signIn(page, "qs01.intake");
  const number = await takeIn(page, grownUp("欧阳玉英", 800 + info.workerIndex));
  const application = await find(page, number);
  await page.locator("details#withdraw > summary").click();
  await fillIn(formOf(page, "登记退出"), { note: "儿子夜里“走失”。" });
  await context.clearCookies({ name: "session" });
  await formOf(page, "登记退出").getByRole("button", { name: "登记退出" }).click();
  await expect(page.getByText("您填写的都在")).toBeVisible();
  expect(await page.content(), "nothing can be read in the page's source").not.toContain("走失");

  await enter(page, "qs01.supervisor");
  await expect(page.getByText("另一位同事还没有提交的内容")).toBeVisible();
  await expect(page.getByRole("button", { name: "继续提交" })).toHaveCount(0);
  expect(await page.content()).not.toContain("走失");
  await expectAccessible(page);
  await picture(page, "another-s-text");
  const seen = await page.request.get(application);
  expect(await seen.text(), "nothing was sent in the colleague's name").not.toContain("走失");

  await enter(page, "qs01.intake");
  await page.getByRole("button", { name: "继续提交" }).click();
  await expect(page).toHaveURL(new RegExp(`${application}\\?done=withdraw`));
  await expect(page.getByText("儿子夜里“走失”。")).toBeVisible();
});

test("a page that was left open sends nothing in the name of who came in beside it", async ({ page, context, complaints }, info) => {
  complaints.allow(/status of 401/);
  await signIn(page, "qs01.intake");
  const number = await takeIn(page, grownUp("欧阳玉芳", 900 + info.workerIndex));
  const application = await find(page, number);
  await page.locator("details#withdraw > summary").click();
  await fillIn(formOf(page, "登记退出"), { note: "儿子夜里“走失”。" });
  const beside = await context.newPage();
  await open(beside, "/me");
  await beside.locator("main").getByRole("button", { name: "退出登录" }).click();
  await signIn(beside, "qs01.supervisor");

  await formOf(page, "登记退出").getByRole("button", { name: "登记退出" }).click();
  await expect(page.getByText("另一位同事还没有提交的内容")).toBeVisible();
  await open(beside, application);
  await expect(beside.getByText("走失")).toHaveCount(0);
  await enter(page, "qs01.intake");
  await page.getByRole("button", { name: "继续提交" }).click();
  await expect(page.getByText("儿子夜里“走失”。")).toBeVisible();
});

test("who comes second sees what changed and loses nothing", async ({ page, another, complaints }, info) => {
  complaints.allow(/status of (409|422)/);
  const colleague = await another();
  await signIn(page, "qs01.intake");
  await signIn(colleague, "qs01.supervisor");
  const number = await takeIn(page, grownUp("欧阳淑芬", 600 + info.workerIndex));
  const application = await find(page, number);
  await send(page, "受理申请", { grade: "routine" });
  await said(page, "已受理");

  await open(colleague, application);
  await colleague.locator("details#ask > summary").click();
  await fillIn(formOf(colleague, "要求补充材料"), { missing: "低保证复印件" });
  await send(page, "进一步核查", { note: "向社区核实居住情况。" });
  await said(page, "进一步核查");
  await formOf(colleague, "要求补充材料").getByRole("button", { name: "要求补充材料" }).click();
  await awake(colleague);
  await expect(colleague.getByText("低保证复印件").first()).toBeVisible();
  await expect(colleague.getByText("其他人刚刚修改了").first()).toBeVisible();
  await expectAccessible(colleague);
  await picture(colleague, "stale");
});

test("a form that is sent twice has one effect", async ({ page, another }, info) => {
  const second = await another();
  await signIn(page, "qs01.intake");
  const number = await takeIn(page, grownUp("欧阳惠芳", 700 + info.workerIndex));
  const application = await find(page, number);
  await send(page, "受理申请", { grade: "routine" });
  await said(page, "已受理");
  const form = formOf(page, "进一步核查");
  await page.locator("details#inquire > summary").click();
  await fillIn(form, { note: "向社区核实居住情况。" });
  const fields = await form.locator("[name]").evaluateAll((inputs) =>
    inputs.map((input) => [(input as HTMLInputElement).name, (input as HTMLInputElement).value]),
  );
  await form.getByRole("button", { name: "进一步核查" }).click();
  await said(page, "进一步核查");

  const again = await page.request.post(`${application}/inquire`, {
    form: Object.fromEntries(fields),
    headers: { "sec-fetch-site": "same-origin" },
    maxRedirects: 0,
  });
  expect(again.status(), "the second answer is the first one's").toBe(303);
  await signIn(second, "qs01.head");
  await open(second, application);
  await expect(second.getByText("向社区核实居住情况。")).toHaveCount(1);
  await page.goBack();
  await follow(page, /接案受理/);
});

test("the language changes on a refused form, and what was typed stays", async ({ page, complaints }) => {
  complaints.allow(/status of 422/);
  await open(page, "/s/qs01/status");
  await page.getByLabel("回执码").fill("AAAA-BBBB-CCCC");
  await page.getByRole("button", { name: "查询" }).click();
  await expect(page.getByText("没有找到这个回执码").first()).toBeVisible();
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("[name=code]")).toHaveValue("AAAA-BBBB-CCCC");
  await expect(page.getByText("No application has this receipt code").first()).toBeVisible();
  await expectAccessible(page);
  await page.goto("/s/qs01");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});
