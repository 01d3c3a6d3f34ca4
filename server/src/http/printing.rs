//! What is to be printed goes through the press before it is answered: on a thread of its own, one book at a time.

use app::Answer;
use backend::{Fault, fault};
use domain::lang::text;
use domain::refusal::Refusal;
use press::{Book, Press, Unprinted};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// What kind of file comes off the press.
const KIND: &str = "application/pdf";
/// So many books are printed at a time: the others wait, and pages go on being answered beside them.
const AT_ONCE: usize = 1;

/// The press of the house.
pub struct Printing {
    press: Press,
    turns: Arc<Semaphore>,
}

impl Printing {
    /// A press that looks for fonts in this folder too; without a name, only where the system keeps them.
    pub fn new(fonts: &Path) -> Self {
        let folder = (!fonts.as_os_str().is_empty()).then(|| fonts.to_owned());
        Self { press: Press::new(folder), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Says in the log what is printed with, or what to install.
    pub async fn look(&self) {
        let press = self.press.clone();
        match spawn_blocking(move || press.face()).await {
            Ok(Ok(face)) => tracing::info!(face, "papers are printed with this font"),
            Ok(Err(unprinted)) => tracing::warn!("papers cannot be printed as PDF: {unprinted}"),
            Err(_) => {}
        }
    }

    async fn print(&self, book: Book) -> Result<Vec<u8>, Refusal> {
        let busy = |_| Refusal::Busy;
        let turn = self.turns.clone().acquire_owned().await.map_err(busy)?;
        let press = self.press.clone();
        // Whoever goes away while it is printed does not give the turn to the next: the thread keeps it to its end.
        let printing = spawn_blocking(move || {
            let printed = press.print(&book);
            drop(turn);
            printed
        });
        let printed = printing.await.map_err(|_| fault(Fault::System("the press broke".to_owned())))?;
        let printed = printed.map_err(unprinted)?;
        if !printed.missing.is_empty() {
            tracing::warn!(characters = printed.missing.len(), "a paper was printed with characters that no font has");
        }
        Ok(printed.bytes)
    }
}

fn unprinted(why: Unprinted) -> Refusal {
    match why {
        Unprinted::NoFont => {
            tracing::error!("{why}");
            Refusal::WrongState {
                text: text(
                    "服务器上没有中文字体，不能生成 PDF。请运维人员安装宋体或思源宋体（Debian：apt-get install fonts-noto-cjk），\
                     装好即可再试，不必重启。暂时可以用“打印”由浏览器打印。",
                    "The server has no Chinese font, so no PDF can be made. Ask whoever runs it to install one (Debian: \
                     apt-get install fonts-noto-cjk) and try again; nothing has to be restarted. Meanwhile the browser can \
                     print the page.",
                ),
            }
        }
        Unprinted::TooLong => Refusal::WrongState {
            text: text(
                "内容超过一千页，请逐份打印。",
                "This is more than a thousand pages: print the papers one by one.",
            ),
        },
        Unprinted::Font(_) | Unprinted::Unwritten(_) => fault(Fault::System(why.to_string())),
    }
}

/// The answer, printed where it is to be printed.
///
/// # Errors
/// When there is no font, the book is too long, or the press breaks.
pub async fn pressed(printing: &Printing, answer: Answer) -> Result<Answer, Refusal> {
    Ok(match answer {
        Answer::Print { name, book } => {
            // A file's name has no folders in it, whatever the numbers of the house look like.
            let name = format!("{}.pdf", name.replace(['/', '\\'], "-"));
            Answer::File { name, kind: KIND, bytes: printing.print(*book).await? }
        }
        Answer::SignedIn { account, stage, then } => {
            Answer::SignedIn { account, stage, then: Box::new(Box::pin(pressed(printing, *then)).await?) }
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn what_cannot_be_printed_is_said_in_a_sentence_that_helps() {
        for (why, helps) in [(Unprinted::NoFont, "fonts-noto-cjk"), (Unprinted::TooLong, "逐份打印")] {
            let refusal = unprinted(why);
            assert!(refusal.status() < 500 && refusal.say(Lang::Zh).contains(helps), "{refusal:?}");
        }
    }
}
