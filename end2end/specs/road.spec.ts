import { day } from "../clock";
import { follow, open, said, send } from "../forms";
import { signIn } from "../people";
import { agree, apply, approve, assess, child, close, find, grownUp, plan, record, takeIn } from "../road";
import { expect, expectAccessible, picture, test } from "../test";

// Proves ASM-02, CLO-12, INT-01, INT-09, PLN-01.
test("an application goes the whole road to a closed case, with three follow-ups owed", async ({ page, another }, info) => {
  test.slow();
  const [intake, worker, supervisor] = [await another(), await another(), await another()];
  const who = grownUp("欧阳桂兰", 300 + info.workerIndex);
  const number = await apply(page, who);
  await signIn(intake, "qs01.intake");
  await signIn(worker, "qs01.worker1");
  await signIn(supervisor, "qs01.supervisor");

  // Intake: accepted and graded, a supplement asked for and brought, reviewed.
  const application = await find(intake, number);
  await send(intake, "受理申请", { grade: "routine" });
  await said(intake, "已受理");
  await send(intake, "要求补充材料", { missing: "户口本复印件\n社保卡复印件" });
  await said(intake, "初审暂停计时");
  await expect(intake.getByText("户口本复印件").first()).toBeVisible();
  await expectAccessible(intake);
  await picture(intake, "application-supplement");
  await send(intake, "材料已补齐，继续初审", { note: "户口本和社保卡当面核对无误。" });
  await said(intake, "初审继续计时");
  await send(intake, "初审通过，转评估");
  await said(intake, "初审完成");

  // Screening and agreement.
  await open(worker, application);
  await send(worker, "评估通过，准备签约", { method: "interview", note: "独居，需要陪诊，适合每月两次。" });
  await said(worker, "评估通过");
  await agree(worker);
  await send(worker, "登记服务对象已签", { signature: who.name });
  await said(worker, "已登记签署");
  await expectAccessible(worker);

  // Confirmed: the receipt is issued and a case is open.
  await open(intake, application);
  await send(intake, "确认申请并开案", { responsible: "李慕安" });
  await said(intake, "个案已建立");
  await open(worker, application);
  await follow(worker, "打开个案");
  const file = new URL(worker.url()).pathname;
  expect(file).toMatch(/\/o\/qs01\/cases\/cas_/);

  // Assessment and plan, each approved by somebody else.
  await assess(worker, { assessed_on: day(0) });
  await said(worker, "需求评估已提交");
  await expect(worker.getByRole("link", { name: "审核需求评估" })).toHaveCount(0);
  await approve(supervisor, file, "审核需求评估", "批准需求评估");
  await said(supervisor, "需求评估已批准");
  await open(worker, file);
  await plan(worker, day(0), day(3));
  await approve(supervisor, file, "审核服务计划", "批准服务计划");
  await said(supervisor, "服务计划已批准");

  // Service, written down and approved.
  await record(worker, file);
  await approve(supervisor, file, "审核服务记录", "批准服务记录");
  await said(supervisor, "服务记录已批准");

  // The end: the result told, the case closed, the follow-ups owed from the day on which service began.
  await close(worker, file);
  await said(worker, "服务总结已记录");
  await expect(worker.locator(".page-head")).toContainText("已结案");
  for (const month of [3, 6, 12]) {
    await expect(worker.getByRole("link", { name: `第 ${month} 个月跟进`, exact: true })).toBeVisible();
  }
  await expectAccessible(worker);
  await picture(worker, "case-closed");
  await follow(worker, "第 3 个月跟进");
  await expect(worker.locator("[name=month][value='3']")).toBeChecked();
});

// Proves SPG-06.
test("a child's agreement needs the guardian, and nothing is confirmed before", async ({ another }, info) => {
  test.slow();
  const [intake, worker] = [await another(), await another()];
  await signIn(intake, "qs01.intake");
  await signIn(worker, "qs01.worker1");
  const number = await takeIn(intake, child("欧阳小北", 400 + info.workerIndex));
  const application = await find(intake, number);
  await expect(intake.locator(".page-head")).toContainText("未成年人");
  await send(intake, "受理申请", { grade: "priority" });
  await send(intake, "初审通过，转评估");
  await open(worker, application);
  await send(worker, "评估通过，准备签约", { method: "interview", note: "由父亲陪同，孩子愿意参加。" });
  await agree(worker);
  await send(worker, "登记服务对象已签", { signature: "欧阳小北" });
  await open(intake, application);
  await expect(intake.getByRole("button", { name: "确认申请并开案" })).toHaveCount(0);
  await expect(intake.getByText("监护人签署").first()).toBeVisible();
  await open(worker, application);
  await send(worker, "登记监护人已签", { signature: "欧阳建国" });
  await said(worker, "已登记签署");
  await expectAccessible(worker);
  await open(intake, application);
  await send(intake, "确认申请并开案", { responsible: "李慕安" });
  await said(intake, "个案已建立");
});
