import { Authenticator } from "../authenticator";
import { signIn } from "../people";
import { expect, expectAccessible, type Page, picture, test } from "../test";

// People whom no other spec signs in as: what happens to their way in disturbs nobody.
const PASSWORD = "banyan-demo";

async function password(page: Page, name: string, word: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill(name);
  await page.getByLabel("密码").fill(word);
  await page.getByRole("button", { name: "登录" }).click();
}

test("a second factor is set up with a telephone, asked for, and removed again", async ({ page, complaints }) => {
  const name = "xl01.finance";
  await signIn(page, name);
  await page.goto("/me");
  await expectAccessible(page);
  await picture(page, "me");
  await page.getByRole("link", { name: "二次验证" }).click();
  await expectAccessible(page);
  await picture(page, "second-factor");
  await page.getByRole("button", { name: "开始设置" }).click();
  await expect(page.getByRole("img", { name: "验证器二维码" })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "second-factor-scan");
  const telephone = new Authenticator(await page.locator(".once").innerText());

  complaints.allow(/status of 422/);
  await page.getByLabel("验证器显示的 6 位数字").fill("12345");
  await page.getByRole("button", { name: "确认启用" }).click();
  await expect(page.getByText("验证码不正确")).toBeVisible();
  await page.getByLabel("验证器显示的 6 位数字").fill(telephone.code());
  await page.getByRole("button", { name: "确认启用" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("请保存备用码");
  const codes = await page.locator(".gate__codes li").allInnerTexts();
  expect(codes.length).toBe(10);
  await expectAccessible(page);
  await picture(page, "recovery-codes");
  await page.getByRole("link", { name: "已保存，继续" }).click();

  await page.goto("/me");
  await page.getByRole("button", { name: "退出登录" }).click();
  await password(page, name, PASSWORD);
  await expect(page).toHaveURL(/sign-in\/code/);
  await expectAccessible(page);
  await picture(page, "sign-in-code");
  await page.getByLabel("验证码").fill(telephone.code(1));
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page).toHaveURL(/o\/xl01/);

  await page.goto("/me");
  await page.getByRole("button", { name: "退出登录" }).click();
  await password(page, name, PASSWORD);
  await page.getByLabel("验证码").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page).toHaveURL(/o\/xl01/);

  await page.goto("/me/second-factor");
  await expect(page.getByText("还有 9 个备用码")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "second-factor-set");
  await page.getByRole("button", { name: "停用二次验证" }).click();
  await expect(page.getByRole("button", { name: "开始设置" })).toBeVisible();
});

test("a person sees where they are signed in, and ends a session elsewhere", async ({ page, browser, baseURL, complaints }) => {
  const name = "sq01.finance";
  const elsewhere = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const other = await elsewhere.newPage();
  await signIn(other, name);
  await signIn(page, name);
  await page.goto("/me/sessions");
  await expect(page.getByText("本次登录")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "sessions");
  await page.getByRole("button", { name: "结束其他全部登录" }).click();
  await expect(page.getByText("已结束，那里要重新登录。")).toBeVisible();
  complaints.allow(/status of 401/);
  expect((await other.goto("/me"))?.status()).toBe(401);
  await expect(page.getByRole("button", { name: "结束", exact: true })).toHaveCount(0);
  await elsewhere.close();
});

test("a password is changed, and what is wrong is said at its field", async ({ page, complaints }) => {
  const name = "xl01.archivist";
  const words = "seven quiet wooden boats";
  await signIn(page, name);
  await page.goto("/me/password");
  await expectAccessible(page);
  const change = async (current: string, next: string, again: string) => {
    await page.getByLabel("现在的密码").fill(current);
    await page.getByLabel("新密码").fill(next);
    await page.getByLabel("再输入一次").fill(again);
    await page.getByRole("button", { name: "修改密码" }).click();
  };
  complaints.allow(/status of 422/);
  await change(PASSWORD, "1234567890", "1234567890");
  await expect(page.getByText("太容易被猜到")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "password");
  await change("not it", words, words);
  await expect(page.getByText("密码不正确")).toBeVisible();
  await change(PASSWORD, words, words);
  await expect(page.getByText("密码已修改")).toBeVisible();

  complaints.allow(/status of 401/);
  await page.goto("/me");
  await page.getByRole("button", { name: "退出登录" }).click();
  await password(page, name, PASSWORD);
  await expect(page.getByText("账号或密码不正确")).toBeVisible();
  await password(page, name, words);
  await expect(page).toHaveURL(/o\/xl01/);
});
