//! What hangs on a paper, as a file.

use backend::StaffScope;
use backend::attachments::open;
use domain::refusal::Refusal;
use pages::handling::{Answer, Request};

pub(crate) async fn whole(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    file(scope, request, false).await
}

pub(crate) async fn preview(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    file(scope, request, true).await
}

async fn file(scope: StaffScope, request: Request, preview: bool) -> Result<Answer, Refusal> {
    let attachment = open(&scope, request.id("attachment")?, preview).await?;
    let kind = attachment.kind.media_type();
    Ok(Answer::File { name: attachment.name, kind, bytes: attachment.bytes })
}
