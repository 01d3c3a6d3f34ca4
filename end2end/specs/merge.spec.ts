import { fillIn, formOf, open, said, send } from "../forms";
import { signIn } from "../people";
import { awake, expect, expectAccessible, picture, test } from "../test";

test("two people amend a record: the second sees both, takes one and keeps one", async ({ page, another, complaints }, info) => {
  complaints.allow(/status of 409/);
  const colleague = await another();
  await signIn(page, "fl01.supervisor");
  await signIn(colleague, "fl01.head");
  await open(page, "/o/fl01/clients");
  const rows = page.locator("tbody .table__title");
  const record = (await rows.nth(3 + info.workerIndex).getAttribute("href")) ?? "";

  for (const person of [page, colleague]) await open(person, `${record}/edit`);
  const form = formOf(colleague, "保存档案");
  await fillIn(form, { address: "青榕区福园路 20 号 3 栋 502 室", special_needs: "听力不便，请当面说。" });

  // Somebody else is quicker: another telephone number, and another address.
  await send(page, "保存档案", { phone: "19811112222", address: "青榕区学府路 8 号" });
  await said(page, "档案已更新");

  await form.getByRole("button", { name: "保存档案" }).click();
  await awake(colleague);
  const both = colleague.locator("#merge");
  await expect(both).toContainText("罗若谷刚刚保存了修改");
  await expect(both).toContainText("青榕区学府路 8 号");
  await expect(both).toContainText("青榕区福园路 20 号 3 栋 502 室");
  // Everything typed is kept; what only the other changed is the other's unless one says otherwise.
  await expect(colleague.locator("[name=special_needs]")).toHaveValue("听力不便，请当面说。");
  await expect(both.locator("[name='take.phone'][value=theirs]")).toBeChecked();
  await expect(both.locator("[name='take.address'][value=mine]")).toBeChecked();
  await expectAccessible(colleague);
  await picture(colleague, "merge");

  await send(colleague, "保存档案");
  await said(colleague, "档案已更新");
  await open(colleague, `${record}?whole=yes`);
  await expect(colleague.getByText("19811112222")).toBeVisible();
  await expect(colleague.getByText("青榕区福园路 20 号 3 栋 502 室")).toBeVisible();
  await expect(colleague.getByText("听力不便，请当面说。")).toBeVisible();
});
