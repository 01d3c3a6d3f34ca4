import { open, said, send } from "../forms";
import { signIn } from "../people";
import { expect, expectAccessible, picture, test } from "../test";

test("a head gives a role and takes it away again; it counts from the person's next click", async ({ page, another, complaints }) => {
  complaints.allow(/status of (403|422)/);
  const archivist = await another();
  await signIn(page, "et01.head");
  await signIn(archivist, "et01.archivist");
  expect((await archivist.goto("/o/et01/cases"))?.status()).toBe(403);

  await open(page, "/o/et01/members");
  await page.getByRole("link", { name: "叶存档" }).click();
  await send(page, "授予角色");
  await expect(page.locator("#role-error")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "grant");
  await send(page, "授予角色", { role: "supervisor" });
  await said(page, "角色已授予");
  expect((await archivist.goto("/o/et01/cases"))?.status()).toBe(200);

  const line = page.locator(".row", { hasText: "督导" });
  await line.getByRole("button", { name: "撤销" }).click();
  await said(page, "角色已撤销");
  expect((await archivist.goto("/o/et01/cases"))?.status()).toBe(403);
});
